"""What is known of the backups and of whether they work, for all who tell a person of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drill:
    """How the last trial of a backup ended, and when (ms since the epoch); `text` says it for a person."""

    at_ms: int
    ok: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """`good_ms` is when the newest one that was read back whole was made, None when there is none.

    `verified_ms` is when that one was read last. `failed` says why a later attempt failed, "" when none did; `damaged`
    and `unchecked` count later ones that are broken, or that nobody has read. `away` are the places that cannot be
    used now, each a sentence. `drill` is None when no backup was ever tried out.
    """

    good_ms: int | None = None
    verified_ms: int = 0
    failed: str = ""
    damaged: int = 0
    unchecked: int = 0
    away: tuple[str, ...] = ()
    drill: Drill | None = None
