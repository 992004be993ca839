"""Passes on what becomes of alerts: to code that subscribed, and to the event bus; who fails stops nobody."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.events import AlertChanged, AlertRaised
from clawd_desktop.operations.alert_book import AlertNews, State

Callback: TypeAlias = Callable[[AlertNews], object]
_BEGINS = (State.RAISED, State.AGAIN)
_log = logging.getLogger("clawd.alerts")


class AlertListeners:
    """The subscribers of the course's MonitoringSystem."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._callbacks: list[Callback] = []

    def subscribe(self, callback: Callback) -> Unsubscribe:
        """Call it with all that becomes of alerts; it may be async."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return unsubscribe

    def pass_on(self, news: AlertNews) -> None:
        """Tell everybody."""
        alert = news.alert
        if news.state in _BEGINS:
            self._bus.publish(AlertRaised(alert.id, alert.rule, alert.severity.word, alert.title, alert.text))
        else:
            self._bus.publish(AlertChanged(alert.id, alert.rule, news.state.value))
        for callback in tuple(self._callbacks):
            _call(callback, news)


def _call(callback: Callback, news: AlertNews) -> None:
    name = f"subscriber of alerts {getattr(callback, '__qualname__', '')}".strip()
    answer = tasks.attempt(lambda: callback(news), name=name)
    if inspect.isawaitable(answer):
        tasks.spawn(_awaited(answer), name=name)
    elif isinstance(answer, Exception):
        _log.warning("%s failed: %s", name, answer)


async def _awaited(answer: Awaitable[object]) -> None:
    await answer
