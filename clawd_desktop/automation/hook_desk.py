"""Carries out what hooks ask for: tells the main conversation, or has an agent answer and tells how that ended."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable

from clawd_desktop.automation.hooks import AgentTurn, Wake, summary
from clawd_desktop.core import tasks
from clawd_desktop.core.errors import BadInput, ClawdError, Unavailable
from clawd_desktop.core.fence import fenced
from clawd_desktop.core.ports import Errand, Errands, Wakes

MOST_AT_ONCE = 16
RETRY_S = 5.0
GONE = "the gateway was stopped before it was answered"
_log = logging.getLogger("clawd.hooks")


class TooManyRuns(Unavailable):
    """So many runs of hooks are going on that no further one is taken."""

    code = "busy"


class HookDesk:
    """Starts what hooks ask for. `check_model` answers a model's full name or raises ClawdError."""

    def __init__(self, errands: Errands, wakes: Wakes, check_model: Callable[[str], str]) -> None:
        self._errands = errands
        self._wakes = wakes
        self._check_model = check_model
        self._places: set[str] = set()
        self._going: dict[str, tuple[AgentTurn, asyncio.Task[None]]] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def wake(self, wake: Wake) -> None:
        """Tell the main conversation. Raises ClawdError when it could not be kept."""
        await self._wakes.wake(wake.text, wake.mode)

    async def run(self, turn: AgentTurn) -> str:
        """Have an agent answer; returns the run's id once the message is stored.

        Raises TooManyRuns, BadInput for a model or session that cannot be, and StorageFault.
        """
        if len(self._places) >= MOST_AT_ONCE:
            raise TooManyRuns("too many hook runs; try again in a moment")
        run_id = str(uuid.uuid4())
        self._places.add(run_id)
        started = False
        try:
            await self._errands.start(self._errand(turn, run_id))
            started = True
        finally:
            if not started:
                self._places.discard(run_id)
        self._going[run_id] = (turn, tasks.spawn(self._follow(run_id, turn), name=f"hook run {run_id}"))
        return run_id

    def _errand(self, turn: AgentTurn, run_id: str) -> Errand:
        text = turn.message if turn.trusted else fenced(turn.message, f"hook {turn.name}")
        key = turn.session_key or f"hook:{uuid.uuid4()}"
        title = f"{turn.name}: {turn.message}"
        return Errand(key, text, run_id, title, self._model(turn), thinking=turn.thinking, timeout_s=turn.timeout_s)

    async def close(self) -> None:
        """Follow no run any more; of those that go on the main conversation is told that they were not answered."""
        going, self._going = self._going, {}
        for turn, task in going.values():
            await tasks.stop(task)
            await self._tell(Wake(summary(turn.name, False, GONE), "next-heartbeat"))
        if self._telling:
            await asyncio.wait(set(self._telling))

    async def _follow(self, run_id: str, turn: AgentTurn) -> None:
        end = await self._errands.end(run_id)
        self._places.discard(run_id)
        self._going.pop(run_id, None)
        telling = tasks.spawn(self._tell(Wake(summary(turn.name, end.ok, end.text), turn.mode)), name="hook report")
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _tell(self, wake: Wake) -> None:
        try:
            await self.wake(wake)
        except ClawdError as fault:
            _log.warning("nobody was told how a hook's run ended: %s", fault.sentence())

    def _model(self, turn: AgentTurn) -> str | None:
        if turn.model is None:
            return None
        try:
            return self._check_model(turn.model)
        except ClawdError as fault:
            raise BadInput(fault.sentence()) from fault
