"""When a plan falls due: tables of days on which a clock is turned, and properties of all zones."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clawd_desktop.backup.wall_times import HOUR_MS, WallPlan, after, upto, words
from clawd_desktop.core.errors import BadInput

# A computer that is busy with something else is no fault.
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
UTC = ZoneInfo("UTC")


def ms(text: str, zone: tzinfo = UTC) -> int:
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)


def turns(plan: WallPlan, start: str, count: int) -> list[str]:
    """So many moments after `start`, as the zone's clock shows them."""
    assert plan.zone is not None
    found, moment = [], ms(start, plan.zone)
    for _ in range(count):
        following = after(plan, moment)
        assert following is not None
        moment = following
        found.append(f"{datetime.fromtimestamp(moment / 1000, plan.zone):%a %d %H:%M%z}")
    return found


@pytest.mark.parametrize(
    ("plan", "start", "found"),
    [
        (WallPlan(minute=210, zone=BERLIN), "2026-03-28T00:00",
         ["Sat 28 03:30+0100", "Sun 29 03:30+0200", "Mon 30 03:30+0200"]),
        # 02:30 does not exist on 29 March: it is done just after, once.
        (WallPlan(minute=150, zone=BERLIN), "2026-03-28T00:00",
         ["Sat 28 02:30+0100", "Sun 29 03:30+0200", "Mon 30 02:30+0200"]),
        # 02:30 comes twice on 25 October: the first one counts.
        (WallPlan(minute=150, zone=BERLIN), "2026-10-24T00:00",
         ["Sat 24 02:30+0200", "Sun 25 02:30+0200", "Mon 26 02:30+0100"]),
        (WallPlan(minute=150, zone=NEW_YORK), "2026-03-07T12:00", ["Sun 08 03:30-0400", "Mon 09 02:30-0400"]),
        # A clock that is turned by half an hour.
        (WallPlan(minute=135, zone=LORD_HOWE), "2026-10-03T12:00", ["Sun 04 02:45+1100", "Mon 05 02:15+1100"]),
        # Samoa left out 30 December 2011 whole.
        (WallPlan(minute=120, zone=APIA), "2011-12-29T00:00",
         ["Thu 29 02:00-1000", "Sat 31 02:00+1400", "Sun 01 02:00+1400"]),
        (WallPlan("weekly", 600, frozenset({0, 4}), zone=BERLIN), "2026-11-26T00:00",
         ["Fri 27 10:00+0100", "Mon 30 10:00+0100", "Fri 04 10:00+0100"]),
        (WallPlan("weekly", 150, frozenset({6}), zone=BERLIN), "2026-03-23T00:00",
         ["Sun 29 03:30+0200", "Sun 05 02:30+0200"]),
        (WallPlan("hours", 210, hours=6, zone=BERLIN), "2026-03-28T22:00",
         ["Sun 29 03:30+0200", "Sun 29 09:30+0200", "Sun 29 15:30+0200", "Sun 29 21:30+0200", "Mon 30 03:30+0200"]),
        # What does not divide a day begins anew with it.
        (WallPlan("hours", 60, hours=7, zone=UTC), "2026-11-26T00:00",
         ["Thu 26 01:00+0000", "Thu 26 08:00+0000", "Thu 26 15:00+0000", "Thu 26 22:00+0000", "Fri 27 01:00+0000"]),
        # Each hour, over the hour that is left out and the one that comes twice.
        (WallPlan("hours", 0, hours=1, zone=BERLIN), "2026-03-29T00:30",
         ["Sun 29 01:00+0100", "Sun 29 03:00+0200", "Sun 29 04:00+0200"]),
        (WallPlan("hours", 0, hours=1, zone=BERLIN), "2026-10-25T01:30",
         ["Sun 25 02:00+0200", "Sun 25 03:00+0100", "Sun 25 04:00+0100"]),
        (WallPlan("hours", 1380, hours=24, zone=UTC), "2026-11-26T00:00", ["Thu 26 23:00+0000", "Fri 27 23:00+0000"]),
    ],
)  # fmt: skip
def test_the_next_ones(plan: WallPlan, start: str, found: list[str]) -> None:
    assert turns(plan, start, len(found)) == found


ZONES = [BERLIN, NEW_YORK, LORD_HOWE, APIA, UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Sao_Paulo"),
         ZoneInfo("Africa/Casablanca"), ZoneInfo("Antarctica/Troll")]  # fmt: skip
plans = st.builds(
    WallPlan, kind=st.sampled_from(["daily", "weekly", "hours"]), minute=st.integers(0, 1439),
    days=st.frozensets(st.integers(0, 6), min_size=1), hours=st.integers(1, 24), zone=st.sampled_from(ZONES),
)  # fmt: skip
moments = st.integers(ms("1985-01-01"), ms("2060-01-01"))


@calm
@given(plans, moments)
def test_before_and_after_meet(plan: WallPlan, moment: int) -> None:
    following, last = after(plan, moment), upto(plan, moment)
    assert following is not None
    assert last is not None
    assert last <= moment < following
    assert after(plan, last) == following, "there is none between"
    assert upto(plan, following - 1) == last
    assert upto(plan, following) == following


@calm
@given(st.sampled_from(ZONES), st.integers(0, 1439), moments)
def test_a_daily_one_comes_once_a_day(zone: ZoneInfo, minute: int, start: int) -> None:
    plan, found = WallPlan(minute=minute, zone=zone), list[int]()
    for _ in range(40):
        following = after(plan, found[-1] if found else start)
        assert following is not None
        found.append(following)
    days = [datetime.fromtimestamp(one / 1000, zone).date() for one in found]
    # Samoa left out a day; elsewhere, a time that is left out before midnight lands on the day after.
    assert all(two - one in (timedelta(days=1), timedelta(days=2)) for one, two in pairwise(days))
    assert (days[-1] - days[0]).days <= 40


def test_where_calendars_end_nothing_falls_due() -> None:
    for moment in (-(1 << 60), 0, 1 << 60):
        assert after(WallPlan(zone=BERLIN), moment) is None
        assert upto(WallPlan(zone=BERLIN), moment) is None


def test_the_computers_own_zone() -> None:
    now = ms("2026-11-26T12:00")
    following = after(WallPlan(minute=210), now)
    assert following is not None
    assert datetime.fromtimestamp(following / 1000).strftime("%H:%M") == "03:30"
    assert 0 < following - now <= 25 * HOUR_MS


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (WallPlan(), "Every day at 03:30"),
        (WallPlan("weekly", 600), "Every Sunday at 10:00"),
        (WallPlan("weekly", 5, frozenset({4, 0, 2})), "Every Monday, Wednesday and Friday at 00:05"),
        (WallPlan("weekly", 5, frozenset(range(7))), "Every day at 00:05"),
        (WallPlan("hours", 0, hours=1), "Every hour"),
        (WallPlan("hours", 570, hours=6), "Every 6 hours, at 03:30 and on"),
    ],
)
def test_in_words(plan: WallPlan, text: str) -> None:
    assert words(plan) == text


def test_what_cannot_be_is_refused() -> None:
    for make in (
        lambda: WallPlan(minute=1440), lambda: WallPlan(minute=-1), lambda: WallPlan("weekly", days=frozenset()),
        lambda: WallPlan("weekly", days=frozenset({7})), lambda: WallPlan("hours", hours=0),
        lambda: WallPlan("hours", hours=25),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            make()
