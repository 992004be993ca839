"""Makes backups by themselves: looks when one is due, has it made, and tells how it went."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.past import Pause, past_of, troubles
from clawd_desktop.backup.planned import Outlook, outlook_of
from clawd_desktop.backup.planned_work import PlannedWork
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.schedule import MINUTE_MS, Decision, Plan, Surroundings, decide
from clawd_desktop.backup.surroundings import Around
from clawd_desktop.backup.telling import FAILED, NOT_MADE, Telling
from clawd_desktop.backup.wall_times import HOUR_MS
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import BackupEnded, ConfigChanged, Resumed
from clawd_desktop.core.ports import Ledger

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Backup

# The wall clock may be set at any time, and nobody tells of it.
NAP_S = 30.0
# Not while the application starts.
FIRST_S = 3.0
MAKING = "The planned backup is being made."
_log = logging.getLogger("clawd.backup")


@dataclass(frozen=True)
class Needs:
    """What the keeper is given. `section` is what the settings say now, `resting` why there is to be no planned backup
    whatever they say ("" for nothing), `restoring` whether a backup is being brought back."""

    desk: BackupDesk
    telling: Telling
    bus: EventBus
    clock: Clock
    ledger: Ledger
    section: Callable[[], Backup]
    resting: Callable[[], str]
    restoring: Callable[[], bool]


class Keeper:
    """`go_round` goes on for ever; `look` is one round of it."""

    def __init__(self, needs: Needs, around: Around) -> None:
        self._needs = needs
        self._around = around
        self._desk = needs.desk
        self._planned = needs.desk.planned
        self._telling = needs.telling
        self._clock = needs.clock
        self._work = PlannedWork(needs.desk, needs.clock, needs.ledger)

    async def go_round(self) -> None:
        """Look, and wait until it is time to look again: at least once an hour, and when something has changed."""
        with self._listening(self._needs.bus):
            await self._until(self._clock.wall_ms() + round(FIRST_S * 1000))
            while True:
                self._planned.woken.clear()
                await self._until(await self.look())

    async def look(self) -> int:
        """Make a backup when it is time for one; when to look again, in ms since the epoch."""
        self._telling.tick()
        if self._planned.asked and not self._busy:
            self._planned.asked = False
            self._telling.asked(await self._work.asked())
        try:
            decision = await self._decided()
            if decision.start:
                _log.info("a planned backup begins: %s", decision.why)
                self._planned.show(Outlook("running", MAKING, due_ms=decision.due_ms))
                came = await self._work.planned(decision.due_ms)
                if came.made and not came.faults:
                    self._telling.planned(came.made, self._needs.section().notify)
                decision = await self._decided()
        except ClawdError as fault:
            _log.warning("planned backups are not made: %s", fault.sentence())
            self._telling.problem(NOT_MADE, (fault.sentence(),), self._needs.section().notify)
            decision = Decision(False, None, "off", fault.sentence())
        self._planned.show(outlook_of(decision))
        return self._next(decision)

    def _next(self, decision: Decision) -> int:
        """Not only when it says: others end what they do without a word, and words are taken back."""
        now = self._clock.wall_ms()
        waits = decision.start or decision.code == "running" or self._planned.asked
        moments = (now + MINUTE_MS if waits else decision.at_ms, self._telling.ends_ms, now + HOUR_MS)
        return min(moment for moment in moments if moment is not None)

    @property
    def _busy(self) -> bool:
        return self._desk.busy or self._needs.restoring()

    async def _decided(self) -> Decision:
        """What to do now. Raises BadInput for settings that make no sense, Unreadable, StorageFault."""
        if why := self._needs.resting():
            return Decision(False, None, "off", why)
        plan = self._desk.wanted.plan()
        records = await self._desk.remembered()
        now = self._clock.wall_ms()
        past = past_of(records, self._work.memory, await self._pause(), now, running=self._busy)
        await self._want_first(wanted=plan.enabled and not past.done_ms)
        self._tell(plan, records, past.failures)
        decision = decide(plan, past, Surroundings(), now)
        if not decision.start:
            return decision
        return decide(plan, past, await self._around.now(remote=plan.remote), now)

    def _tell(self, plan: Plan, records: Sequence[BackupRecord], failures: int) -> None:
        if plan.enabled and failures:
            texts = troubles(records, self._work.memory, self._clock.wall_ms())
            self._telling.problem(FAILED, texts, self._needs.section().notify)
        else:
            self._telling.well()

    async def _pause(self) -> Pause:
        try:
            return await self._planned.paused()
        except ClawdError as fault:
            _log.warning("nobody knows whether planned backups are paused: %s", fault.sentence())
            return Pause()

    async def _want_first(self, *, wanted: bool) -> None:
        try:
            await self._planned.want_first(wanted=wanted)
        except ClawdError as fault:
            _log.warning("it is not remembered since when a backup is wanted: %s", fault.sentence())

    @contextlib.contextmanager
    def _listening(self, bus: EventBus) -> Iterator[None]:
        undo = (
            bus.subscribe(Resumed, lambda _: self._resumed()),
            bus.subscribe(ConfigChanged, lambda _: self._planned.woken.set()),
            bus.subscribe(BackupEnded, lambda _: self._planned.woken.set()),
        )
        try:
            yield
        finally:
            for unsubscribe in undo:
                unsubscribe()

    def _resumed(self) -> None:
        self._around.woke()
        self._planned.woken.set()

    async def _until(self, moment_ms: int) -> None:
        """Wait until then, or until something changes; a clock that is set back makes it no longer than an hour."""
        ends = self._clock.monotonic() + HOUR_MS / 1000
        while (left_s := min((moment_ms - self._clock.wall_ms()) / 1000, ends - self._clock.monotonic())) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left_s, NAP_S)):
                    await self._planned.woken.wait()
                    return
