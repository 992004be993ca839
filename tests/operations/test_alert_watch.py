"""When rules are checked: regularly, with each sampling those about facts, and all after something happened."""

from __future__ import annotations

import asyncio

import pytest
from alert_stage import until

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import ChannelChanged, GatewayChanged, GatewayPhase, MetricsSampled
from clawd_desktop.operations import alert_watch
from clawd_desktop.operations.alert_watch import AlertWatch


async def test_facts_with_each_sampling_and_everything_after_news() -> None:
    bus, checks = EventBus(), list[bool]()
    watch = AlertWatch(bus, lambda: 1_000.0, checks.append)
    await until(lambda: checks == [True])
    bus.publish(MetricsSampled(1))
    bus.publish(ChannelChanged("telegram", "", up=False))
    bus.publish(MetricsSampled(2))
    bus.publish(MetricsSampled(3))
    bus.publish(GatewayChanged(GatewayPhase.FAILED))
    bus.publish(MetricsSampled(4))
    assert checks == [True, False, True, False, True]
    await watch.close()
    bus.publish(MetricsSampled(5))
    assert len(checks) == 5


async def test_regularly_even_when_one_breaks_down(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alert_watch, "SHORTEST_S", 0.001)
    checks: list[bool] = []

    def check(everything: bool) -> None:
        checks.append(everything)
        if len(checks) == 2:
            raise ZeroDivisionError("a bug")

    watch = AlertWatch(EventBus(), lambda: 0.0, check)
    await until(lambda: len(checks) > 4)
    await watch.close()
    assert "a bug" in caplog.text
    assert asyncio.all_tasks() == {asyncio.current_task()}
