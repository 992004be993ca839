"""Suggestions: the numbers of the course on the computer that they fit, and always a good configuration."""

from __future__ import annotations

import pytest

from clawd_desktop.config.merge import merge_patch
from clawd_desktop.config.presets import Machine, advice, patch_of, suggest_performance
from clawd_desktop.config.schema.check import checked
from clawd_desktop.core.values import JsonObject, JsonValue

GIB = 2**30
USUAL = Machine(2, 4 * GIB)
# Source: ConfigBestPractices.suggestPerformanceConfig of the course.
COURSE: dict[str, tuple[JsonValue, JsonValue]] = {
    "gateway.maxConnections": (10, 100),
    "gateway.requestTimeout": (30_000, 30_000),
    "gateway.rateLimiting.enabled": (False, True),
    "gateway.rateLimiting.requestsPerMinute": (100, 1_000),
    "gateway.rateLimiting.burstSize": (10, 100),
    "agents.defaults.maxConcurrent": (2, 5),
    "agents.sessionCacheSize": (10, 100),
    "agents.memoryLimit": (512, 1_024),
}


def at(config: JsonObject, path: str) -> JsonValue:
    value: JsonValue = config
    for key in path.split("."):
        assert isinstance(value, dict)
        value = value[key]
    return value


@pytest.mark.parametrize("production", [False, True])
def test_the_numbers_of_the_course_stand_on_the_usual_computer(production: bool) -> None:
    patch = suggest_performance(production, USUAL)
    assert {path: at(patch, path) for path in COURSE} == {path: both[production] for path, both in COURSE.items()}


MACHINES = [
    Machine(0.1, 128 * 2**20), Machine(0.5, 512 * 2**20), Machine(1, GIB), USUAL, Machine(8, 16 * GIB),
    Machine(64, 512 * GIB),
]  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("production", [False, True])
def test_any_computer_gets_limits_that_it_can_keep(machine: Machine, production: bool) -> None:
    patch = suggest_performance(production, machine)
    config = checked(patch)
    assert config.issues == ()
    assert config.config.agents.memory_limit <= machine.memory / 2**20 * 0.76
    assert config.config.agents.gc_threshold <= config.config.agents.memory_limit
    assert config.config.agents.defaults.max_concurrent >= 1
    assert config.config.tools.browser.max_instances * 1_024 <= max(1_024, machine.memory / 2**20 / 2)
    assert config.config.cache.memory >= 1


def test_more_cores_do_more_and_more_memory_keeps_more() -> None:
    small, large = suggest_performance(True, Machine(2, 2 * GIB)), suggest_performance(True, Machine(8, 32 * GIB))
    for path in ("agents.defaults.maxConcurrent", "tools.exec.maxProcesses", "agents.memoryLimit", "cache.memory",
                 "agents.sessionCacheSize", "gateway.maxConnections"):  # fmt: skip
        assert at(large, path) > at(small, path), path  # type: ignore[operator]


def test_each_says_why_and_nothing_else_is_touched() -> None:
    rows = advice(True, USUAL)
    assert all(row.why for row in rows)
    assert len({row.path for row in rows}) == len(rows)
    before: JsonObject = {"gateway": {"port": 5, "auth": {"mode": "token"}}, "agents": {"list": [{"id": "a"}]}}
    after = merge_patch(before, patch_of(rows))
    assert isinstance(after, dict)
    assert at(after, "gateway.port") == 5
    assert at(after, "gateway.auth.mode") == "token"
    assert at(after, "agents.list") == [{"id": "a"}]
