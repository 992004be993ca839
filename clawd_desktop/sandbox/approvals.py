"""Asks before a command runs: who waits for which answer, that one answer counts, and that silence means no.

Source of the shapes: Clawdbot 2026.1.24, `exec.approval.request` and `exec.approval.resolve`.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias, get_args

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable
from clawd_desktop.core.events import ApprovalAsked, ApprovalEnded

Decision: TypeAlias = Literal["allow-once", "allow-always", "deny"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
MOST_WAITING = 64
MOST_OF_ONE = 16
GRANT_S = 60.0
MOST_GRANTS = 256


@dataclass(frozen=True, slots=True)
class Command:
    """A command that somebody wants to run, as its asker describes it; None where nothing was said.

    `host` is where it would run: "gateway", "node" or "sandbox".
    """

    command: str
    cwd: str | None = None
    host: str | None = None
    security: str | None = None
    ask: str | None = None
    agent_id: str | None = None
    resolved_path: str | None = None
    session_key: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: `connection` ends the question when it goes, `identity` is what it can come back as."""

    connection: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A question that waits; times are milliseconds since the epoch."""

    id: str
    command: Command
    asker: Asker
    created_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a decision allows, word for word; no other command is covered by it."""

    identity: str
    host: str
    command: str
    cwd: str
    agent_id: str
    session_key: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    approval: Approval
    answer: asyncio.Future[Decision | None]
    timer: asyncio.TimerHandle


class Approvals:
    """All questions that wait, in memory only: whatever was not decided when the program ends is denied."""

    def __init__(self, bus: EventBus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._waiting: dict[str, _Waiting] = {}
        self._grants: dict[Grant, tuple[Decision, float]] = {}

    def waiting(self) -> tuple[Approval, ...]:
        """The questions that nobody has answered, oldest first."""
        return tuple(entry.approval for entry in self._waiting.values())

    def find(self, approval_id: str) -> Approval | None:
        """The question of this id, None when it does not wait (any more)."""
        entry = self._waiting.get(approval_id)
        return None if entry is None else entry.approval

    def ask(self, command: Command, asker: Asker, *, timeout_ms: int, approval_id: str = "") -> Approval:
        """Put the question; `decision` waits for its answer.

        Raises BadInput when the id waits already, Unavailable when too many questions wait.
        """
        approval_id = approval_id.strip() or str(uuid.uuid4())
        if approval_id in self._waiting:
            raise BadInput("approval id already pending")
        mine = sum(entry.approval.asker == asker for entry in self._waiting.values())
        if len(self._waiting) >= MOST_WAITING or mine >= MOST_OF_ONE:
            raise Unavailable("Too many commands wait for an approval.", hint="Decide those first.")
        now, loop = self._clock.wall_ms(), asyncio.get_running_loop()
        approval = Approval(approval_id, command, asker, now, now + timeout_ms)
        timer = loop.call_later(timeout_ms / 1000, partial(self._end, approval_id, None))
        self._waiting[approval_id] = _Waiting(approval, loop.create_future(), timer)
        self._bus.publish(ApprovalAsked(approval_id))
        return approval

    async def decision(self, approval: Approval) -> Decision | None:
        """The answer, None when nobody gave one in time. Cancelling it takes the question back."""
        entry = self._waiting.get(approval.id)
        if entry is None or entry.approval is not approval:
            return None
        try:
            return await entry.answer
        finally:
            self._end(approval.id, None, only=approval)

    def resolve(self, approval_id: str, decision: str, by: str = "") -> Decision:
        """Answer the question; the first answer counts.

        Raises BadInput for anything that is no decision, NotFound when the question does not wait (any more).
        """
        if decision not in DECISIONS:
            raise BadInput("invalid decision")
        if approval_id not in self._waiting:
            raise NotFound("unknown approval id")
        self._remember(self._waiting[approval_id].approval, decision)
        self._end(approval_id, decision, by)
        return decision

    def left(self, connection: str) -> None:
        """Take back the questions of a connection that has gone."""
        gone = [entry.approval.id for entry in self._waiting.values() if entry.approval.asker.connection == connection]
        for approval_id in gone:
            self._end(approval_id, None)

    def use(self, grant: Grant) -> Decision | None:
        """Use up what was allowed for exactly this command a moment ago; None when it was not, or was used already."""
        decision, until = self._grants.pop(grant, (None, 0.0))
        return decision if self._clock.monotonic() < until else None

    def _remember(self, approval: Approval, decision: Decision) -> None:
        grant = grant_of(approval)
        self._grants.pop(grant, None)
        if decision != "deny":
            self._grants[grant] = (decision, self._clock.monotonic() + GRANT_S)
        while len(self._grants) > MOST_GRANTS:
            del self._grants[next(iter(self._grants))]

    def _end(self, approval_id: str, decision: Decision | None, by: str = "", *, only: Approval | None = None) -> None:
        entry = self._waiting.get(approval_id)
        if entry is None or (only is not None and entry.approval is not only):
            return
        entry.timer.cancel()
        if not entry.answer.done():
            entry.answer.set_result(decision)
        del self._waiting[approval_id]
        self._bus.publish(ApprovalEnded(approval_id, decision or "", by))


def grant_of(approval: Approval) -> Grant:
    """What a positive answer to the question allows."""
    command = approval.command
    return Grant(
        approval.asker.identity,
        command.host or "",
        command.command,
        command.cwd or "",
        command.agent_id or "",
        command.session_key or "",
    )
