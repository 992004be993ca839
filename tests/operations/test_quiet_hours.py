"""Quiet hours as tables: weekdays, midnight, time zones, and the days on which a clock is changed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clawd_desktop.config.schema.monitoring import Quiet
from clawd_desktop.core.errors import BadInput
from clawd_desktop.operations.quiet_hours import QuietPlan, plan_of, quiet_until

BERLIN = "Europe/Berlin"


def plan(*hours: dict[str, object], zone: str = BERLIN) -> QuietPlan:
    return plan_of(Quiet.model_validate({"hours": list(hours), "timezone": zone}))


def ms(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


NIGHT = {"from": "22:00", "to": "07:00"}
WEEKEND = {"days": ["sat", "sun"], "from": "00:00", "to": "00:00"}
NOON = {"days": ["mon"], "from": "12:00", "to": "13:30"}


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        # 2026-11-02 is a Monday.
        ((), "2026-11-02T23:00", ""),
        ((NIGHT,), "2026-11-02T21:59:59", ""),
        ((NIGHT,), "2026-11-02T22:00", "2026-11-03T07:00"),
        ((NIGHT,), "2026-11-03T00:00", "2026-11-03T07:00"),
        ((NIGHT,), "2026-11-03T06:59:59", "2026-11-03T07:00"),
        ((NIGHT,), "2026-11-03T07:00", ""),
        ((NOON,), "2026-11-02T12:00", "2026-11-02T13:30"),
        ((NOON,), "2026-11-02T13:30", ""),
        ((NOON,), "2026-11-03T12:30", ""),
        # The night of Friday goes into Saturday although Saturday is not named.
        (({"days": ["fri"], **NIGHT},), "2026-11-07T03:00", "2026-11-07T07:00"),
        (({"days": ["fri"], **NIGHT},), "2026-11-06T03:00", ""),
        # A whole day, and stretches that meet are one.
        ((WEEKEND,), "2026-11-07T00:00", "2026-11-09T00:00"),
        ((WEEKEND, NIGHT), "2026-11-06T23:00", "2026-11-09T07:00"),
        ((NIGHT, {"from": "06:00", "to": "09:00"}), "2026-11-03T01:00", "2026-11-03T09:00"),
        # Always quiet: said for as far as it is looked at.
        (({"from": "00:00", "to": "00:00"},), "2026-11-02T10:00", "2026-11-11T00:00"),
    ],
)
def test_is_it_quiet_and_until_when(hours: tuple[dict[str, object], ...], now: str, until: str) -> None:
    assert quiet_until(plan(*hours), ms(now)) == (ms(until) if until else None)


@pytest.mark.parametrize(
    ("to", "now", "fold", "until", "until_fold"),
    [
        # In the night to 2026-10-25 the hour from 2 to 3 comes twice; the quiet ends at its first end.
        ("02:30", "2026-10-25T02:15", 0, "2026-10-25T02:30", 0),
        ("02:30", "2026-10-25T02:45", 0, "", 0),
        ("02:30", "2026-10-25T02:15", 1, "", 0),
        ("07:00", "2026-10-25T02:15", 1, "2026-10-25T07:00", 0),
        # In the night to 2026-03-29 the hour from 2 to 3 does not come.
        ("02:30", "2026-03-29T01:59", 0, "2026-03-29T03:30", 0),
        ("02:30", "2026-03-29T03:30", 0, "", 0),
        ("07:00", "2026-03-29T03:15", 0, "2026-03-29T07:00", 0),
    ],
)
def test_the_nights_on_which_clocks_are_changed(to: str, now: str, fold: int, until: str, until_fold: int) -> None:
    found = quiet_until(plan({"from": "22:00", "to": to}), ms(now, fold=fold))
    assert found == (ms(until, fold=until_fold) if until else None)


@pytest.mark.parametrize(
    ("zone", "quiet"), [("Europe/Berlin", True), ("America/New_York", False), ("Asia/Tokyo", True)]
)
def test_the_same_moment_in_other_places(zone: str, quiet: bool) -> None:
    assert (quiet_until(plan(NIGHT, zone=zone), ms("2026-11-02T22:30")) is not None) is quiet


def test_without_a_zone_it_is_this_computers() -> None:
    here = plan_of(Quiet.model_validate({"hours": [{"from": "10:00", "to": "11:00"}]}))
    at = datetime(2026, 11, 2, 10, 30).astimezone()
    assert here.zone is None
    assert quiet_until(here, round(at.timestamp() * 1000)) == round(at.replace(hour=11, minute=0).timestamp() * 1000)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "Berlin", "x" * 300])
def test_a_zone_that_is_not_there(zone: str) -> None:
    with pytest.raises(BadInput, match=r"monitoring\.quiet\.timezone"):
        plan(NIGHT, zone=zone)
