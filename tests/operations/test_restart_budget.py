"""Restarts come at once, then ever later, and end: a table, and what holds for every history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.operations.restart_budget import Budget, Decision, Verdict, decide, within

D = Decision
USUAL = Budget()


@pytest.mark.parametrize(
    ("restarts", "now", "budget", "expected"),
    [
        ((), 1000, USUAL, Verdict(D.RESTART)),
        ((1000,), 1001, USUAL, Verdict(D.WAIT, 29)),
        ((1000,), 1030, USUAL, Verdict(D.RESTART)),
        ((1000, 1030), 1031, USUAL, Verdict(D.WAIT, 59)),
        ((1000, 1030), 1090, USUAL, Verdict(D.RESTART)),
        ((1000, 1030, 1090), 1091, USUAL, Verdict(D.WAIT, 119)),
        ((1000, 1030, 1090, 1210), 1211, USUAL, Verdict(D.WAIT, 239)),
        ((1000, 1030, 1090, 1210, 1450), 1451, USUAL, Verdict(D.GIVE_UP)),
        ((1450, 1000, 1090, 1030, 1210), 1451, USUAL, Verdict(D.GIVE_UP)),
        ((1000, 1030, 1090, 1210, 1450), 2051, USUAL, Verdict(D.RESTART)),
        ((1000,), 1000, Budget(enabled=False), Verdict(D.LEAVE)),
        ((), 1000, Budget(most=0), Verdict(D.GIVE_UP)),
        ((1000,), 1000, Budget(cooldown_s=0), Verdict(D.RESTART)),
        ((1000, 1001), 1002, Budget(window_s=60, cooldown_s=40), Verdict(D.WAIT, 39)),
    ],
)
def test_when(restarts: tuple[float, ...], now: float, budget: Budget, expected: Verdict) -> None:
    assert decide(restarts, now, budget) == expected


def test_a_time_in_the_future_does_not_count() -> None:
    assert within([5.0, 11.0, 9.0], 10.0, Budget(window_s=2)) == [9.0]


budgets = st.builds(
    Budget, st.just(True), st.integers(0, 8), st.floats(0.1, 10_000, allow_nan=False), st.floats(0, 1_000)
)


@given(budget=budgets, steps=st.lists(st.floats(0, 2_000), max_size=60))
def test_never_more_than_the_budget_however_it_fails(budget: Budget, steps: list[float]) -> None:
    now, restarts = 0.0, list[float]()
    for step in steps:
        now += step
        verdict = decide(restarts, now, budget)
        if verdict.decision is D.RESTART:
            recent = within(restarts, now, budget)
            assert all(now - time >= budget.cooldown_s - 1e-6 for time in recent)
            restarts.append(now)
            assert len(within(restarts, now, budget)) <= budget.most
        elif verdict.decision is D.WAIT:
            assert verdict.wait_s > 0
            assert decide(restarts, now + verdict.wait_s + 1e-6, budget).decision is D.RESTART
