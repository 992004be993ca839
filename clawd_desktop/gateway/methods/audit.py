"""The method that shows who did what."""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.gateway.methods.table import Call, Method, Params, Scope
from clawd_desktop.gateway.results.audit import AuditRow, AuditRows
from clawd_desktop.operations.audit import AuditLedger
from clawd_desktop.operations.audit_chain import AuditEntry


class ListParams(Params):
    """At most `limit` entries, of those with a number below `before`."""

    limit: int = Field(default=100, ge=1, le=1000)
    before: int | None = Field(default=None, ge=1)


class AuditMethods:
    """Reads the ledger; nobody can write or remove anything there."""

    def __init__(self, ledger: AuditLedger) -> None:
        self._ledger = ledger

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (Method("audit.list", Scope.ADMIN, ListParams, self.list, listed=False, result=AuditRows),)

    async def list(self, call: Call, params: ListParams) -> AuditRows:
        """The newest entries first."""
        found = await self._ledger.entries(params.limit, params.before)
        answer: AuditRows = {"entries": [_row(entry) for entry in found]}
        if len(found) == params.limit and found[-1].seq > 1:
            answer["before"] = found[-1].seq
        return answer


def _row(entry: AuditEntry) -> AuditRow:
    row: AuditRow = {
        "seq": entry.seq,
        "ts": entry.at_ms,
        "actor": entry.actor,
        "act": entry.act,
        "subject": entry.subject,
        "ok": entry.ok,
    }
    if entry.detail:
        row["detail"] = entry.detail
    return row
