"""Begins a drill by the clock: weekly, caught up when missed, and not while battery or network speak against it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.drill_plan import decide_drill
from clawd_desktop.backup.drill_report import drilled, past_of
from clawd_desktop.backup.schedule import LOOK_AGAIN_MS, Decision, Plan, Surroundings
from clawd_desktop.backup.settings import drill_of
from clawd_desktop.backup.surroundings import Around
from clawd_desktop.backup.wanted import Needs
from clawd_desktop.core import tasks
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import BackupEnded, ConfigChanged, Event, Resumed

# How often the clock is looked at, in seconds; only that, no disk.
BEAT_S = 15.0
_LONGEST_MS = 3_600_000
_log = logging.getLogger("clawd.backup")


class DrillService:
    """Goes on until it is closed. `next` is what was decided last: when the next drill is, and why not now.

    While it is `resting`, in safe mode, none begins.
    """

    def __init__(
        self,
        drills: DrillDesk,
        needs: Needs,
        around: Around,
        resting: Callable[[], bool] = lambda: False,
        *,
        beat_s: float = BEAT_S,
    ) -> None:
        self._drills = drills
        self._needs = needs
        self._around = around
        self._resting = resting
        self._beat_s = beat_s
        self._changed = asyncio.Event()
        self._unsubscribe = [
            needs.bus.subscribe(ConfigChanged, self._heard),
            needs.bus.subscribe(BackupEnded, self._heard),
            needs.bus.subscribe(Resumed, self._woke),
        ]
        self._work: asyncio.Task[None] | None = None
        self.next: Decision | None = None

    def start(self) -> None:
        """Begin."""
        self._work = tasks.spawn(self._go_round(), name="drills")

    async def close(self) -> None:
        """End it, with what is being tried out."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        await tasks.stop(self._work)

    async def decide(self) -> Decision:
        """Whether a drill is to begin now. Raises what reading settings, backups and reports raises."""
        if self._resting():
            return Decision(False, None, "off", "In safe mode no backup is tried out by itself.")
        section = self._needs.config().backup
        remote = any(place.enabled and place.kind != "folder" for place in section.destinations)
        plan = drill_of(section, remote=remote)
        found = await self._decided(plan, Surroundings())
        # Only where one is due is there a reason to ask the system.
        return await self._decided(plan, await self._around.now(remote=remote)) if found.start else found

    async def _decided(self, plan: Plan, around: Surroundings) -> Decision:
        reports, backups = await self._drills.reports(), await self._drills.candidates()
        past = replace(past_of(reports), running=self._drills.busy)
        return decide_drill(plan, backups, drilled(reports), past, around, self._needs.clock.wall_ms())

    async def _go_round(self) -> None:
        await self._drills.open()
        while True:
            self._changed.clear()
            at_ms = self._needs.clock.wall_ms() + LOOK_AGAIN_MS
            try:
                self.next = decision = await self.decide()
                if decision.start:
                    _log.info("a backup is tried out: %s", decision.why)
                    await self._drills.drill(by_itself=True)
                    self.next = decision = await self.decide()
                # What is to begin again at once could not be remembered: not in a circle.
                if not decision.start:
                    at_ms = decision.at_ms or at_ms + _LONGEST_MS
            except ClawdError as fault:
                _log.warning("no backup can be tried out now: %s", fault.sentence())
            await self._rest(at_ms)

    async def _rest(self, until_ms: int) -> None:
        """Until that time, at most an hour, or until something has changed."""
        clock = self._needs.clock
        until_ms = min(until_ms, clock.wall_ms() + _LONGEST_MS)
        while clock.wall_ms() < until_ms and not self._changed.is_set():
            try:
                async with asyncio.timeout(self._beat_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _heard(self, event: Event) -> None:
        self._changed.set()

    def _woke(self, event: Resumed) -> None:
        self._around.woke()
        self._changed.set()
