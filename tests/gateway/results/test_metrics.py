"""The shapes of what is measured: the course's Metrics fits, and nothing else passes."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.metrics import MetricHistoryPage, MetricsNow

LESSON = {
    "gateway": {"uptime": 1.0, "activeConnections": 2, "requestsPerSecond": 0.5, "errorRate": 0.0},
    "agents": {
        "activeSessions": 1,
        "averageResponseTime": 2.5,
        "tokenUsage": {"input": 1, "output": 2, "total": 3},
        "toolRuns": {},
    },
    "system": {"cpuUsage": 0.5, "memoryUsage": 0.5, "diskUsage": 0.5, "networkIO": {"in": 1.0, "out": 2.0}},
}
REST = {"ts": 1, "process": {}, "loop": {}, "channels": {}, "models": {}, "values": {}}


def test_the_courses_metrics_fit() -> None:
    assert misfit(MetricsNow, LESSON | REST) == ""


def test_before_anything_is_measured_keys_are_absent() -> None:
    bare = {"gateway": {}, "agents": {"tokenUsage": {}, "toolRuns": {}}, "system": {"networkIO": {}}}
    assert misfit(MetricsNow, bare | REST) == ""


def test_a_wrong_type_is_seen() -> None:
    assert misfit(MetricsNow, LESSON | REST | {"loop": {"lag": "0.1"}})


def test_a_gap_is_null() -> None:
    page = {
        "key": "a",
        "unit": "s",
        "stepMs": 1,
        "times": [1, 2],
        "low": [None, 1.0],
        "mean": [None, 1.0],
        "high": [None, 1.0],
    }
    assert misfit(MetricHistoryPage, page) == ""
