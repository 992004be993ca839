"""Which backups stay: a table of rules, and properties that hold for any set of backups, rules and clocks."""

from __future__ import annotations

import dataclasses
import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clawd_desktop.backup.manifest import Cause
from clawd_desktop.backup.retention import CLOCK_SLACK_MS, DAY_MS, EARLIEST_MS, Held, Rules, Verdict, judge, over

# A computer that is busy with something else is no fault.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BERLIN = ZoneInfo("Europe/Berlin")
NOW = round(datetime(2026, 11, 26, 12, tzinfo=BERLIN).timestamp() * 1000)
ONLY_DAYS = Rules(daily=0, weekly=0, monthly=0, zone=BERLIN)


def held(days: float, *, verified: bool = True, cause: Cause = "schedule", size: int = 10, at: str = "disk") -> Held:
    """A backup that is so many days old; its id says so."""
    return Held(f"{days:g}", NOW - round(days * DAY_MS), size, verified, cause, at)


def on(text: str, name: str = "", *, verified: bool = True) -> Held:
    """A backup made at that time of Berlin."""
    made = round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)
    return Held(name or text, made, 10, verified, "schedule", "disk")


def kept(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [verdict.backup.id for verdict in verdicts if verdict.kept]


def rules_of(verdicts: tuple[Verdict, ...]) -> dict[str, str]:
    return {verdict.backup.id: verdict.rule for verdict in verdicts}


def test_thirty_days_as_in_the_course() -> None:
    days = [0, 1, 15, 29.9, 30, 30.01, 31, 90]
    assert kept(judge([held(day) for day in days], ONLY_DAYS, NOW)) == ["0", "1", "15", "29.9", "30"]


def test_a_few_areas_saved_by_hand_do_not_stand_for_the_last_backup_of_all() -> None:
    few = [dataclasses.replace(held(day), whole=False) for day in (0, 10, 20)]
    verdicts = judge([*few, held(300, verified=False), held(200), held(400)], ONLY_DAYS, NOW)
    assert kept(verdicts) == ["0", "10", "20", "200"]
    assert rules_of(verdicts)["200"] == "verified"


def test_what_is_older_stands_for_days_weeks_and_months() -> None:
    rules = Rules(days=0, daily=3, weekly=2, monthly=3, zone=BERLIN)
    made = [
        "2026-11-26T09:00", "2026-11-26T03:00",  # Thursday, twice
        "2026-11-25T03:00", "2026-11-23T03:00", "2026-11-22T03:00",  # Wednesday, Monday, Sunday of the week before
        "2026-11-15T03:00", "2026-10-31T23:30", "2026-10-01T03:00", "2026-09-30T03:00", "2026-08-01T03:00",
    ]  # fmt: skip
    found = rules_of(judge([on(time) for time in made], rules, NOW))
    assert found == {
        "2026-11-26T09:00": "verified", "2026-11-26T03:00": "old", "2026-11-25T03:00": "daily",
        "2026-11-23T03:00": "daily", "2026-11-22T03:00": "weekly", "2026-11-15T03:00": "old",
        "2026-10-31T23:30": "monthly", "2026-10-01T03:00": "old", "2026-09-30T03:00": "monthly",
        "2026-08-01T03:00": "old",
    }  # fmt: skip


def test_a_day_is_one_of_the_zone() -> None:
    """23:30 UTC on one day and 00:30 UTC on the next are one day in Berlin, two in London."""
    rules = Rules(days=0, daily=9, weekly=0, monthly=0)
    pair = [on("2026-11-21T00:30", "early"), on("2026-11-21T01:30", "late"), on("2026-11-26T03:00", "new")]
    assert kept(judge(pair, dataclasses.replace(rules, zone=BERLIN), NOW)) == ["new", "late"]
    assert kept(judge(pair, dataclasses.replace(rules, zone=ZoneInfo("UTC")), NOW)) == ["new", "late", "early"]


def test_a_day_of_25_hours_is_one_day() -> None:
    rules = Rules(days=0, daily=9, weekly=0, monthly=0, zone=BERLIN)
    # 02:30 comes twice on 25 October: the second is an hour later.
    first, second = on("2026-10-25T02:30", "first"), on("2026-10-25T02:30", "second")
    second = dataclasses.replace(second, created_ms=second.created_ms + 3_600_000)
    assert kept(judge([first, second, held(0)], rules, NOW)) == ["0", "second"]


def test_weeks_do_not_break_at_new_year() -> None:
    rules = Rules(days=0, daily=0, weekly=2, monthly=0, zone=BERLIN)
    now = round(datetime(2027, 1, 20, tzinfo=BERLIN).timestamp() * 1000)
    # Monday 28 December 2026 to Sunday 3 January 2027 is one week.
    made = [on("2026-12-28T03:00"), on("2027-01-03T03:00"), on("2027-01-11T03:00")]
    assert kept(judge(made, rules, now)) == ["2027-01-11T03:00", "2027-01-03T03:00"]


def test_of_a_day_the_newest_that_was_verified_stays() -> None:
    rules = Rules(days=0, daily=5, weekly=0, monthly=0, zone=BERLIN)
    day = [
        on("2026-11-20T08:00", "8"), on("2026-11-20T09:00", "9"), on("2026-11-20T10:00", "10", verified=False), held(0),
    ]  # fmt: skip
    assert kept(judge(day, rules, NOW)) == ["0", "9"]


@pytest.mark.parametrize(
    ("backups", "found"),
    [
        # The newest good one is the oldest of all.
        ([held(400), held(40, verified=False), held(35, verified=False)], {"400": "verified", "35": "newest"}),
        # Nothing was ever verified.
        ([held(400, verified=False), held(35, verified=False)], {"35": "newest"}),
        ([held(400)], {"400": "verified"}),
        ([], {}),
        # Each destination has its own.
        ([held(0), held(99, at="usb"), held(98, at="usb", verified=False)],
         {"0": "verified", "99": "verified", "98": "newest"}),
        # What was saved before a restore is not the only thing to go back to.
        ([held(1, cause="restore"), held(50)], {"1": "verified", "50": "verified"}),
    ],
)  # fmt: skip
def test_the_last_good_one_is_never_pruned(backups: list[Held], found: dict[str, str]) -> None:
    for rules in (Rules(days=1, daily=0, weekly=0, monthly=0, max_bytes=1), Rules(0, 1, 0, 0, 1)):
        verdicts = judge(backups, rules, NOW)
        assert {one.backup.id: one.rule for one in verdicts if one.kept and one.rule != "cause"} == found


def test_what_was_saved_before_a_restore_stays_seven_days_and_no_longer() -> None:
    backups = [held(0), held(6.9, cause="restore"), held(7.1, cause="restore"), held(8), held(8, cause="update")]
    verdicts = judge(backups, Rules(zone=BERLIN), NOW)
    assert [(one.backup.id, one.rule, one.kept) for one in verdicts] == [
        ("0", "verified", True), ("6.9", "cause", True), ("7.1", "cause", False), ("8", "days", True),
        ("8", "days", True),
    ]  # fmt: skip
    assert verdicts[1].why == "Made before a restore; such ones are kept for 7 days."
    longer = dataclasses.replace(Rules(zone=BERLIN), cause_days={"restore": 7, "update": 60})
    assert rules_of(judge([held(0), held(50, cause="update")], longer, NOW))["50"] == "cause"


def test_it_does_not_stand_for_its_day() -> None:
    rules = Rules(days=0, daily=9, weekly=9, monthly=9, zone=BERLIN)
    found = judge([held(0), held(40, cause="restore"), held(40.1)], rules, NOW)
    assert kept(found) == ["0", "40.1"]


def test_the_size_cap_takes_the_oldest_first_and_leaves_what_is_promised() -> None:
    backups = [held(0), held(1), held(2), held(3, cause="restore"), held(4), held(5, size=100, at="usb")]
    verdicts = judge(backups, dataclasses.replace(ONLY_DAYS, max_bytes=35), NOW)
    assert kept(verdicts) == ["0", "1", "3", "5"]
    assert rules_of(verdicts)["2"] == rules_of(verdicts)["4"] == "size"
    assert "35 bytes" in verdicts[2].why
    assert over(verdicts, 35) == {"usb": 65}, "the last good one stays, and the page can say that it is too large"
    assert over(verdicts, 0) == {}
    tight = judge(backups, dataclasses.replace(ONLY_DAYS, max_bytes=1), NOW)
    assert kept(tight) == ["0", "3", "5"]


def test_without_any_rule_nothing_goes() -> None:
    rules = Rules(days=0, daily=0, weekly=0, monthly=0, zone=BERLIN)
    found = judge([held(0), held(999), held(9999, verified=False)], rules, NOW)
    assert [one.rule for one in found] == ["verified", "no rules", "clock"]
    assert all(one.kept for one in found)


def test_what_is_in_use_stays() -> None:
    assert kept(judge([held(0), held(90), held(91)], ONLY_DAYS, NOW, frozenset({"91"}))) == ["0", "91"]


# Clocks that were wrong.


def test_when_the_clock_is_set_back_nothing_goes() -> None:
    backups = [held(day) for day in range(0, 90, 3)]
    before = set(kept(judge(backups, ONLY_DAYS, NOW)))
    for years in (0.1, 1, 20, 60):
        now = NOW - round(years * 365 * DAY_MS)
        after = judge(backups, ONLY_DAYS, now)
        assert before <= set(kept(after))
        assert all(one.kept for one in after if one.backup.created_ms > now + CLOCK_SLACK_MS)


def test_an_entry_from_the_future_displaces_nothing() -> None:
    ordinary = [held(0), held(1), held(29), held(31), held(200, verified=False)]
    future = [held(-4000), held(-0.5, verified=False), Held("far", 1 << 62, 10, True, "schedule", "disk")]
    alone, together = judge(ordinary, ONLY_DAYS, NOW), judge([*ordinary, *future], ONLY_DAYS, NOW)
    assert set(kept(together)) == set(kept(alone)) | {"-4000", "-0.5", "far"}
    assert {one.rule for one in together if one.backup in future} == {"clock"}
    assert "future" in together[0].why


def test_while_one_lies_in_the_future_nothing_goes_for_space() -> None:
    backups = [held(0), held(1), held(2), held(-9)]
    assert len(kept(judge(backups, dataclasses.replace(ONLY_DAYS, max_bytes=1), NOW))) == 4


def test_a_clock_that_is_minutes_ahead_is_no_fault() -> None:
    assert rules_of(judge([held(-0.001)], ONLY_DAYS, NOW)) == {"-0.001": "verified"}


def test_a_computer_that_woke_up_in_1970_loses_nothing() -> None:
    early = [Held("1970", 0, 10, True, "schedule", "disk"), Held("negative", -5, 10, True, "schedule", "disk")]
    assert {one.rule for one in judge([*early, held(0)], ONLY_DAYS, NOW) if one.kept} == {"clock", "verified"}
    assert len(kept(judge([*early, held(0)], ONLY_DAYS, 1_000))) == 3


def test_while_no_new_ones_are_made_none_grow_old() -> None:
    backups = [held(day) for day in (0, 10, 20, 29)]
    assert kept(judge(backups, ONLY_DAYS, NOW + 300 * DAY_MS)) == ["0", "10", "20", "29"]


# Properties.

CAUSES: tuple[Cause, ...] = ("person", "schedule", "update", "migration", "restore")
held_ones = st.builds(
    Held, id=st.text("abcdef0123456789", min_size=4, max_size=8),
    created_ms=st.one_of(
        st.integers(NOW - 500 * DAY_MS, NOW), st.integers(NOW - 40 * DAY_MS, NOW + 5 * DAY_MS), st.integers()
    ),
    size=st.integers(0, 10**13), verified=st.booleans(), cause=st.sampled_from(CAUSES),
    destination=st.sampled_from(("disk", "usb", "nas")),
)  # fmt: skip
rule_sets = st.builds(
    Rules, days=st.integers(0, 60), daily=st.integers(0, 9), weekly=st.integers(0, 9), monthly=st.integers(0, 9),
    max_bytes=st.one_of(st.just(0), st.integers(1, 10**14)),
    cause_days=st.dictionaries(st.sampled_from(CAUSES), st.integers(0, 30)),
    zone=st.sampled_from([ZoneInfo(n) for n in ("UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns")]),
)  # fmt: skip
times = st.one_of(st.integers(NOW - 600 * DAY_MS, NOW + 600 * DAY_MS), st.integers(0, 1 << 53))
sets = st.lists(held_ones, max_size=40, unique_by=lambda one: (one.id, one.destination))


@calm
@given(sets, rule_sets, times)
def test_each_gets_one_verdict_and_the_last_good_ones_stay(backups: list[Held], rules: Rules, now: int) -> None:
    verdicts = judge(backups, rules, now)
    assert sorted(map(id, (one.backup for one in verdicts))) == sorted(map(id, backups))
    assert all(one.why.endswith(".") for one in verdicts)
    staying = {one.backup for one in verdicts if one.kept}
    for place in {backup.destination for backup in backups}:
        here = [one for one in backups if one.destination == place]
        timely = [one for one in here if EARLIEST_MS <= one.created_ms <= now + CLOCK_SLACK_MS]
        assert staying.issuperset(one for one in here if one not in timely)
        for wanted in (timely, [one for one in timely if one.verified]):
            if wanted:
                assert max(wanted, key=lambda one: (one.created_ms, one.id)) in staying


@calm
@given(sets, rule_sets, times, st.randoms())
def test_the_order_of_the_list_does_not_matter(
    backups: list[Held], rules: Rules, now: int, chance: random.Random
) -> None:
    mixed = list(backups)
    chance.shuffle(mixed)
    first, second = ({(one.backup, one.kept) for one in judge(some, rules, now)} for some in (backups, mixed))
    assert first == second


@calm
@given(sets, rule_sets, times)
def test_to_prune_twice_removes_nothing_more(backups: list[Held], rules: Rules, now: int) -> None:
    staying = [one.backup for one in judge(backups, rules, now) if one.kept]
    assert all(one.kept for one in judge(staying, rules, now))


@calm
@given(sets, rule_sets, times, st.integers(0, 10**12))
def test_a_clock_that_is_set_back_removes_nothing_more(backups: list[Held], rules: Rules, now: int, back: int) -> None:
    rules = dataclasses.replace(rules, max_bytes=0)
    before = {one.backup for one in judge(backups, rules, now) if one.kept}
    assert before <= {one.backup for one in judge(backups, rules, now - back) if one.kept}


@calm
@given(sets, rule_sets, times)
def test_wider_rules_keep_more(backups: list[Held], rules: Rules, now: int) -> None:
    rules = dataclasses.replace(rules, max_bytes=0)
    wider = dataclasses.replace(
        rules, days=rules.days + 5, daily=rules.daily + 1, weekly=rules.weekly + 1, monthly=rules.monthly + 1
    )
    if any((rules.days, rules.daily, rules.weekly, rules.monthly)):
        now_kept = {one.backup for one in judge(backups, rules, now) if one.kept}
        assert now_kept <= {one.backup for one in judge(backups, wider, now) if one.kept}


def test_a_thousand_backups_are_judged_at_once() -> None:
    verdicts = judge([held(number / 10) for number in range(1000)], Rules(zone=BERLIN), NOW)
    assert {one.rule for one in verdicts} == {"verified", "days", "monthly", "old"}
