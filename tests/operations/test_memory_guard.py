"""The guard: what is given up when, in which order, how often, and what is said of it."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from resource_stage import MIB, PLENTY, Settings

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import Repaired
from clawd_desktop.operations import memory_guard
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.operations.memory_guard import COOLDOWN_S, Child, Evictable, MemoryGuard
from clawd_desktop.operations.resident import resident_bytes
from clawd_desktop.operations.tidying import Tidied, Tidier


class CountedTidier(Tidier):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.settled = 0

    def settle(self) -> None:
        self.settled += 1

    async def tidy(self) -> Tidied:
        self.asked += 1
        return await super().tidy()


class Guarded:
    """A guard with things to give up."""

    def __init__(self, **sections: object) -> None:
        self.settings, self.clock = Settings(), ManualClock()
        self.settings.set(**{"agents": {"memoryLimit": 1000, "gcThreshold": 0}, **sections})
        self.repaired: list[Repaired] = []
        self.acts: list[str] = []
        self.tidier = CountedTidier()
        self.pid: int | None = None
        bus = EventBus()
        bus.subscribe(Repaired, self.repaired.append)
        evictables = (Evictable("caches", self.evict("caches", 5)), Evictable("workers", self.evict("workers", 0)))
        child = Child("the child", lambda: self.pid, 10 * MIB, lambda why: self.acts.append(f"recycle: {why}"))
        self.guard = MemoryGuard(self.settings, bus, self.clock, evictables, (child,), self.tidier)

    def evict(self, name: str, size: int):  # type: ignore[no-untyped-def]
        async def act() -> int:
            self.acts.append(name)
            return size * MIB

        return act

    async def look(self, used: int) -> None:
        await self.guard.look(status(used * MIB))


def status(used: int) -> SystemStatus:
    return replace(PLENTY, memory_usage=used)


async def test_at_four_fifths_of_the_limit_caches_and_workers_are_given_up(caplog: pytest.LogCaptureFixture) -> None:
    on = Guarded()
    await on.look(799)
    assert on.acts == []
    await on.look(800)
    assert on.acts == ["caches", "workers"]
    assert caplog.messages == ["800.0 MiB of 1000.0 MiB are in use (agents.memoryLimit): given up caches (5.0 MiB)"]
    assert on.repaired == [], "nobody had to wait: it is no matter for a person"


async def test_at_the_limit_it_is_told() -> None:
    on = Guarded()
    await on.look(1001)
    (event,) = on.repaired
    assert (event.subject, event.act, event.ok) == ("memory", "evict", True)
    assert event.text == "1001.0 MiB of 1000.0 MiB are in use (agents.memoryLimit). Given up: caches (5.0 MiB)."


async def test_it_is_not_done_again_and_again() -> None:
    on = Guarded()
    for _ in range(10):
        await on.look(900)
    assert on.acts == ["caches", "workers"]
    await on.look(960)
    assert len(on.acts) == 4, "it grew by more than a twentieth of the limit"
    on.clock.advance(COOLDOWN_S)
    on.clock.jump_wall(-(10**6))
    await on.look(960)
    assert len(on.acts) == 6


async def test_without_a_limit_nothing_is_given_up() -> None:
    on = Guarded(agents={"memoryLimit": 0, "gcThreshold": 0})
    await on.look(10**6)
    assert on.acts == []


@pytest.mark.parametrize(
    ("threshold", "repair", "asked"),
    [(1, {}, 1), (10**6, {}, 0), (0, {}, 0), (1, {"memoryGuard": False}, 0), (1, {"enabled": False}, 0)],
)
async def test_above_the_threshold_memory_is_tidied_unless_that_is_off(
    threshold: int, repair: dict[str, object], asked: int
) -> None:
    on = Guarded(agents={"memoryLimit": 0, "gcThreshold": threshold}, monitoring={"repair": repair})
    for _ in range(3):
        await on.look(1)
    assert on.tidier.asked == asked
    assert on.tidier.settled == (0 if False in repair.values() else 1)


async def test_what_was_done_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    on = Guarded(agents={"memoryLimit": 0, "gcThreshold": 1})
    with caplog.at_level(logging.INFO, "clawd"):
        await on.look(1)
    assert "tidied the memory (agents.gcThreshold)" in caplog.text


async def test_a_child_that_grew_begins_anew(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    on = Guarded()
    await on.look(1)
    assert on.acts == [], "there is no child"
    on.pid = os.getppid()

    def measured(children: tuple[int, ...] = ()) -> int:
        return 50 * MIB + 11 * MIB * len(children)

    monkeypatch.setattr(memory_guard, "resident_bytes", measured)
    with caplog.at_level(logging.INFO, "clawd"):
        await on.look(1)
    assert on.acts == ["recycle: it used 11.0 MiB"]
    assert "the child uses 11.0 MiB and begins anew when it is idle" in caplog.text


def test_the_figure_of_this_process_is_real() -> None:
    assert 20 * MIB < resident_bytes() < 4096 * MIB
