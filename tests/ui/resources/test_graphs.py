"""The graphs show metrics that exist, in their units, with the limits that rules really have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.overview.test_waiting import ALERT

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.operations.alert_rules import Importance, merged
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.resources.graphs import SEVERITIES, graph_specs, shades, thresholds

pytestmark = pytest.mark.qt
SPECS = {spec.id: spec for spec in graph_specs(4)}
RULES = merged(Monitoring()).active


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_each_line_is_a_metric_in_the_unit_of_the_graph(spec: object) -> None:
    for line in spec.lines:  # type: ignore[attr-defined]
        metric = BY_NAME[line.key]
        assert not metric.label
        assert line.rate == metric.counter
        assert spec.unit is (Unit.PER_MIN if line.rate else metric.unit)  # type: ignore[attr-defined]


def test_everything_that_the_page_promises_is_there_and_loop_lag_is_first() -> None:
    assert next(iter(SPECS)) == "loop-lag"
    assert set(SPECS) == {
        "loop-lag", "cpu", "memory", "own-memory", "network", "disk", "files", "requests", "latency", "turns",
        "tokens", "cost",
    }  # fmt: skip


def test_our_share_of_the_processor_is_that_of_all_cores() -> None:
    assert SPECS["cpu"].lines[1].factor == 0.25


def test_thresholds_are_those_of_the_rules() -> None:
    shown = {
        key: [(one.value, one.title, one.severity) for one in thresholds(spec, RULES)] for key, spec in SPECS.items()
    }
    assert shown["cpu"] == [(0.8, "Warning", "warning"), (0.95, "Critical", "critical")]
    assert shown["memory"] == [(0.9, "Critical", "critical")]
    assert shown["own-memory"] == [(2.0**30, "Warning", "warning")]
    assert shown["loop-lag"] == [(0.25, "Warning", "warning")]
    assert shown["disk"][0][0] == 2 * 2.0**30
    assert shown["network"] == []


def test_a_limit_is_scaled_with_its_line() -> None:
    (rule,) = [rule for rule in RULES if rule.metric == "process.memory"]
    (limit,) = thresholds(SPECS["cpu"], [replace(rule, metric="process.cpu", value=2.0)])
    assert limit.value == 0.5


def test_alerts_shade_the_graph_that_shows_their_series() -> None:
    over = replace(ALERT, id="a0", ended_ms=ALERT.since_ms + 60_000)
    assert [(one.since_ms, one.until_ms, one.severity) for one in shades(SPECS["cpu"], (over, ALERT))] == [
        (ALERT.since_ms, ALERT.since_ms + 60_000, "critical"), (ALERT.since_ms, None, "critical"),
    ]  # fmt: skip
    assert shades(SPECS["network"], (ALERT,)) == ()


def test_every_severity_has_a_word() -> None:
    assert set(SEVERITIES) == set(Importance)
