"""What a service is to the supervisor: how it is asked whether it is well, how it is started again, how it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.core.errors import ClawdError, Unavailable
from clawd_desktop.operations.series import series_key

CHECK_EVERY_S = 5.0
CHECK_LIMIT_S = 5.0
RESTART_LIMIT_S = 30.0


class Standing(StrEnum):
    """How a service stands.

    WAITING: it is not well and its next restart is due later. DOWN: its budget is used up, or nothing can start it
    again. BLOCKED: it is not well for a reason that only its owner, or time, can take away.
    """

    UNKNOWN = "unknown"
    WELL = "well"
    WAITING = "waiting"
    RESTARTING = "restarting"
    DOWN = "down"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Service:
    """Something that is kept running.

    `is_well` answers True, or False, or raises a ClawdError that says what is wrong; it is asked every `every_s`
    seconds and must answer within `limit_s`. Only after `strikes` bad answers in a row is something done. `restart`
    brings it back, or raises a ClawdError; None when nothing but time and the owner can help. With `by_itself` False
    it is called only when a person asks for it. `told` says that the service tells its owner itself what is wrong, so
    that a notice would say it twice. `title` begins a sentence: "The gateway".
    """

    name: str
    is_well: Callable[[], Awaitable[bool]]
    restart: Callable[[], Awaitable[None]] | None
    title: str
    every_s: float = CHECK_EVERY_S
    limit_s: float = CHECK_LIMIT_S
    strikes: int = 1
    by_itself: bool = True
    told: bool = False


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """How one service stands. Times are wall-clock milliseconds, 0 when it never was; `restarts` since the start."""

    name: str
    title: str
    state: Standing
    since_ms: int
    restarts: int
    last_restart_ms: int
    fault: str
    fault_ms: int


def standing_values(rows: Iterable[ServiceRow]) -> dict[str, float]:
    """How the services stand as measurements: 1 is well. What is not known, or only its owner can mend, is a gap."""
    apart = (Standing.UNKNOWN, Standing.BLOCKED)
    return {
        series_key("service.up", row.name): float(row.state is Standing.WELL) for row in rows if row.state not in apart
    }


class Waits(ClawdError):
    """A service is not well, and either is tried again already or waits for its owner; a restart adds nothing."""

    code = "waits"


class Silent(Unavailable):
    """A service did not answer, or ended."""


def can_be_mended(fault: ClawdError) -> bool:
    """Whether a restart can help: a connection, a process or a loop that broke.

    A port that another program holds, a full disk, a locked keyring or a configuration that is refused stay as they
    are, however often one begins anew.
    """
    return type(fault) in (Unavailable, Silent)
