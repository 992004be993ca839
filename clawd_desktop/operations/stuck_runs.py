"""Stops turns that show no sign of life any more, and says so where one does not even end when it is stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core.bus import Unsubscribe
from clawd_desktop.core.events import (
    ApprovalAsked,
    ApprovalEnded,
    Resumed,
    RunAborted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunModel,
    RunModelEnded,
    RunPrompted,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.operations.told import Told
from clawd_desktop.operations.units import Unit, parsed, told

LOOK_S = 5.0
LINGER_S = 30.0
NOTICE = "run.stuck"
_SIGNS = (RunStarted, RunText, RunPrompted, RunModel, RunModelEnded)
_ENDS = (RunFinished, RunFailed, RunAborted)
_log = logging.getLogger("clawd.supervisor")


@dataclass(frozen=True, slots=True)
class Runs:
    """What can be done about a turn: `stop` it (session key, run id). `lingers`: a stopped one still holds on."""

    stop: Callable[[str, str], object]
    lingers: Callable[[str], bool]


@dataclass(slots=True)
class _Turn:
    session_key: str
    seen: float
    tools: set[str] = field(default_factory=set)


class StuckRuns:
    """Hears every event of every turn. One that waits for a person's approval is not stuck, nor one in the queue."""

    def __init__(self, repair: Callable[[], Repair], runs: Runs, tells: Told) -> None:
        self._repair = repair
        self._runs = runs
        self._tells = tells
        self._turns: dict[str, _Turn] = {}
        self._stopped: dict[str, float] = {}
        self._asked: set[str] = set()
        bus = tells.bus
        self._undo: tuple[Unsubscribe, ...] = (
            *(bus.subscribe(kind, self._seen) for kind in _SIGNS),
            *(bus.subscribe(kind, self._ended) for kind in _ENDS),
            bus.subscribe(RunTool, self._tool),
            bus.subscribe(ApprovalAsked, lambda event: self._asked.add(event.approval_id)),
            bus.subscribe(ApprovalEnded, self._answered),
            bus.subscribe(Resumed, lambda _: self._all_seen()),
        )

    def close(self) -> None:
        """Hear no more."""
        for unsubscribe in self._undo:
            unsubscribe()

    async def go_round(self) -> None:
        """For ever; to be kept going by the supervisor."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Stop what is stuck now."""
        repair, now = self._repair(), self._tells.clock.monotonic()
        after = parsed(repair.stuck_run, Unit.SECONDS)
        for run_id, turn in list(self._turns.items()):
            if turn.tools and self._asked:
                turn.seen = now
            elif repair.enabled and after and now - turn.seen >= after:
                self._stop(run_id, turn, after, now)
        self._look_at_stopped(now)

    def _stop(self, run_id: str, turn: _Turn, after: float, now: float) -> None:
        silent = told(after, Unit.SECONDS)
        text = f"The answer in {turn.session_key} showed no sign of life for {silent} and was stopped."
        _log.warning("run %s: %s", run_id, text)
        self._stopped[run_id] = now
        self._turns.pop(run_id, None)
        self._runs.stop(turn.session_key, run_id)
        self._tells.repaired("run", run_id, "stop", text)

    def _look_at_stopped(self, now: float) -> None:
        for run_id in [run_id for run_id in self._stopped if not self._runs.lingers(run_id)]:
            del self._stopped[run_id]
        stuck = [run_id for run_id, since in self._stopped.items() if now - since >= LINGER_S]
        if not stuck:
            self._tells.notices.clear(NOTICE)
            return
        # Its lane is not given to the next: two turns that write into one conversation would mix it up.
        text = (
            f"{len(stuck)} stopped answer{'s do' if len(stuck) > 1 else ' does'} not end, so that new messages in the "
            "same conversation wait. Start Clawd Desktop again; other conversations go on."
        )
        actions = (NoticeAction("app.restart", "Start again"), NoticeAction("page:logs", "Show the log"))
        now_ms = self._tells.clock.wall_ms()
        self._tells.notices.set(Notice(NOTICE, Severity.ERROR, "An answer does not end", text, actions, now_ms))

    def _seen(self, event: RunEvent) -> None:
        now = self._tells.clock.monotonic()
        turn = self._turns.get(event.run_id)
        if turn is not None:
            turn.seen = now
        elif isinstance(event, RunStarted):
            self._turns[event.run_id] = _Turn(event.session_key, now)

    def _tool(self, event: RunTool) -> None:
        self._seen(event)
        turn = self._turns.get(event.run_id)
        if turn is None:
            return
        if event.phase is ToolPhase.RESULT:
            turn.tools.discard(event.call_id)
        else:
            turn.tools.add(event.call_id)

    def _ended(self, event: RunEvent) -> None:
        self._turns.pop(event.run_id, None)
        if isinstance(event, RunAborted):
            self._stopped.setdefault(event.run_id, self._tells.clock.monotonic())

    def _answered(self, event: ApprovalEnded) -> None:
        self._asked.discard(event.approval_id)
        self._all_seen()

    def _all_seen(self) -> None:
        now = self._tells.clock.monotonic()
        for turn in self._turns.values():
            turn.seen = now
