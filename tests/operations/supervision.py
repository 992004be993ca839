"""A supervisor whose clock stands still, and a service that breaks when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.notices import Notice, NoticeBoard
from clawd_desktop.operations.supervised import Service, ServiceRow, Silent
from clawd_desktop.operations.supervisor import Supervisor
from clawd_desktop.operations.told import Told


@dataclass
class Patient:
    """A service; `fault` is what is wrong with it, `cured_by_restart` whether a restart takes that away."""

    fault: ClawdError | Exception | None = None
    cured_by_restart: bool = True
    restart_fault: ClawdError | Exception | None = None
    asked: int = 0
    restarts: int = 0
    hangs: bool = False
    restart_hangs: bool = False
    stubborn: bool = False
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def is_well(self) -> bool:
        self.asked += 1
        if self.hangs:
            await self._hang()
        if self.fault is not None:
            raise self.fault
        return True

    async def restart(self) -> None:
        self.restarts += 1
        if self.restart_hangs:
            await self._hang()
        if self.restart_fault is not None:
            raise self.restart_fault
        if self.cured_by_restart:
            self.fault, self.hangs = None, False

    async def _hang(self) -> None:
        while self.stubborn and not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                continue
        await self.release.wait()

    def breaks(self) -> None:
        self.fault = Silent("The connection is refused.")


@dataclass
class Ward:
    """The supervisor and all that it says."""

    supervisor: Supervisor
    clock: ManualClock
    notices: NoticeBoard
    bus: EventBus
    repaired: list[Repaired]
    repair: list[Repair]

    def row(self, name: str = "patient") -> ServiceRow:
        return next(row for row in self.supervisor.rows() if row.name == name)

    def notice(self, name: str = "patient") -> Notice | None:
        return next((notice for notice in self.notices.current() if notice.id == f"service.{name}"), None)

    def watch(self, patient: Patient, **changes: object) -> Callable[[], None]:
        facts = {"name": "patient", "is_well": patient.is_well, "restart": patient.restart, "title": "The patient"}
        return self.supervisor.watch(Service(**(facts | changes)))  # type: ignore[arg-type]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.002)

    async def pass_until(self, condition: Callable[[], bool], step_s: float = 1.0, most_s: float = 10_000) -> float:
        """Let time pass, second by second and with checks in between, until it is so; returns how long it took."""
        began = self.clock.monotonic()
        while not condition():
            assert self.clock.monotonic() - began < most_s, self.supervisor.rows()
            self.clock.advance(step_s)
            for _ in range(3):
                await asyncio.sleep(0.001)
        return self.clock.monotonic() - began


@asynccontextmanager
async def ward() -> AsyncIterator[Ward]:
    """A supervisor that looks every millisecond at a clock that moves only when it is told to."""
    bus, clock, repair = EventBus(), ManualClock(), [Repair()]
    notices, repaired = NoticeBoard(bus), list[Repaired]()
    supervisor = Supervisor(lambda: repair[0], Told(bus, notices, clock), tick_s=0.001)
    bus.subscribe(Repaired, repaired.append)
    supervisor.start()
    try:
        yield Ward(supervisor, clock, notices, bus, repaired, repair)
    finally:
        await supervisor.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
