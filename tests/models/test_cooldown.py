"""How long a provider rests after faults."""

from __future__ import annotations

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFaultKind as K
from clawd_desktop.models.cooldown import Cooldowns, rest_seconds


@pytest.mark.parametrize(
    ("kind", "failures", "seconds"),
    [
        (K.RATE_LIMITED, 1, 60),
        (K.OVERLOADED, 2, 300),
        (K.TIMEOUT, 3, 1500),
        (K.UNREACHABLE, 4, 3600),
        (K.BROKEN_STREAM, 10_000, 3600),
        (K.NO_CREDIT, 1, 5 * 3600),
        (K.NO_CREDIT, 2, 10 * 3600),
        (K.NO_CREDIT, 10_000, 24 * 3600),
        (K.BAD_KEY, 1, 0),
        (K.NO_KEY, 5, 0),
        (K.TOO_LONG, 1, 0),
        (K.FILTERED, 1, 0),
        (K.BAD_REQUEST, 1, 0),
    ],
)
def test_the_table(kind: K, failures: int, seconds: float) -> None:
    assert rest_seconds(kind, failures) == seconds


def test_rests_grow_and_end_and_are_forgotten_by_success() -> None:
    clock = ManualClock()
    rests = Cooldowns(clock)
    rests.failed("a", K.OVERLOADED)
    assert (rests.remaining("a"), rests.remaining("b")) == (60, 0)
    clock.advance(61)
    assert rests.remaining("a") == 0
    rests.failed("a", K.OVERLOADED)
    assert rests.remaining("a") == 300
    rests.succeeded("a")
    assert rests.remaining("a") == 0
    rests.failed("a", K.OVERLOADED)
    assert rests.remaining("a") == 60


def test_faults_of_another_day_are_not_counted_and_the_wall_clock_does_not_matter() -> None:
    clock = ManualClock()
    rests = Cooldowns(clock)
    rests.failed("a", K.TIMEOUT)
    clock.jump_wall(-1e6)
    assert rests.remaining("a") == 60
    clock.advance(24 * 3600 + 1)
    rests.failed("a", K.TIMEOUT)
    assert rests.remaining("a") == 60
