"""Measures regularly, takes places of the dead back, lets in who waits, and tells people what work waits for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.operations.admission_rules import Cause, SystemStatus
from clawd_desktop.operations.measuring import Measuring
from clawd_desktop.operations.resources import ResourceManager

# Source of the 5 s: the ResourceManager of the course. Nothing changes by itself while nothing runs.
WAITING_S, BUSY_S, IDLE_S = 1.0, 5.0, 15.0
TELL_AFTER_S = 30.0
SILENT_S = 90.0
NOTICE = "resources.waiting"
_TITLES = {
    Cause.PLACE: "Waiting for a free place",
    Cause.BUDGET: "Waiting for memory",
    Cause.MEMORY: "Waiting for memory",
    Cause.MEMORY_LIMIT: "Waiting for memory",
    Cause.CPU: "Waiting for the processor",
    Cause.DISK: "Waiting for room on the disk",
    Cause.NETWORK: "Waiting for the network",
}


class ResourceWatch:
    """Goes round until it is closed. `on_status` hears of each measurement, `sweep` is called in each round."""

    def __init__(
        self,
        manager: ResourceManager,
        measuring: Measuring,
        notices: NoticeBoard,
        clock: Clock,
        on_status: Callable[[SystemStatus], Awaitable[None]],
        sweep: Callable[[], object] = lambda: None,
    ) -> None:
        self._manager = manager
        self._measuring = measuring
        self._notices = notices
        self._clock = clock
        self._on_status = on_status
        self._sweep = sweep
        self._told = ("", "")
        self._last_round = clock.monotonic()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the first measurement is made after a while, not during the start."""
        self._last_round = self._clock.monotonic()
        self._task = tasks.spawn(self._go_round(), name="resource watch")

    async def close(self) -> None:
        """Stop."""
        await tasks.stop(self._task)

    @property
    def trouble(self) -> str:
        """What keeps it from going round, "" when nothing does."""
        if self._task is None or self._task.done():
            return "It does not go round any more."
        silent = self._clock.monotonic() - self._last_round
        return f"It has not gone round for {silent:.0f} s." if silent > SILENT_S else ""

    async def begin_anew(self) -> None:
        """Go round again, whatever it hung in."""
        await tasks.stop(self._task)
        self.start()

    async def _go_round(self) -> None:
        while True:
            manager = self._manager
            pause = WAITING_S if manager.waiting else BUSY_S if manager.busy else IDLE_S
            manager.wanted.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await manager.wanted.wait()
                    # Somebody begins to wait: look again soon, not at once, for they were looked at just now.
                    await asyncio.sleep(WAITING_S)
            await self.round()

    async def round(self) -> None:
        """Measure, and do what follows."""
        self._last_round = self._clock.monotonic()
        status = await self._measuring.measure(children=True)
        self._manager.reap()
        self._manager.look_again()
        self.tell()
        self._sweep()
        if status is not None:
            await self._on_status(status)
            self._manager.look_again()

    def tell(self) -> None:
        """Raise the notice when somebody waits for long, take it back when nobody does."""
        found = self._manager.oldest()
        if found is None or found[2] < TELL_AFTER_S:
            self._told = ("", "")
            self._notices.clear(NOTICE)
            return
        kind, reason, _, count = found
        if (kind.name, reason.cause) == self._told:
            return  # the same wait: its figures change all the time, and each change would be told anew
        self._told = (kind.name, reason.cause)
        title = _TITLES[reason.cause]
        severity = Severity.INFO if reason.cause is Cause.PLACE else Severity.WARNING
        who = f"{count} {kind.plural} wait" if count > 1 else f"1 of the {kind.plural} waits"
        text = f"{title}: {reason.text} {who} and will go on by themselves."
        self._notices.set(Notice(NOTICE, severity, title, text, since_ms=self._clock.wall_ms()))
