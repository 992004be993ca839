"""When the newest backup is too old follows from the plan, unless somebody has said it."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema import Config
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.alert_rules import merged
from clawd_desktop.operations.backup_rule import RULE, longest_gap_days, with_backup_rule

HOUR = 3_600.0
WEEKLY: JsonObject = {"schedule": {"kind": "weekly", "days": ["mon", "thu"]}}


@pytest.mark.parametrize(
    ("raw", "value", "clear", "enabled"),
    [
        ({}, 36, 24, True),
        ({"backup": {"schedule": {"time": "04:00"}}}, 36, 24, True),
        ({"backup": {"schedule": {"kind": "hours"}}}, 36, 24, True),
        ({"backup": WEEKLY}, 4 * 24 + 12, 4 * 24, True),
        ({"backup": {"schedule": {"kind": "weekly"}}}, 7 * 24 + 12, 7 * 24, True),
        ({"backup": {"enabled": False}}, 36, 24, False),
        ({"backup": {"notify": "never"}}, 36, 24, False),
        ({"backup": WEEKLY, "monitoring": {"rules": {"backup.old": {"value": "3d"}}}}, 72, 72, True),
        ({"backup": {"enabled": False}, "monitoring": {"rules": {"backup.old": {"enabled": True}}}}, 36, 24, True),
        ({"backup": WEEKLY, "monitoring": {"rules": {"backup.old": {"enabled": False}}}}, 108, 96, False),
    ],
)
def test_the_rule(raw: JsonObject, value: float, clear: float, enabled: bool) -> None:
    rules = merged(with_backup_rule(Config.model_validate(raw)))
    rule = rules.find(RULE)
    assert rule is not None
    assert rules.faults == ()
    assert (rule.value, rule.over_at, rule.enabled) == (value * HOUR, clear * HOUR, enabled)


def test_what_fits_already_is_left_as_it_is() -> None:
    for raw in ({}, {"backup": {"retention": {"days": 3}}}):
        config = Config.model_validate(raw)
        assert with_backup_rule(config) is config.monitoring


@pytest.mark.parametrize(
    ("days", "longest"),
    [(("sun",), 7), (("mon", "sun"), 6), (("mon", "wed", "fri"), 3), (("fri", "mon", "mon"), 4),
     (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)],
)  # fmt: skip
def test_the_longest_gap(days: tuple[str, ...], longest: int) -> None:
    assert longest_gap_days(days) == longest
