"""What the section of the configuration says is what is planned and kept."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from clawd_desktop.backup.retention import Rules
from clawd_desktop.backup.schedule import Plan
from clawd_desktop.backup.settings import drill_of, plan_of, rules_of, size_of
from clawd_desktop.backup.wall_times import WallPlan, words
from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.backup import Backup
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonValue


def section(**raw: JsonValue) -> Backup:
    return Config.model_validate({"backup": raw}).backup


def test_the_defaults() -> None:
    assert plan_of(section(), remote=False) == Plan(WallPlan())
    assert words(plan_of(section(), remote=False).when) == "Every day at 03:30"
    assert words(drill_of(section(), remote=False).when) == "Every Sunday at 05:00"
    assert rules_of(section()) == Rules()


def test_all_of_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = section(
        enabled=False, schedule={"kind": "weekly", "days": ["mon", "sat"], "time": "7:05", "timezone": "Europe/Berlin"},
        retention={"days": 1, "daily": 2, "weekly": 3, "monthly": 4, "maxSize": "20 GB", "beforeRestore": 5},
        drill={"enabled": True, "weekly": "wed", "time": "23:59"}, onBattery="never", lowBattery=0.5, onMetered=True,
    )  # fmt: skip
    assert plan_of(found, remote=True) == Plan(
        WallPlan("weekly", 425, frozenset({0, 5}), 6, berlin), False, "never", 0.5, True, True
    )
    assert drill_of(found, remote=False) == Plan(
        WallPlan("weekly", 1439, frozenset({2}), zone=berlin), True, "never", 0.5, True, False
    )
    assert rules_of(found) == Rules(1, 2, 3, 4, 20 << 30, {"restore": 5}, berlin)


def test_a_time_zone_that_there_is_not_is_named() -> None:
    for name in ("Europe/Nowhere", "../etc/passwd", "x" * 300):
        found = section(schedule={"timezone": name})
        for make in (rules_of, lambda one: plan_of(one, remote=False), lambda one: drill_of(one, remote=False)):
            with pytest.raises(BadInput, match=r"backup\.schedule\.timezone"):
                make(found)


@pytest.mark.parametrize(
    ("text", "size"),
    [("", 0), ("0", 0), ("500", 500), ("1k", 1024), ("1.5 TB", 3 << 39), ("20GB", 20 << 30), (" 7 mb ", 7 << 20)],
)
def test_sizes(text: str, size: int) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["much", "-1GB", "1PB", "1e9", "GB"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(BadInput, match="is no size"):
        size_of(text)
