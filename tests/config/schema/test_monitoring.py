from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema import Config
from clawd_desktop.core.values import JsonObject


def test_the_thresholds_are_those_of_the_course() -> None:
    found = Config().monitoring.thresholds
    assert (found.cpu_warning, found.cpu_critical, found.memory_critical, found.error_rate_critical) == (
        0.8, 0.95, 0.9, 0.1,
    )  # fmt: skip
    assert found.check_interval == 60_000


def test_a_rule_says_for_how_long_and_quiet_hours_from_when() -> None:
    raw: JsonObject = {
        "monitoring": {
            "rules": {"cpu": {"for": "3m", "value": "80%"}},
            "quiet": {"hours": [{"from": "22:30", "days": ["mon"]}], "except": ["critical"]},
        }
    }
    monitoring = Config.model_validate(raw).monitoring
    assert (monitoring.rules["cpu"].for_, monitoring.rules["cpu"].value) == ("3m", "80%")
    assert monitoring.quiet.hours[0].from_ == "22:30"
    assert monitoring.quiet.except_ == ("critical",)


@pytest.mark.parametrize(
    "raw",
    [
        {"monitoring": {"quiet": {"hours": [{"from": "25:00"}]}}},
        {"monitoring": {"thresholds": {"cpuWarning": 80}}},
        {"monitoring": {"rules": {"cpu": {"severity": "loud"}}}},
        {"monitoring": {"sinks": {"x": {"type": "pigeon"}}}},
        {"monitoring": {"history": {"maxSize": "many"}}},
        {"resources": {"maxWaiting": 0}},
        {"cache": {"ttl": "soon"}},
    ],
)
def test_nonsense_is_refused(raw: JsonObject) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate(raw)
