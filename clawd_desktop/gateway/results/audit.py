"""What audit.list answers."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class AuditRow(TypedDict):
    """Who did what to what; `ts` in milliseconds since the epoch, `ok` False for what was refused or failed."""

    seq: int
    ts: int
    actor: str
    act: str
    subject: str
    ok: bool
    detail: NotRequired[str]


class AuditRows(TypedDict):
    """Entries of the audit ledger, the newest first; `before` fetches those before, absent at the beginning."""

    entries: list[AuditRow]
    before: NotRequired[int]
