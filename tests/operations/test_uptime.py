"""The gateway's uptime is that of the gateway, and starts are counted for ten minutes."""

from __future__ import annotations

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import GatewayChanged, GatewayPhase
from clawd_desktop.operations.uptime import Uptime


def test_uptime_begins_when_it_listens_and_ends_when_it_does_not() -> None:
    bus, clock = EventBus(), ManualClock()
    uptime = Uptime(bus, clock)
    assert (uptime.seconds, uptime.starts) == (0.0, 0)
    bus.publish(GatewayChanged(GatewayPhase.STARTING))
    clock.advance(3)
    assert uptime.seconds == 0.0
    bus.publish(GatewayChanged(GatewayPhase.RUNNING))
    clock.advance(10)
    clock.jump_wall(-86_400)
    bus.publish(GatewayChanged(GatewayPhase.RUNNING, ("ws://x",)))
    assert (uptime.seconds, uptime.starts) == (10.0, 1)
    bus.publish(GatewayChanged(GatewayPhase.FAILED, reason="port"))
    assert uptime.seconds == 0.0


def test_starts_of_the_last_ten_minutes_are_counted() -> None:
    bus, clock = EventBus(), ManualClock()
    uptime = Uptime(bus, clock)
    for _ in range(3):
        bus.publish(GatewayChanged(GatewayPhase.RUNNING))
        bus.publish(GatewayChanged(GatewayPhase.STOPPED))
        clock.advance(60)
    assert uptime.starts == 3
    clock.advance(560)
    assert uptime.starts < 3
    clock.advance(600)
    assert uptime.starts == 0
    uptime.close()
    bus.publish(GatewayChanged(GatewayPhase.RUNNING))
    assert uptime.starts == 0
