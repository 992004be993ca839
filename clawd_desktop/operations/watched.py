"""One service while it is looked after: its check and its restart on their way, and what has come of them so far."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.operations.supervised import Service, ServiceRow, Silent, Standing, can_be_mended

RESTART_LIMIT_S = 30.0
REMEMBERED = 1_000
SOON_S = 1.0
Judge: TypeAlias = Callable[["Watched", ClawdError | None], None]
_log = logging.getLogger("clawd.supervisor")


class Watched:
    """Runs at most one check and one restart of its service at a time; `judge` hears what each check says."""

    def __init__(self, service: Service, clock: Clock, judge: Judge) -> None:
        self.service = service
        self.state = Standing.UNKNOWN
        self.times: deque[float] = deque(maxlen=REMEMBERED)
        self.gave_up = False
        self.mendable = True
        self.due_s = 0.0
        self.fault = ""
        self.fault_ms = 0
        self._clock = clock
        self._judge = judge
        self._since_ms = clock.wall_ms()
        self._count = 0
        self._restarted_ms = 0
        self._strikes = 0
        self._check: asyncio.Task[bool] | None = None
        self._begun = 0.0
        self._void = False
        self._mending: asyncio.Task[ClawdError | None] | None = None

    def row(self) -> ServiceRow:
        """How it stands."""
        return ServiceRow(
            self.service.name, self.service.title, self.state, self._since_ms, self._count, self._restarted_ms,
            self.fault, self.fault_ms,
        )  # fmt: skip

    def look(self) -> None:
        """Begin a check when one is due, and give up one that takes too long. Returns at once."""
        now = self._clock.monotonic()
        if self._mending is not None:
            return
        if self._check is not None:
            self._hurry(self._check, now)
        elif now >= self.due_s:
            self._begun, self._void = now, False
            self.due_s = now + self.service.every_s
            self._check = tasks.spawn(self._ask(), name=f"check {self.service.name}", awaited=True)
            self._check.add_done_callback(self._answered)

    def _hurry(self, check: asyncio.Task[bool], now: float) -> None:
        # One that does not even end when it is cancelled is no reason to look away: it counts each time it is due.
        if now - self._begun < self.service.limit_s or (self._void and now < self.due_s):
            return
        self._void = True
        self.due_s = now + self.service.every_s
        check.cancel()
        self._judge(self, Silent(f"It did not answer within {self.service.limit_s:g} s."))

    async def _ask(self) -> bool:
        return await self.service.is_well()

    def _answered(self, check: asyncio.Task[bool]) -> None:
        self._check = None
        if not self._void:
            self._judge(self, self._outcome(check))

    def discard(self) -> None:
        """What the check that is on its way says does not count, and another is due later."""
        self._void = True
        if self._check is not None:
            self._check.cancel()
        self.due_s = self._clock.monotonic() + self.service.every_s

    def struck(self, fault: ClawdError) -> bool:
        """Note that it is not well; True when that was so often enough that something must be done."""
        self._strikes += 1
        self.mendable = can_be_mended(fault)
        was_well = self.state in (Standing.UNKNOWN, Standing.WELL)
        if was_well and self._strikes < self.service.strikes:
            self.due_s = self._clock.monotonic() + SOON_S
            return False
        if was_well:
            self.fault_ms = self._clock.wall_ms()
        self.fault = fault.sentence()
        return True

    def recovered(self) -> None:
        """Note that it is well."""
        self._strikes = 0
        self.gave_up = False
        self.stands(Standing.WELL)

    def stands(self, state: Standing) -> None:
        """Note how it stands, and since when."""
        if self.state is not state:
            self.state, self._since_ms = state, self._clock.wall_ms()

    def new_budget(self) -> None:
        """Forget how often it was started again."""
        self.times.clear()
        self.gave_up = False

    def restart(self) -> asyncio.Task[ClawdError | None]:
        """Begin to start it again, unless that is on its way; the task says why it failed, None when it did not."""
        if self._mending is None:
            self._mending = tasks.spawn(self._restart(), name=f"restart {self.service.name}", awaited=True)
        return self._mending

    async def _restart(self) -> ClawdError | None:
        self.times.append(self._clock.monotonic())
        self._count += 1
        self._restarted_ms = self._clock.wall_ms()
        self.stands(Standing.RESTARTING)
        self.discard()
        work = tasks.spawn(self._begin_anew(), name=f"start {self.service.name}", awaited=True)
        try:
            await asyncio.wait({work}, timeout=RESTART_LIMIT_S)
            if work.done():
                return self._outcome(work)
            return Silent(f"It did not start within {RESTART_LIMIT_S:g} s.")
        finally:
            work.cancel()
            self._mending = None
            self.due_s = self._clock.monotonic() + SOON_S

    async def _begin_anew(self) -> bool:
        if self.service.restart is not None:
            await self.service.restart()
        return True

    def _outcome(self, task: asyncio.Task[bool]) -> ClawdError | None:
        """What a check or restart that has ended says is wrong; None when all is well."""
        if task.cancelled():
            return Silent("It was cancelled.")
        failure = task.exception()
        if failure is None:
            return None if task.result() else Silent("It ended unexpectedly.")
        if isinstance(failure, ClawdError):
            return failure
        text = f"It broke down: {type(failure).__name__}: {failure}."
        if text != self.fault:  # said once with where, not every few seconds
            _log.error("%s: %s", task.get_name(), failure, exc_info=failure)
        return Silent(text)

    async def close(self) -> None:
        """Leave no check and no restart behind."""
        going_on = {task for task in (self._check, self._mending) if task is not None and not task.done()}
        self._void = True
        for task in going_on:
            task.cancel()
        if going_on:
            await asyncio.wait(going_on, timeout=SOON_S)
