"""The picture of now, closer looks and further sources."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from operations_stage import metrics_desk

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.operations.metrics import METRICS
from clawd_desktop.operations.metrics_desk import pictured


async def test_before_the_first_sampling_nothing_is_invented(tmp_path: Path) -> None:
    now = metrics_desk(tmp_path, EventBus(), ManualClock()).snapshot()
    assert now.at_ms == 0
    assert now.values == {}
    assert now.system.cpu_usage is None
    assert now.agents.token_usage.total is None


async def test_a_source_of_another_part_is_in_the_picture_and_in_the_history(tmp_path: Path) -> None:
    clock = ManualClock()
    desk = metrics_desk(tmp_path, EventBus(), clock)
    desk.add_source("cache", lambda: {"cache.hits{web_fetch}": 7.0, "alerts.open": 2.0})
    desk.add_source("disk", lambda: {"system.diskUsage": 0.25}, timeout_s=5.0)
    await desk.sampler.sample()
    now = desk.snapshot()
    assert now.at_ms == clock.wall_ms()
    assert now.values["cache.hits{web_fetch}"] == 7.0
    assert now.system.disk_usage == 0.25
    assert desk.history.latest("alerts.open") == 2.0
    await desk.sampler.close()
    await desk.history.close()


async def test_looking_closer_is_a_block(tmp_path: Path) -> None:
    desk = metrics_desk(tmp_path, EventBus(), ManualClock())
    assert desk.sampler.interval_s == 15.0
    with desk.watch():
        assert desk.sampler.interval_s == 2.0
    assert desk.sampler.interval_s == 15.0


def test_every_metric_without_label_has_a_place_in_the_picture_or_among_all_values() -> None:
    values = {metric.name: float(number) for number, metric in enumerate(METRICS) if not metric.label}
    now = pictured(5, values)
    shown = set[float]()
    for section in (now.gateway, now.agents, now.system, now.process, now.agents.token_usage, now.system.network_io):
        shown |= {getattr(section, name) for name in section.__slots__ if isinstance(getattr(section, name), float)}
    shown |= {now.loop_lag, now.loop_lag_p95}  # type: ignore[arg-type]
    left = {name for name, value in values.items() if value not in shown}
    assert left == {"storage.stateSize", "backup.age", "backup.drillAge", "log.dropped", "alerts.open"}
    assert now.values is values


def test_models_channels_and_tools_are_by_name() -> None:
    now = pictured(5, {
        "model.tokens{p/a}": 10.0, "model.responseTime{p/a}": 1.5, "model.tokens{p/b}": 1.0,
        "channel.up{telegram}": 1.0,
        "agents.toolRuns{read}": 3.0,
    })  # fmt: skip
    assert now.models == {"p/a": {"tokens": 10.0, "responseTime": 1.5}, "p/b": {"tokens": 1.0}}
    assert now.channels == {"telegram": {"up": 1.0}}
    assert now.agents.tool_runs == {"read": 3.0}


async def test_a_glance_measures_more_often_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clawd_desktop.operations.metrics_desk.GLANCE_S", 0.05)
    desk = metrics_desk(tmp_path, EventBus(), ManualClock())
    desk.glance()
    desk.glance()
    assert desk.sampler.interval_s == 2.0
    async with asyncio.timeout(5):
        while desk.sampler.interval_s == 2.0:
            await asyncio.sleep(0.005)
    desk.glance()
    assert desk.sampler.interval_s == 2.0
