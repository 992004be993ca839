"""When rules are checked: regularly, with each sampling those about facts, and all after something happened."""

from __future__ import annotations

import asyncio

import pytest
from alert_stage import until

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import ChannelChanged, GatewayChanged, GatewayPhase, MetricsSampled, Resumed
from clawd_desktop.operations import alert_watch
from clawd_desktop.operations.alert_watch import AlertWatch


async def test_facts_with_each_sampling_and_everything_after_news() -> None:
    bus, checks = EventBus(), list[bool]()
    watch = AlertWatch(bus, ManualClock(), lambda: 1_000.0, checks.append)
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

    watch = AlertWatch(EventBus(), ManualClock(), lambda: 0.0, check)
    await until(lambda: len(checks) > 4)
    await watch.close()
    assert "a bug" in caplog.text
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_after_a_sleep_it_keeps_quiet_for_a_minute() -> None:
    bus, clock, checks = EventBus(), ManualClock(), list[bool]()
    watch = AlertWatch(bus, clock, lambda: 1_000.0, checks.append)
    await until(lambda: checks == [True])
    clock.advance(3_600.0)
    bus.publish(Resumed(3_600.0))
    assert watch.trouble == "", "it slept too"
    bus.publish(ChannelChanged("telegram", "", up=False))
    bus.publish(MetricsSampled(1))
    await watch.begin_anew()
    await asyncio.sleep(0)
    assert checks == [True]
    clock.advance(alert_watch.REST_S)
    bus.publish(MetricsSampled(2))
    assert checks == [True, True], "what happened meanwhile is looked at whole"
    await watch.close()


async def test_one_that_ended_or_hangs_says_so_and_begins_anew() -> None:
    clock, checks = ManualClock(), list[bool]()
    watch = AlertWatch(EventBus(), clock, lambda: 60.0, checks.append)
    await until(lambda: checks == [True])
    assert watch.trouble == ""
    clock.advance(60.0 + alert_watch.LATE_S + 5)
    assert watch.trouble == "It should have checked 65 s ago."
    await watch.begin_anew()
    assert watch.trouble == ""
    await until(lambda: checks == [True, True])
    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "check alerts")
    task.cancel()
    await until(task.done)
    assert watch.trouble == "It ended: Nobody knows why."
    await watch.close()


async def test_new_settings_are_looked_at_at_once() -> None:
    interval, checks = [1_000.0], list[bool]()
    watch = AlertWatch(EventBus(), ManualClock(), lambda: interval[0], checks.append)
    await until(lambda: checks == [True])
    watch.look()
    await until(lambda: checks == [True, True])
    await watch.close()
