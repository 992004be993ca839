"""Makes a planned backup in each place that lacks it, removes what is kept no longer, and remembers how it went."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.past import Memory, missing
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.records import PLANNED, BackupRecord
from clawd_desktop.core.acting import APPLICATION
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Busy, ClawdError
from clawd_desktop.core.ports import Ledger

_log = logging.getLogger("clawd.backup")


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it: the backups that were made, and what went wrong, as sentences. `left` says that a person
    stopped it. Nothing of all that: something else was being done."""

    made: tuple[BackupRecord, ...] = ()
    faults: tuple[str, ...] = ()
    left: bool = False


class PlannedWork:
    """`memory` is what this run of the application did."""

    def __init__(self, desk: BackupDesk, clock: Clock, ledger: Ledger) -> None:
        self._desk = desk
        self._clock = clock
        self._ledger = ledger
        self.memory = Memory()

    async def planned(self, due_ms: int | None) -> Came:
        """The planned backup whose turn was then, in each place that has none of it; what is too old goes.

        Raises Unreadable or StorageFault when the list of backups cannot be read.
        """
        began = self._clock.wall_ms()
        places = self._desk.planned_places()
        wanted = missing(places, await self._desk.remembered(), due_ms, began)
        order = Order(PLANNED) if wanted == places else Order(PLANNED, places=wanted)
        try:
            came = await self._created(order, began)
        except Busy as busy:
            _log.info("a planned backup is left out this time: %s", busy.sentence())
            return Came()
        if came.left:
            self.memory = replace(self.memory, left_ms=began)
        elif came.faults:
            failures = self.memory.failures + 1
            self.memory = Memory(tried_ms=self._clock.wall_ms(), failures=failures, fault=came.faults[0])
        elif came.made:
            self.memory = Memory(done_ms=began)
        if came.made:
            await self._prune()
        return came

    async def asked(self) -> Came:
        """The one that a person wants now, in every place; what is being done with backups already is waited for."""
        while True:
            await self._desk.free()
            with contextlib.suppress(Busy):
                return await self._created(Order(), self._clock.wall_ms())

    async def _created(self, order: Order, began: int) -> Came:
        faults: list[str] = []
        made: dict[str, BackupRecord] = {}
        try:
            record = await self._desk.create(order)
            made[record.path] = record
        except Busy:
            raise
        except Stopped as stopped:
            _log.info("a backup is left out this time: %s", stopped.sentence())
            return Came(left=True)
        except ClawdError as fault:
            _log.warning("a backup failed: %s", fault.sentence())
            faults.append(fault.sentence())
        with contextlib.suppress(ClawdError):  # whoever looks next at the list says so
            # Of several places one may have failed, and the others not.
            made |= {
                one.path: one
                for one in await self._desk.remembered()
                if one.ok and one.cause == order.cause and one.at_ms >= began
            }
        for record in made.values():
            self._ledger.record(APPLICATION, "backup.created", record.id)
        return Came(tuple(made.values()), tuple(faults))

    async def _prune(self) -> None:
        try:
            verdicts = await self._desk.prune()
        except ClawdError as fault:
            _log.warning("old backups are not removed: %s", fault.sentence())
            return
        for gone in [verdict for verdict in verdicts if not verdict.kept]:
            _log.info("the backup %s was removed: %s", gone.backup.id, gone.why)
            self._ledger.record(APPLICATION, "backup.pruned", gone.backup.id)
