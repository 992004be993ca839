from __future__ import annotations

import re

from clawd_desktop.operations.metrics import BY_NAME, METRICS


def test_every_metric_has_its_own_name_a_title_and_a_sentence() -> None:
    assert len(BY_NAME) == len(METRICS)
    for metric in METRICS:
        assert re.fullmatch(r"[a-z]+(\.[a-z][A-Za-z0-9]*)+", metric.name)
        assert metric.title
        assert metric.help.endswith(".")


def test_the_interface_of_the_course_is_there() -> None:
    assert {
        "gateway.uptime", "gateway.activeConnections", "gateway.requestsPerSecond", "gateway.errorRate",
        "agents.activeSessions", "agents.averageResponseTime", "agents.tokenUsage.input", "agents.tokenUsage.output",
        "agents.tokenUsage.total", "system.cpuUsage", "system.memoryUsage", "system.diskUsage", "system.networkIn",
        "system.networkOut",
    } <= BY_NAME.keys()  # fmt: skip
