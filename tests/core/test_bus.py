"""Everyone who watches is told, in order, whatever the others do."""

from __future__ import annotations

import logging

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import ConnectionsChanged, Event, LoopLagged


def test_subscribers_hear_their_kind_in_the_order_they_came() -> None:
    bus = EventBus()
    heard: list[tuple[str, Event]] = []
    bus.subscribe(ConnectionsChanged, lambda event: heard.append(("first", event)))
    bus.subscribe(ConnectionsChanged, lambda event: heard.append(("second", event)))
    bus.subscribe(LoopLagged, lambda event: heard.append(("lag", event)))
    event = ConnectionsChanged(2)
    bus.publish(event)
    assert heard == [("first", event), ("second", event)]


def test_nobody_listens() -> None:
    EventBus().publish(ConnectionsChanged(1))


def test_a_base_class_is_not_heard() -> None:
    bus = EventBus()
    heard: list[Event] = []
    bus.subscribe(Event, heard.append)
    bus.publish(ConnectionsChanged(1))
    assert heard == []


def test_a_failing_watcher_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()
    heard: list[Event] = []

    def broken(_: ConnectionsChanged) -> None:
        raise RuntimeError("broken watcher")

    bus.subscribe(ConnectionsChanged, broken)
    bus.subscribe(ConnectionsChanged, heard.append)
    with caplog.at_level(logging.ERROR, "clawd.bus"):
        bus.publish(ConnectionsChanged(1))
    assert len(heard) == 1
    assert "broken watcher" in caplog.text


def test_unsubscribing() -> None:
    bus = EventBus()
    heard: list[Event] = []
    twice = heard.append
    stop = bus.subscribe(ConnectionsChanged, twice)
    bus.subscribe(ConnectionsChanged, twice)
    stop()
    bus.publish(ConnectionsChanged(1))
    assert len(heard) == 1
    stop()
    stop()
    bus.publish(ConnectionsChanged(1))
    assert len(heard) == 1


def test_a_watcher_may_leave_while_it_is_told() -> None:
    bus = EventBus()
    heard: list[str] = []
    stops = []
    stops.append(bus.subscribe(ConnectionsChanged, lambda _: (heard.append("a"), stops[0]())[0]))
    bus.subscribe(ConnectionsChanged, lambda _: heard.append("b"))
    bus.publish(ConnectionsChanged(1))
    bus.publish(ConnectionsChanged(1))
    assert heard == ["a", "b", "b"]
