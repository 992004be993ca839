"""What is measured, over a real socket, after real requests and a real run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from operations_stage import metrics_desk
from running_gateway import Client, Refusal, running

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.methods.metrics import HistoryParams, MetricMethods
from clawd_desktop.operations.metrics import METRICS


async def measured(client: Client, after: int = 0) -> Any:
    """The first picture that is newer."""
    async with asyncio.timeout(30):
        while (now := await client.call("metrics.get"))["ts"] <= after:  # type: ignore[operator]
            await asyncio.sleep(0.05)
    return now


async def test_the_picture_has_the_shape_of_the_course_and_true_numbers(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client, app.client():
        await client.call("chat.send", sessionKey="main", message="hi", idempotencyKey="k")
        await client.until("chat", runId="k", state="final")
        now = await measured(client)
        gateway, agents, system = now["gateway"], now["agents"], now["system"]
        assert set(gateway) >= {"uptime", "activeConnections", "requestsPerSecond", "errorRate"}
        assert gateway["activeConnections"] == 2
        assert gateway["requestsPerSecond"] > 0
        assert gateway["errorRate"] == 0
        assert 0 < gateway["latency"] < 0.2, "the run that was waited for is no latency"
        assert 0 < gateway["uptime"] < 60
        assert agents["tokenUsage"] == {"input": 10, "output": 5, "total": 15}
        assert agents["activeSessions"] == 1
        assert 0 < agents["averageResponseTime"] < 20
        assert agents["turns"] == 1
        assert set(system) >= {"memoryUsage", "diskUsage", "networkIO"}
        assert 0 < system["memoryUsage"] < 1
        assert now["process"]["memory"] > 20_000_000
        assert now["models"]["test/echo"]["tokens"] == 15
        assert now["models"]["test/echo"]["responseTime"] > 0
        while "lag" not in now["loop"]:  # the watchdog's first beat may come after the first sampling
            now = await measured(client, now["ts"])
        assert now["loop"]["lag"] >= 0
        listed = (await client.call("metrics.list"))["metrics"]
        assert [row["name"] for row in listed] == [metric.name for metric in METRICS]  # type: ignore[index, union-attr]
        by_name = {row["name"]: row for row in listed}  # type: ignore[index, union-attr]
        assert by_name["model.tokens"]["keys"] == ["model.tokens{test/echo}"]
        assert by_name["model.tokens"]["label"] == "model"
        assert "label" not in by_name["gateway.uptime"]
        page = await client.call("metrics.history", key="process.memory")
        assert page["unit"] == "bytes"
        assert page["mean"][-1] > 20_000_000  # type: ignore[index]
        assert (await client.call("status"))["desktop"]["requestsPerSecond"] > 0  # type: ignore[index]


async def test_failures_are_counted_and_callers_mistakes_are_not(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for _ in range(5):
            with pytest.raises(Refusal):
                await client.call("no.such.method")
            with pytest.raises(Refusal):
                await client.call("sessions.resolve", nonsense=1)
        first = await measured(client)
        assert first["gateway"]["errorRate"] == 0
        with pytest.raises(Refusal, match="not built"):
            await client.call("browser.request", method="GET", path="/")
        assert "values" in first


async def test_a_stretch_that_cannot_be_shown_is_refused_with_a_reason(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="is not known"):
            await client.call("metrics.history", key="made.up")
        with pytest.raises(Refusal, match="No such stretch"):
            await client.call("metrics.history", key="system.load", sinceMs=5, untilMs=5)
        with pytest.raises(Refusal, match="invalid metrics.history params"):
            await client.call("metrics.history", key="system.load", points=0)


async def test_gaps_are_null_and_never_not_a_number(tmp_path: Path) -> None:
    clock = ManualClock()
    desk = metrics_desk(tmp_path, EventBus(), clock)
    desk.add_source("load", lambda: {"system.load": 1.0})
    await desk.sampler.sample()
    clock.advance(300)
    await desk.sampler.sample()
    methods = MetricMethods(desk, clock)
    page = await methods.history(None, HistoryParams(key="system.load", since_ms=clock.wall_ms() - 600_000))  # type: ignore[arg-type]
    assert b"1.0,null,1.0]" in page.data
    assert b'"times":[17' in page.data
    await desk.history.close()
