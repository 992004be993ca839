"""When a rule begins to hold and when it is over: tables of measurements, gaps, jumps of the clock, and crowds."""

from __future__ import annotations

import math
import time

import pytest
from measured import Measured

from clawd_desktop.operations.alert_rules import Comparison, Rule
from clawd_desktop.operations.alerts import GAP_MS, MOST_SERIES, Cleared, Raised, check

NOW = 1_760_000_000_000
CPU = "system.cpuUsage"
ABOVE = Rule("r", "R", CPU, Comparison.ABOVE, 0.8, 60, 0.7)
AT_ONCE = Rule("r", "R", CPU, Comparison.ABOVE, 0.8)
BELOW = Rule("r", "R", "system.diskFree", Comparison.BELOW, 100, 0, 120)
R = ("r", CPU)


def measured(key: str, *values: tuple[float, float]) -> Measured:
    """A history of (seconds before now, value), the oldest first."""
    history = Measured()
    for before_s, value in values:
        history.add(key, NOW - round(before_s * 1000), value)
    return history


def every(seconds: int, step: int, value: float) -> list[tuple[float, float]]:
    return [(before, value) for before in range(seconds, -1, -step)]


@pytest.mark.parametrize(
    ("values", "raised"),
    [
        ([], False),
        ([(0, 0.9)], False),
        (every(60, 15, 0.9), True),
        (every(45, 15, 0.9), False),
        (every(60, 2, 0.81), True),
        (every(60, 15, 0.8), False),
        ([*every(120, 15, 0.2)[:4], *every(60, 15, 0.9)], True),
        ([*every(60, 15, 0.9)[:2], (20, 0.5), (5, 0.9), (0, 0.9)], False),
        ([*every(60, 15, 0.9)[:-1], (0, 0.5)], False),
        # A gap is no evidence: neither that it held meanwhile nor that it did not.
        ([(130, 0.9), (115, 0.9), (100, 0.9), (15, 0.9), (0, 0.9)], False),
        ([(135, 0.9), (120, 0.9), (105, 0.9), (45, 0.9), (30, 0.9), (15, 0.9), (0, 0.9)], True),
        # A value of the future was measured before the clock was set back.
        ([(-3600, 0.9), (-3585, 0.9), (-3570, 0.9), (-3555, 0.9), (-3540, 0.9), (0, 0.9)], False),
        # The clock jumped an hour ahead within the stretch.
        ([(3630, 0.9), (3615, 0.9), (15, 0.9), (0, 0.9)], False),
        # It stood still, or ran backwards a little.
        ([(60, 0.9), (45, 0.9), (45, 0.9), (30, 0.9), (31, 0.9), (15, 0.9), (0, 0.9)], True),
    ],
)
def test_it_holds_when_the_whole_stretch_is_wrong(values: list[tuple[float, float]], raised: bool) -> None:
    found = check([ABOVE], measured(CPU, *values), NOW, ())
    assert [type(one) for one in found] == ([Raised] if raised else [])


@pytest.mark.parametrize(
    ("rule", "value", "active", "found"),
    [
        (AT_ONCE, 0.81, (), Raised), (AT_ONCE, 0.8, (), None), (AT_ONCE, 0.8, (R,), Cleared),
        (AT_ONCE, 0.81, (R,), None), (ABOVE, 0.75, (R,), None), (ABOVE, 0.7, (R,), Cleared),
        (BELOW, 99, (), Raised), (BELOW, 100, (), None), (BELOW, 110, (("r", "system.diskFree"),), None),
        (BELOW, 120, (("r", "system.diskFree"),), Cleared),
        (AT_ONCE, math.inf, (), Raised), (AT_ONCE, math.nan, (), None), (AT_ONCE, math.nan, (R,), None),
    ],
)  # fmt: skip
def test_begin_and_end(rule: Rule, value: float, active: tuple[tuple[str, str], ...], found: type | None) -> None:
    assert [type(one) for one in check([rule], measured(rule.metric, (0, value)), NOW, active)] == (
        [found] if found else []
    )


def test_what_was_not_measured_changes_nothing() -> None:
    history = measured(CPU, *every(60, 15, 0.9))
    history.miss(CPU)
    assert check([ABOVE], history, NOW, ()) == ()
    history = measured(CPU, (0, 0.1))
    history.miss(CPU)
    assert check([ABOVE], history, NOW, (R,)) == ()


