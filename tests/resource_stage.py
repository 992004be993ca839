"""A resource manager over a computer whose figures a test sets, and one that has plenty of everything."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock, ManualClock
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.measuring import Measuring
from clawd_desktop.operations.resources import ResourceManager

GIB, MIB = 2**30, 2**20
PLENTY = SystemStatus(
    memory_usage=100 * MIB,
    memory_available=8 * GIB,
    memory_total=16 * GIB,
    cpu_usage=0.1,
    cores=4,
    disk_usage=0.5,
    disk_free=100 * GIB,
    disk_total=200 * GIB,
)


@dataclass
class SetMachine:
    """Says what `status` is set to; raises `fault` when there is one, and hangs while `hangs` is set."""

    status: SystemStatus = PLENTY
    fault: Exception | None = None
    reads: int = 0
    free: threading.Event = field(default_factory=threading.Event)
    hangs: bool = False

    def read(self, *, children: bool) -> SystemStatus:
        self.reads += 1
        if self.hangs:
            self.free.wait()
        if self.fault is not None:
            raise self.fault
        return self.status

    def set(self, **changes: object) -> None:
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]


@dataclass
class Settings:
    """A configuration that a test changes while it is in force."""

    config: Config = field(default_factory=Config)

    def __call__(self) -> Config:
        return self.config

    def set(self, **sections: object) -> None:
        self.config = Config.model_validate(sections)


class Stage:
    """A manager with all that it looks at."""

    def __init__(self, *, clock: Clock | None = None, patience_s: float = 5.0, **sections: object) -> None:
        self.machine = SetMachine()
        self.settings = Settings()
        self.settings.set(**sections)
        self.clock = clock or ManualClock()
        self.measuring = Measuring(self.machine, self.clock, patience_s=patience_s)
        self.manager = ResourceManager(self.settings, self.measuring, self.clock)

    async def measured(self) -> None:
        """Measure now and let in who may begin."""
        await self.measuring.measure()
        self.manager.look_again()

    def used(self, kind: str) -> int:
        return next(row.used for row in self.manager.live() if row.kind == kind)

    def waiting(self, kind: str) -> int:
        return next(row.waiting for row in self.manager.live() if row.kind == kind)


def at_most(count: int) -> dict[str, object]:
    """The `agents` section that lets so many turns run at once."""
    return {"defaults": {"maxConcurrent": count}}


async def settle(rounds: int = 10) -> None:
    """Let everything that can go on do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)
