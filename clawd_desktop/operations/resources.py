"""Lets work begin when there is room for it, and lets the rest wait in a fair line instead of overloading the computer.

This holds the one limit over all of each kind; `agent.queue.Lanes` only keeps the turns of one conversation in order.
A limit in two places would count a turn twice, and only here memory, CPU and disk are known.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import TypeAlias

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Busy
from clawd_desktop.operations.admission_rules import (
    NOTHING,
    Ceilings,
    Load,
    Refusal,
    ResourceRequirements,
    SystemStatus,
    refusal,
    with_plenty,
)
from clawd_desktop.operations.measuring import Measuring
from clawd_desktop.operations.resource_kinds import BY_NAME, KINDS, Kind, ceilings_of
from clawd_desktop.operations.series import series_key
from clawd_desktop.operations.units import Unit, parsed
from clawd_desktop.operations.waiting_line import WaitingLine

# The watch measures at least every 15 s.
OLD_S = 20.0
# So long after it was let in, what work takes shows in the measurements by itself.
SETTLING_S = 10.0
Alive: TypeAlias = Callable[[], bool]
_log = logging.getLogger("clawd.resources")


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """How one kind stands. `ceiling` is None without a limit; `memory` is what the holders were let in with, in bytes.

    `waited_s` is how long the oldest waits, `reason` why the next one may not begin ("" when nobody waits).
    """

    kind: str
    title: str
    used: int
    waiting: int
    ceiling: int | None
    memory: int
    needs: ResourceRequirements
    built: bool
    holders: tuple[str, ...]
    waited_s: float
    reason: str
    cause: str


@dataclass(slots=True, eq=False)
class _Ticket:
    """One piece of work that waits for its place or holds it."""

    kind: Kind
    holder: str
    needs: ResourceRequirements
    priority: int
    alive: Alive
    since: float
    granted: float | None = None
    turn: asyncio.Future[None] | None = None


class ResourceManager:
    """Fulfils `core.ports.Admission`. To be used on the loop's thread."""

    def __init__(self, config: Callable[[], Config], measuring: Measuring, clock: Clock) -> None:
        self._config = config
        self._measuring = measuring
        self._clock = clock
        self._holding: dict[str, dict[int, _Ticket]] = {kind.name: {} for kind in KINDS}
        self._lines: dict[str, WaitingLine[_Ticket]] = {kind.name: WaitingLine() for kind in KINDS}
        self._reasons: dict[str, Refusal] = {}
        self.wanted = asyncio.Event()

    def place(
        self,
        kind: str,
        holder: str,
        *,
        memory_bytes: int = 0,
        priority: int = 0,
        needs: ResourceRequirements = NOTHING,
        alive: Alive | None = None,
    ) -> AbstractAsyncContextManager[None]:
        """Wait for room, hold it inside the block, give it back whatever happens.

        What it needs is the larger of `memory_bytes` and the usual of its kind, and `needs` on top. A place whose
        holder is not `alive` any more (without one: whose task has ended) is taken back. Raises BadInput for an unknown
        kind, and on entering Busy with the reason when there is no room within the longest wait, or too many wait.
        """
        row = BY_NAME.get(kind)
        if row is None:
            raise BadInput(f'There is no kind of work "{kind}".', hint=f"There are {', '.join(BY_NAME)}.")
        usual = row.needs(self._config())
        memory = max(usual.memory, memory_bytes)
        own = ResourceRequirements(memory, usual.cpu, usual.disk, usual.network) + needs
        return _Place(self, _Ticket(row, holder, own, priority, alive or _whoever_asks(), self._clock.monotonic()))

    def live(self) -> tuple[ResourceRow, ...]:
        """How each kind stands now."""
        return tuple(self._row(kind) for kind in KINDS)

    def status(self) -> SystemStatus | None:
        """What was measured last; None when the computer cannot be measured."""
        return self._measuring.newest

    async def look(self) -> SystemStatus | None:
        """What was measured at most two seconds ago; None when the computer cannot be measured."""
        return self._measuring.fresh() or await self._measuring.measure()

    @property
    def fault(self) -> str:
        """Why the computer cannot be measured, "" when it can."""
        return self._measuring.fault

    def values(self) -> dict[str, float]:
        """Places in use and waiters, by the keys of their series."""
        used = {series_key("resource.used", name): float(len(held)) for name, held in self._holding.items()}
        return used | {series_key("resource.waiting", name): float(len(line)) for name, line in self._lines.items()}

    def oldest(self) -> tuple[Kind, Refusal, float, int] | None:
        """Of all who wait, the kind of the one who waits longest: why, since how many seconds, and how many wait."""
        waiting = [(ticket.since, kind) for kind in KINDS for ticket in self._lines[kind.name]]
        if not waiting:
            return None
        since, kind = min(waiting, key=lambda one: one[0])
        reason = self._reasons.get(kind.name)
        line = self._lines[kind.name]
        return (kind, reason, self._clock.monotonic() - since, len(line)) if reason is not None else None

    @property
    def waiting(self) -> int:
        """How many wait, of all kinds."""
        return sum(map(len, self._lines.values()))

    @property
    def busy(self) -> bool:
        """Whether anybody holds a place or waits for one."""
        return any(self._holding.values()) or bool(self.waiting)

    def look_again(self) -> None:
        """Let in whoever may begin now: after a measurement, a change of the configuration, or a place given back."""
        for kind in KINDS:
            self._serve(kind)

    def reap(self) -> int:
        """Take back the places whose holders are gone; returns how many."""
        gone = [ticket for held in self._holding.values() for ticket in held.values() if not ticket.alive()]
        for ticket in gone:
            _log.warning("%s is gone and never gave its place (%s) back: it is free again",
                         ticket.holder, ticket.kind.name)  # fmt: skip
            self.give_back(ticket)
        return len(gone)

    async def take(self, ticket: _Ticket) -> None:
        """Wait until the ticket holds its place. Raises Busy."""
        line = self._lines[ticket.kind.name]
        status = self._at_hand(ticket) or await self._measuring.measure()
        if not len(line):
            reason = self._against(ticket, status)
            if reason is None:
                self._grant(ticket)
                return
            self._reasons[ticket.kind.name] = reason
        await self._wait(ticket, line)

    def _at_hand(self, ticket: _Ticket) -> SystemStatus | None:
        """A measurement that is good enough: a fresh one, or an older one that shows plenty of everything."""
        newest = self._measuring.fresh()
        if newest is not None:
            return newest
        older = self._measuring.newest
        if older is None or self._clock.monotonic() - older.measured > OLD_S:
            return None
        return older if self._against(ticket, older, with_plenty) is None else None

    async def _wait(self, ticket: _Ticket, line: WaitingLine[_Ticket]) -> None:
        resources = self._config().resources
        if self.waiting >= resources.max_waiting:
            raise Busy(f"{self.waiting} wait for their turn already.", hint="Try again in a few minutes.")
        ticket.turn = asyncio.get_running_loop().create_future()
        line.put(ticket)
        self._serve(ticket.kind)  # It may go before those who wait already.
        self.wanted.set()
        try:
            async with asyncio.timeout(parsed(resources.wait_timeout, Unit.SECONDS)):
                await ticket.turn
        except TimeoutError as error:
            if ticket.granted is None:
                raise self._too_late(ticket, resources.wait_timeout) from error
        except asyncio.CancelledError:
            self.give_back(ticket)
            raise
        finally:
            # Who gave up was perhaps what the others waited behind.
            if line.remove(ticket):
                self._serve(ticket.kind)

    def _too_late(self, ticket: _Ticket, limit: str) -> Busy:
        reason = self._reasons.get(ticket.kind.name)
        why = reason.text if reason is not None else "Others were first."
        return Busy(f"There was no room within {limit}. {why}", hint="Try again later, or stop something that runs.")

    def give_back(self, ticket: _Ticket) -> None:
        """Free the ticket's place; one that holds none is fine."""
        if self._holding[ticket.kind.name].pop(id(ticket), None) is not None:
            self.look_again()

    def _serve(self, kind: Kind) -> None:
        line = self._lines[kind.name]
        while (ticket := line.head()) is not None:
            reason = self._against(ticket, self._measuring.newest)
            if reason is not None:
                self._reasons[kind.name] = reason
                return
            line.remove(ticket, served=True)
            self._grant(ticket)
            if ticket.turn is not None and not ticket.turn.done():
                ticket.turn.set_result(None)
            else:  # it was cancelled a moment ago
                self._holding[kind.name].pop(id(ticket), None)
                ticket.granted = None
        self._reasons.pop(kind.name, None)

    def _grant(self, ticket: _Ticket) -> None:
        ticket.granted = self._clock.monotonic()
        self._holding[ticket.kind.name][id(ticket)] = ticket

    def _against(
        self,
        ticket: _Ticket,
        status: SystemStatus | None,
        narrowed: Callable[[Ceilings], Ceilings] = lambda ceilings: ceilings,
    ) -> Refusal | None:
        config = self._config()
        held = self._holding[ticket.kind.name]
        load = Load(
            used=len(held),
            ceiling=ticket.kind.ceiling(config),
            idle=not any(self._holding.values()),
            promised=self._promised(),
            kept_memory=sum(other.needs.memory for other in held.values()),
            budget=ticket.kind.budget(config),
        )
        return refusal(ticket.needs, load, narrowed(ceilings_of(config)), status)

    def _promised(self) -> ResourceRequirements:
        """What those need who were let in so lately that no measurement shows it."""
        limit = self._clock.monotonic() - SETTLING_S
        memory, cpu, disk, network = 0, 0.0, 0, 0
        for held in self._holding.values():
            for ticket in held.values():
                if ticket.granted is not None and ticket.granted > limit:
                    needs = ticket.needs
                    memory, cpu = memory + needs.memory, cpu + needs.cpu
                    disk, network = disk + needs.disk, network + needs.network
        return ResourceRequirements(memory, cpu, disk, network)

    def _row(self, kind: Kind) -> ResourceRow:
        config, line, held = self._config(), self._lines[kind.name], self._holding[kind.name]
        oldest = min((ticket.since for ticket in line), default=None)
        reason = self._reasons.get(kind.name) if len(line) else None
        return ResourceRow(
            kind=kind.name,
            title=kind.title,
            used=len(held),
            waiting=len(line),
            ceiling=kind.ceiling(config),
            memory=sum(ticket.needs.memory for ticket in held.values()),
            needs=kind.needs(config),
            built=kind.built,
            holders=tuple(ticket.holder for ticket in held.values()),
            waited_s=self._clock.monotonic() - oldest if oldest is not None else 0.0,
            reason=reason.text if reason is not None else "",
            cause=reason.cause.value if reason is not None else "",
        )


class _Place(AbstractAsyncContextManager[None]):
    """A place that is held while the block runs."""

    def __init__(self, manager: ResourceManager, ticket: _Ticket) -> None:
        self._manager = manager
        self._ticket = ticket

    async def __aenter__(self) -> None:
        await self._manager.take(self._ticket)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._manager.give_back(self._ticket)


def _whoever_asks() -> Alive:
    task = asyncio.current_task()
    return lambda: task is None or not task.done()