def test_since_when() -> None:
    (raised,) = check([ABOVE], measured(CPU, *every(60, 15, 0.9)), NOW, ())
    assert isinstance(raised, Raised)
    assert (raised.since_ms, raised.value, raised.subject) == (NOW - 60_000, 0.9, R)


def test_each_label_is_an_alert_of_its_own_and_one_can_be_named() -> None:
    history = Measured()
    for name, value in (("a", 0), ("b", 1), ("c", 0)):
        history.add(f"channel.up{{{name}}}", NOW, value)
    every_one = Rule("all", "A", "channel.up", Comparison.BELOW, 1)
    only_c = Rule("c", "C", "channel.up{c}", Comparison.BELOW, 1)
    found = check([every_one, only_c], history, NOW, {("all", "channel.up{a}")})
    assert [one.subject for one in found] == [("all", "channel.up{c}"), ("c", "channel.up{c}")]


def test_a_clock_that_jumps_raises_nothing_and_loses_nothing() -> None:
    """Values every 15 s under a clock that is set to and fro; right values never raise, wrong ones always do again."""
    for jump_s in (-86_400, -3_600, -40, 0, 40, 3_600, 86_400):
        for at, value, begins in ((2, 0.2, False), (8, 0.2, False), (2, 0.9, True), (8, 0.9, True)):
            history, now, active, raised = Measured(), NOW, set(), 0
            for step in range(20):
                now += 15_000 + (jump_s * 1000 if step == at else 0)
                history.add(CPU, now, value)
                for found in check([ABOVE], history, now, active):
                    assert isinstance(found, Raised), "an open alert ends only when its value is right"
                    active.add(found.subject)
                    raised += 1
            assert raised == begins, (jump_s, at, value)


def crowd(rules: int, wrong: int) -> tuple[list[Rule], Measured]:
    """Rules on labelled series of ten minutes at 2 s, so many of them wrong and about to hold."""
    history = Measured()
    made = []
    for number in range(rules):
        key = f"channel.up{{c{number}}}"
        history.stretch(key, NOW - 600_000, NOW, 0.0 if number < wrong else 1.0, step_ms=2_000)
        made.append(Rule(f"r{number}", "R", key, Comparison.BELOW, 1, 590))
    return made, history


def best_ms(rules: list[Rule], history: Measured, active: set[tuple[str, str]]) -> float:
    best = math.inf
    for _ in range(7):
        began = time.perf_counter()
        check(rules, history, NOW, active)
        best = min(best, time.perf_counter() - began)
    return best * 1000


def test_two_hundred_rules_take_two_milliseconds() -> None:
    rules, history = crowd(200, wrong=0)
    assert best_ms(rules, history, set()) <= 2.0
    active = {(rule.id, rule.metric) for rule in rules[:100]}
    assert best_ms(rules, history, active) <= 2.0


def test_very_many_series_are_bounded_and_open_alerts_still_end() -> None:
    history = Measured()
    for number in range(100_000):
        history.add(f"channel.up{{c{number}}}", NOW, 0)
    rule = Rule("all", "A", "channel.up", Comparison.BELOW, 1)
    found = check([rule], history, NOW, ())
    assert len(found) == MOST_SERIES
    late = "channel.up{c99999}"
    history.add(late, NOW, 1)
    cleared = [one for one in check([rule], history, NOW, {("all", late)}) if isinstance(one, Cleared)]
    assert [one.key for one in cleared] == [late]
    assert GAP_MS == 45_000


def test_what_is_remembered_between_two_checks_changes_nothing() -> None:
    """Checks at odd times, with memory and without: both find the same at the same time."""
    history, waits, alone, remembering = Measured(), {}, [], []
    for step in range(200):
        now = NOW + step * 4_000
        if step % 3 == 0:
            history.add(CPU, now, 0.9 if 30 < step % 60 < 58 else 0.2)
        if history.keys():
            alone.append([one.subject for one in check([ABOVE], history, now, ())])
            remembering.append([one.subject for one in check([ABOVE], history, now, (), waits)])
    assert alone == remembering
    assert [R] in alone
