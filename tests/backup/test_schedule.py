"""Whether a backup starts now: a table of days, sleeps, clocks and hindrances, and weeks that are lived through."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clawd_desktop.backup.schedule import (
    FOREVER_MS,
    LOOK_AGAIN_MS,
    MINUTE_MS,
    SETTLE_S,
    Decision,
    Past,
    Plan,
    Surroundings,
    decide,
    gap_ms,
)
from clawd_desktop.backup.wall_times import HOUR_MS, WallPlan

# A computer that is busy with something else is no fault.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BERLIN = ZoneInfo("Europe/Berlin")
DAY_MS = 24 * HOUR_MS
DAILY = Plan(WallPlan(minute=210, zone=BERLIN))
WEEKLY = Plan(WallPlan("weekly", 210, frozenset({6}), zone=BERLIN))
REMOTE = Plan(WallPlan(minute=210, zone=BERLIN), remote=True)
CALM = Surroundings(settled_s=3600)


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


def shown(moment: int | None) -> str:
    return "" if moment is None else f"{datetime.fromtimestamp(moment / 1000, BERLIN):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("plan", "done", "now", "start", "next_at", "code", "why"),
    [
        (DAILY, "", "2026-11-26T12:00", True, "11-26 12:00", "first", "There is no backup yet."),
        (DAILY, "2026-11-26T03:30", "2026-11-26T12:00", False, "11-27 03:30", "waiting", "Every day at 03:30."),
        (DAILY, "2026-11-26T03:30", "2026-11-27T03:29", False, "11-27 03:30", "waiting", "Every day at 03:30."),
        (DAILY, "2026-11-26T03:30", "2026-11-27T03:30", True, "11-27 03:30", "due", "Every day at 03:30."),
        # One that a person made in the evening does not replace the planned one, nor does it move it.
        (DAILY, "2026-11-26T23:00", "2026-11-27T03:31", True, "11-27 03:31", "due", "Every day at 03:30."),
        # Off or asleep at its time, for hours or for weeks: caught up once.
        (DAILY, "2026-11-25T03:30", "2026-11-26T08:00", True, "11-26 08:00", "missed",
         "It was missed at 2026-11-26 03:30, when it could not be made; it is caught up."),
        (DAILY, "2026-09-01T03:30", "2026-11-26T08:00", True, "11-26 08:00", "missed",
         "It was missed at 2026-11-26 03:30, when it could not be made; it is caught up."),
        # So late that the next turn is near: that one will do.
        (DAILY, "2026-11-24T03:30", "2026-11-26T03:00", False, "11-26 03:30", "waiting",
         "It was missed at 2026-11-25 03:30, when it could not be made; its next turn is near."),
        (DAILY, "2026-11-24T03:30", "2026-11-26T02:29", True, "11-26 02:29", "missed",
         "It was missed at 2026-11-25 03:30, when it could not be made; it is caught up."),
        (WEEKLY, "2026-11-15T03:30", "2026-11-26T08:00", True, "11-26 08:00", "missed",
         "It was missed at 2026-11-22 03:30, when it could not be made; it is caught up."),
        (WEEKLY, "2026-11-22T03:31", "2026-11-26T08:00", False, "11-29 03:30", "waiting", "Every Sunday at 03:30."),
        # The days on which the clock is turned.
        (DAILY, "2026-03-28T03:30", "2026-03-29T01:59", False, "03-29 03:30", "waiting", "Every day at 03:30."),
        (DAILY, "2026-03-28T03:30", "2026-03-29T03:30", True, "03-29 03:30", "due", "Every day at 03:30."),
        (DAILY, "2026-10-25T03:30", "2026-10-25T03:31", False, "10-26 03:30", "waiting", "Every day at 03:30."),
        # The clock was set back by a year, by a day, by a minute.
        (DAILY, "2027-11-26T03:30", "2026-11-26T12:00", True, "11-26 12:00", "missed",
         "The last backup lies in the future: the clock was set back."),
        (DAILY, "2026-11-26T13:30", "2026-11-26T12:00", True, "11-26 12:00", "missed",
         "The last backup lies in the future: the clock was set back."),
        (DAILY, "2026-11-26T12:01", "2026-11-26T12:00", False, "11-27 03:30", "waiting", "Every day at 03:30."),
        # It was set forward by ten years.
        (DAILY, "2026-11-26T03:30", "2036-11-26T03:31", True, "11-26 03:31", "due", "Every day at 03:30."),
    ],
)  # fmt: skip
def test_when(plan: Plan, done: str, now: str, start: bool, next_at: str, code: str, why: str) -> None:
    found = decide(plan, Past(done_ms=at(done) if done else 0), CALM, at(now))
    assert (found.start, shown(found.at_ms), found.code, found.why) == (start, next_at, code, why)


MISSED = Past(done_ms=at("2026-11-25T03:30"))
NOW = at("2026-11-26T08:07")


@pytest.mark.parametrize(
    ("plan", "around", "code", "next_at", "why"),
    [
        (DAILY, Surroundings(settled_s=0), "settling", "11-26 08:08", "a minute after the computer started"),
        (DAILY, Surroundings(settled_s=59), "settling", "11-26 08:07", "a minute after the computer started"),
        (DAILY, Surroundings(settled_s=60), "missed", "11-26 08:07", ""),
        (DAILY, Surroundings(60, on_battery=True, battery=0.12), "battery", "11-26 08:15", "The battery is at 12%"),
        (DAILY, Surroundings(60, on_battery=True, battery=0.3), "missed", "11-26 08:07", ""),
        (DAILY, Surroundings(60, on_battery=True), "missed", "11-26 08:07", ""),
        (DAILY, Surroundings(60, on_battery=False, battery=0.01), "missed", "11-26 08:07", ""),
        (Plan(DAILY.when, on_battery="never"), Surroundings(60, on_battery=True, battery=1.0), "battery",
         "11-26 08:15", "The computer runs on battery; it is made as soon as there is power."),
        (Plan(DAILY.when, on_battery="never"), Surroundings(60), "missed", "11-26 08:07", ""),
        (Plan(DAILY.when, on_battery="always"), Surroundings(60, on_battery=True, battery=0.01), "missed",
         "11-26 08:07", ""),
        (REMOTE, Surroundings(60, metered=True), "metered", "11-26 08:15", "The network is metered"),
        (REMOTE, Surroundings(60, online=False, metered=True), "offline", "11-26 08:15", "There is no network"),
        (REMOTE, Surroundings(60, online=True, metered=None), "missed", "11-26 08:07", ""),
        (Plan(DAILY.when, remote=True, on_metered=True), Surroundings(60, metered=True), "missed", "11-26 08:07", ""),
        # What stays on this computer needs no network.
        (DAILY, Surroundings(60, metered=True, online=False), "missed", "11-26 08:07", ""),
    ],
)  # fmt: skip
def test_what_holds_it_back(plan: Plan, around: Surroundings, code: str, next_at: str, why: str) -> None:
    found = decide(plan, MISSED, around, NOW)
    assert (found.start, found.code, shown(found.at_ms)) == (code == "missed", code, next_at)
    assert why in found.why
    assert shown(found.due_ms) == "11-26 03:30"
    # Nothing holds back what is not due.
    quiet = decide(plan, Past(done_ms=NOW), around, NOW)
    assert (quiet.code, shown(quiet.at_ms)) == ("waiting", "11-27 03:30")


def test_it_is_looked_at_again_at_steady_times() -> None:
    """So that what is shown as the next try does not move with each look."""
    around = Surroundings(60, on_battery=True, battery=0.1)
    assert {decide(DAILY, MISSED, around, NOW + one * MINUTE_MS).at_ms for one in range(7)} == {at("2026-11-26T08:15")}


@pytest.mark.parametrize(
    ("past", "now", "found"),
    [
        (Past(running=True), NOW, Decision(False, None, "running", "A backup is being made.")),
        (Past(paused_until_ms=FOREVER_MS), NOW,
         Decision(False, None, "paused", "Planned backups are paused until you resume them.")),
        (Past(paused_until_ms=NOW + 5), NOW,
         Decision(False, NOW + 5, "paused", "Planned backups are paused.", NOW + 5)),
    ],
)  # fmt: skip
def test_paused_or_running(past: Past, now: int, found: Decision) -> None:
    assert decide(DAILY, past, CALM, now) == found


def test_after_a_pause_what_was_missed_is_caught_up() -> None:
    past = Past(done_ms=at("2026-11-20T03:30"), paused_until_ms=NOW, paused_ms=at("2026-11-20T04:00"))
    assert decide(DAILY, past, CALM, NOW).code == "missed"


def test_a_pause_does_not_grow_when_the_clock_is_set_back() -> None:
    past = Past(done_ms=1, paused_until_ms=NOW + HOUR_MS, paused_ms=NOW)
    assert decide(DAILY, past, CALM, NOW).code == "paused"
    assert decide(DAILY, past, CALM, NOW - 365 * DAY_MS).start
    forever = Past(done_ms=1, paused_until_ms=FOREVER_MS, paused_ms=NOW)
    assert decide(DAILY, forever, CALM, NOW - 365 * DAY_MS).code == "paused"


def test_switched_off() -> None:
    found = decide(Plan(enabled=False), Past(failures=3), CALM, NOW)
    assert found == Decision(False, None, "off", "Planned backups are switched off.")


def test_gaps_grow_and_end() -> None:
    gaps = [gap_ms(number) // MINUTE_MS for number in range(1, 9)]
    assert gaps == [5, 15, 45, 120, 360, 360, 360, 360]
    assert gap_ms(0) == gap_ms(1)


@pytest.mark.parametrize("failures", [1, 2, 5, 40])
def test_a_failed_one_is_tried_again_after_its_gap(failures: int) -> None:
    past = Past(done_ms=at("2026-11-25T03:30"), tried_ms=NOW, failures=failures)
    found = decide(DAILY, past, CALM, NOW + MINUTE_MS)
    assert (found.start, found.code, found.at_ms) == (False, "failed", NOW + gap_ms(failures))
    assert found.why.startswith("The last backup failed" if failures == 1 else f"The last {failures} backups failed")
    again = decide(DAILY, past, CALM, NOW + gap_ms(failures))
    assert (again.start, again.code) == (True, "retry")
    # A try that fails on a battery waits for power like any other.
    low = Surroundings(60, on_battery=True, battery=0.1)
    assert decide(DAILY, past, low, NOW + gap_ms(failures)).code == "battery"


def test_a_failure_in_the_future_holds_nothing_back() -> None:
    past = Past(done_ms=at("2026-11-25T03:30"), tried_ms=NOW + 400 * DAY_MS, failures=9)
    assert decide(DAILY, past, CALM, NOW).start


def test_the_first_one_that_failed_is_tried_again_too() -> None:
    past = Past(tried_ms=NOW, failures=1)
    assert decide(DAILY, past, CALM, NOW).code == "failed"
    assert decide(DAILY, past, CALM, NOW + gap_ms(1)).code == "retry"


# Whole stretches of time, lived through by somebody who does what the decisions say.


def live(plan: Plan, start: int, end: int, asleep: list[tuple[int, int]], fails: int = 0) -> list[str]:
    """When backups began between the two times; asleep in between, and the first `fails` of them fail."""
    now, woke, done, begun = start, start - DAY_MS, start - 1, list[str]()
    tried, failures = 0, 0
    while now < end:
        for down, up in asleep:
            if down <= now < up:
                now = woke = up
        past = Past(done_ms=done, tried_ms=tried, failures=failures)
        found = decide(plan, past, Surroundings((now - woke) / 1000), now)
        if found.start:
            begun.append(shown(now))
            fails -= 1
            tried, failures, done = (now, failures + 1, done) if fails >= 0 else (0, 0, now)
            continue
        assert found.at_ms is not None
        assert found.at_ms > now
        now = min(found.at_ms, now + HOUR_MS)
    return begun


def test_a_week_with_the_night_of_summer_time() -> None:
    nights = [f"03-{day} 03:30" for day in (27, 28, 29, 30, 31)]
    assert live(DAILY, at("2026-03-26T12:00"), at("2026-03-31T12:00"), []) == nights
    assert live(DAILY, at("2026-10-23T12:00"), at("2026-10-26T12:00"), []) == [
        "10-24 03:30", "10-25 03:30", "10-26 03:30",
    ]  # fmt: skip


def test_a_computer_that_sleeps_at_night_makes_one_each_morning() -> None:
    nights = [(at(f"2026-11-{day}T22:00"), at(f"2026-11-{day + 1}T07:30")) for day in range(20, 24)]
    assert live(DAILY, at("2026-11-20T12:00"), at("2026-11-24T12:00"), nights) == [
        "11-21 07:31", "11-22 07:31", "11-23 07:31", "11-24 07:31",
    ]  # fmt: skip


def test_every_six_hours_with_a_nap() -> None:
    plan = Plan(WallPlan("hours", 0, hours=6, zone=BERLIN))
    nap = [(at("2026-11-20T11:00"), at("2026-11-20T13:00"))]
    assert live(plan, at("2026-11-20T01:00"), at("2026-11-21T01:00"), nap) == [
        "11-20 06:00", "11-20 13:01", "11-20 18:00", "11-21 00:00",
    ]  # fmt: skip


def test_failures_are_tried_again_until_it_works() -> None:
    assert live(DAILY, at("2026-11-20T12:00"), at("2026-11-22T12:00"), [], fails=4) == [
        "11-21 03:30", "11-21 03:35", "11-21 03:50", "11-21 04:35", "11-21 06:35", "11-22 03:30",
    ]  # fmt: skip


whens = st.builds(
    WallPlan, kind=st.sampled_from(["daily", "weekly", "hours"]), minute=st.integers(0, 1439),
    days=st.frozensets(st.integers(0, 6), min_size=1), hours=st.integers(1, 24),
    zone=st.sampled_from([BERLIN, ZoneInfo("Pacific/Apia"), ZoneInfo("America/St_Johns")]),
)  # fmt: skip
plans = st.builds(
    Plan, when=whens, on_battery=st.sampled_from(["always", "unlessLow", "never"]), remote=st.booleans(),
    on_metered=st.booleans(),
)  # fmt: skip
wild = st.one_of(st.just(0), st.integers(at("2020-01-01"), at("2040-01-01")), st.integers(-(1 << 62), 1 << 62))
pasts = st.builds(
    Past, done_ms=wild, tried_ms=wild, failures=st.integers(0, 99), paused_until_ms=wild, paused_ms=wild
)  # fmt: skip
unsure = st.sampled_from([None, True, False])
arounds = st.builds(
    Surroundings, settled_s=st.floats(0, 1e6), on_battery=unsure, battery=st.none() | st.floats(0, 1),
    metered=unsure, online=unsure,
)  # fmt: skip


@calm
@given(plans, pasts, arounds, st.integers(at("2021-01-01"), at("2039-01-01")))
def test_there_is_always_a_next_time_and_a_reason(plan: Plan, past: Past, around: Surroundings, now: int) -> None:
    found = decide(plan, past, around, now)
    assert found.why.endswith(".")
    if found.start:
        assert around.settled_s >= SETTLE_S
        assert found.at_ms == now
        assert past.paused_until_ms <= now or past.paused_ms > now
    else:
        assert found.at_ms is None or found.at_ms > now
        assert found.at_ms is not None or past.paused_until_ms >= FOREVER_MS


@calm
@given(plans, pasts, st.integers(at("2021-01-01"), at("2039-01-01")))
def test_a_good_one_is_not_followed_by_another_at_once(plan: Plan, past: Past, now: int) -> None:
    found = decide(plan, Past(done_ms=now), Surroundings(9999), now)
    assert not found.start
    assert found.at_ms is not None
    assert found.at_ms > now


@calm
@given(plans, wild, st.integers(at("2021-01-01"), at("2039-01-01")))
def test_nothing_is_older_than_the_plan_and_its_grace(plan: Plan, done: int, now: int) -> None:
    """Whatever the clock did, with power and network a backup is made within the plan's own step of now."""
    around, moment = Surroundings(9999), now
    for _ in range(4):
        found = decide(plan, Past(done_ms=done), around, moment)
        if found.start:
            break
        assert found.at_ms is not None
        moment = found.at_ms
    assert found.start
    assert moment - now <= 8 * DAY_MS + HOUR_MS


def test_a_look_is_not_too_rare() -> None:
    assert LOOK_AGAIN_MS <= HOUR_MS
