"""Events reach a window in order and in batches."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QObject
from ui.staging import settled

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import ConnectionsChanged, Event, SessionChanged
from clawd_desktop.ui import bridge
from clawd_desktop.ui.bridge import Batch, Bridge

pytestmark = pytest.mark.qt


class Window:
    """Receives batches."""

    def __init__(self) -> None:
        self.bus, self.parent, self.batches = EventBus(), QObject(), list[Batch]()
        self.bridge = Bridge(self.bus, (ConnectionsChanged, SessionChanged), self.batches.append, self.parent)

    @property
    def seen(self) -> list[Event]:
        return [event for batch in self.batches for event in batch]


async def test_a_thousand_events_are_few_batches_and_keep_their_order() -> None:
    window = Window()
    sent = [ConnectionsChanged(number) for number in range(1_000)]
    for number, event in enumerate(sent):
        window.bus.publish(event)
        if number % 100 == 0:
            await asyncio.sleep(0.001)
    await settled(lambda: len(window.seen) == 1_000)
    assert window.seen == sent
    assert len(window.batches) <= 6


async def test_batches_are_at_least_a_twentieth_of_a_second_apart() -> None:
    window, loop = Window(), asyncio.get_running_loop()
    times: list[float] = []
    window.bridge._receive = lambda _batch: times.append(loop.time())
    while len(times) < 4:
        window.bus.publish(ConnectionsChanged(1))
        await asyncio.sleep(0.001)
    assert min(later - earlier for earlier, later in zip(times, times[1:], strict=False)) > 0.045


async def test_a_single_event_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "FLUSHES_PER_SECOND", 0.01)
    window = Window()
    window.bus.publish(SessionChanged("agent:main:main"))
    await settled(lambda: window.batches)
    window.bus.publish(SessionChanged("agent:main:main"))
    assert window.bridge._pause.remainingTime() > 90_000, "the second one waits for the next batch"


async def test_kinds_that_were_not_asked_for_stay_away() -> None:
    window = Window()
    window.bus.publish(Event())
    window.bus.publish(ConnectionsChanged(1))
    await settled(lambda: window.batches)
    assert window.seen == [ConnectionsChanged(1)]


@pytest.mark.parametrize("end", ["close", "delete"])
async def test_an_ended_bridge_hands_over_nothing(end: str) -> None:
    window = Window()
    window.bus.publish(ConnectionsChanged(1))
    {"close": window.bridge.close, "delete": window.bridge.deleteLater}[end]()
    await asyncio.sleep(0.01)
    window.bus.publish(ConnectionsChanged(2))
    await asyncio.sleep(0.06)
    assert window.seen in ([], [ConnectionsChanged(1)])
    assert not any(window.bus._handlers.values())
