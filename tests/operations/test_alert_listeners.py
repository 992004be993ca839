"""Whoever subscribed hears of alerts, on the bus and by callback; see test_alert_desk.py for those that fail."""

from __future__ import annotations

from operations.test_alert_store import ONE

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import AlertChanged, AlertRaised, Event
from clawd_desktop.operations.alert_book import AlertNews, State
from clawd_desktop.operations.alert_listeners import AlertListeners


def test_events_and_callbacks() -> None:
    bus, heard, states = EventBus(), list[Event](), list[State]()
    bus.subscribe(AlertRaised, heard.append)
    bus.subscribe(AlertChanged, heard.append)
    listeners = AlertListeners(bus)
    leave = listeners.subscribe(lambda news: states.append(news.state))
    for state in (State.RAISED, State.ACKNOWLEDGED, State.OVER):
        listeners.pass_on(AlertNews(state, ONE))
    leave()
    leave()
    listeners.pass_on(AlertNews(State.AGAIN, ONE))
    assert states == [State.RAISED, State.ACKNOWLEDGED, State.OVER]
    raised = AlertRaised("a1", "disk.low", "warning", "T", "x")
    assert heard == [
        raised, AlertChanged("a1", "disk.low", "acknowledged"), AlertChanged("a1", "disk.low", "over"), raised,
    ]  # fmt: skip
