"""Time moves only as the clocks say."""

from __future__ import annotations

import time

import pytest

from clawd_desktop.core.clock import ManualClock, SystemClock


def test_the_systems_clocks() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    assert abs(clock.wall_ms() - time.time() * 1000) < 5_000
    assert clock.monotonic() >= before


def test_a_manual_clock_stands_still() -> None:
    clock = ManualClock(5)
    assert (clock.wall_ms(), clock.monotonic()) == (5, clock.monotonic())


def test_advance_moves_both_clocks() -> None:
    clock = ManualClock(1_000)
    before = clock.monotonic()
    clock.advance(1.5)
    assert clock.wall_ms() == 2_500
    assert clock.monotonic() == before + 1.5


@pytest.mark.parametrize("seconds", [-86_400, 31_536_000])
def test_a_jump_moves_only_the_wall_clock(seconds: int) -> None:
    clock = ManualClock()
    wall, steady = clock.wall_ms(), clock.monotonic()
    clock.jump_wall(seconds)
    assert clock.wall_ms() - wall == seconds * 1000
    assert clock.monotonic() == steady
