"""The default rules, and what the configuration makes of them: changed, switched off, added, wrong."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.core.errors import NotFound
from clawd_desktop.operations.alert_rules import Comparison, Importance, Rule, defaults, merged
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.series import split_key


def rules(**settings: object) -> dict[str, Rule]:
    return {rule.id: rule for rule in merged(Monitoring.model_validate(settings)).rules}


@pytest.mark.parametrize(
    ("rule", "sentence", "severity"),
    [
        ("cpu.warning", "CPU above 80 % for 60 s", "warning"),
        ("cpu.critical", "CPU above 95 % for 60 s", "critical"),
        ("memory.critical", "Memory above 90 % for 60 s", "critical"),
        ("errors.rate", "Errors above 10 % for 60 s", "critical"),
        ("errors.many", "Errors a minute above 10/min", "warning"),
        ("memory.app", "Memory of Clawd Desktop above 1.0 GiB for 5 min", "warning"),
        ("loop.lag", "Loop lag, p95 above 250 ms for 60 s", "warning"),
        ("disk.low", "Free disk below 2.0 GiB", "warning"),
        ("channel.down", "Channel connected below 1 for 3 min", "warning"),
        ("channel.auth", "Login ends in below 3.0 d", "warning"),
        ("backup.old", "Age of the backup above 36.0 h", "warning"),
        ("gateway.restarts", "Restarts above 3", "warning"),
        ("turns.failed", "Failed turns above 2/min", "warning"),
        ("service.down", "Service runs below 1 for 60 s", "critical"),
    ],
)
def test_the_defaults(rule: str, sentence: str, severity: str) -> None:
    found = rules()[rule]
    assert (found.sentence(), found.severity.word, found.enabled) == (sentence, severity, True)


def test_every_default_makes_sense() -> None:
    for rule in defaults(Monitoring()):
        assert split_key(rule.metric)[0] in BY_NAME
        assert not rule.breached(rule.over_at), rule.id
        assert rule.advice.endswith("."), rule.id
        assert rule.cooldown_s >= 900


def test_thresholds_and_the_limit_of_costs_come_from_the_settings() -> None:
    found = rules(thresholds={"cpuWarning": 0.5, "errorRateCritical": 0.2}, dailyCostLimit=5)
    assert (found["cpu.warning"].value, found["errors.rate"].value) == (0.5, 0.2)
    assert (found["cost.daily"].value, found["cost.daily"].enabled) == (5, True)
    assert not rules()["cost.daily"].enabled


def test_a_default_is_changed_where_something_is_said() -> None:
    changes = {"value": "1.5GiB", "for": "30s", "severity": "critical", "cooldown": "2h", "sinks": ["log"]}
    rule = rules(rules={"memory.app": changes})["memory.app"]
    assert (rule.value, rule.for_s, rule.severity, rule.cooldown_s, rule.sinks) == (
        1.5 * 2**30, 30, Importance.CRITICAL, 7_200, ("log",),
    )  # fmt: skip
    assert rule.title == "Clawd Desktop needs much memory"
    assert rule.over_at == rule.value, "the default's own end belongs to the default's value"


def test_one_is_switched_off_and_one_is_added() -> None:
    found = rules(rules={
        "loop.lag": {"enabled": False},
        "my.load": {"metric": "system.load", "comparison": "above", "value": 8, "clear": 4, "for": "2m"},
    })  # fmt: skip
    assert not found["loop.lag"].enabled
    assert found["my.load"] == Rule("my.load", "Load", "system.load", Comparison.ABOVE, 8, 120, 4)
    assert found["my.load"].enabled


def test_one_series_can_be_named() -> None:
    one = {"metric": "channel.up{telegram}", "comparison": "below", "value": 1}
    assert rules(rules={"tg": one})["tg"].metric == "channel.up{telegram}"


NEW = {"metric": "system.load", "comparison": "above", "value": 8}


@pytest.mark.parametrize(
    ("rule", "changes", "said"),
    [
        ("cpu.warning", {"value": "80 bananas"}, 'monitoring.rules.cpu.warning.value: "80 bananas" does not fit'),
        ("cpu.warning", {"value": "2GiB"}, "does not fit what is measured in share"),
        ("cpu.warning", {"value": "much"}, '"much" is no value. Write a number, alone or with one of %'),
        ("disk.low", {"value": "3s"}, "monitoring.rules.disk.low.value"),
        (
            "disk.low",
            {"clear": "1GiB"},
            "1.0 GiB is still below 2.0 GiB, so that it would never be over. It must lie at",
        ),
        ("cpu.warning", {"clear": "90%"}, "monitoring.rules.cpu.warning.clear: 90 % is still above 80 %"),
        ("cpu.warning", {"metric": "system.cpuUsege"}, "Did you mean system.cpuUsage?"),
        ("cpu.warning", {"metric": "zzz"}, "clawd-desktop metrics lists them"),
        ("cpu.warning", {"metric": "system.diskFree"}, "Give monitoring.rules.cpu.warning.value too"),
        ("cpu.warning", {"metric": "system.load{x}", "value": 1}, "system.load has one series only"),
        ("cpu.warning", {"for": "30d"}, "longer than a week"),
        ("cpu.warnign", {"value": 0.5}, "is no default rule and says nothing of metric, comparison"),
        ("a:b", NEW, "without a colon"),
        ("x" * 81, NEW, "1 to 80 visible characters"),
        ("mine", NEW | {"value": "nan"}, '"nan" is no value'),
        ("mine", NEW | {"clear": "9"}, "9 is still above 8"),
    ],
)
def test_one_that_is_wrong_is_off_and_the_others_go_on(rule: str, changes: dict[str, object], said: str) -> None:
    found = merged(Monitoring.model_validate({"rules": {rule: changes, "loop.lag": {"value": "1s"}}}))
    (fault,) = found.faults
    assert fault.rule == rule
    assert said in fault.text
    known = found.find(rule)
    assert known is None or not known.enabled
    assert found.get("loop.lag").value == 1.0
    assert len(found.active) >= len(defaults(Monitoring())) - 2


def test_there_is_a_bound() -> None:
    many = {f"r{number}": NEW for number in range(600)}
    found = merged(Monitoring.model_validate({"rules": many}))
    assert len(found.rules) == 500
    assert len(found.faults) == 600 + len(defaults(Monitoring())) - 500


def test_a_rule_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="alerts rules"):
        merged(Monitoring()).get("nope")
