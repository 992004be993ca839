"""Brings events of the bus to windows in batches, at most twenty times a second: a busy gateway cannot flood Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer

from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.events import Event

FLUSHES_PER_SECOND = 20
Batch = Sequence[Event]


class Bridge(QObject):
    """Hands the events of some kinds to one window: the first at once, what follows together, oldest first.

    A bridge that is closed, or whose parent is deleted, hands over nothing more.
    """

    def __init__(self, bus: EventBus, kinds: Sequence[type[Event]], receive: Callable[[Batch], None], parent: QObject):
        super().__init__(parent)
        self._receive = receive
        self._waiting: list[Event] = []
        self._pause = QTimer(self)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._flush)
        self._off: list[Unsubscribe] = [bus.subscribe(kind, self._take) for kind in kinds]
        subscriptions = self._off
        # The bus outlives the window: a deleted bridge must not be called.
        self.destroyed.connect(lambda: [off() for off in subscriptions])

    def close(self) -> None:
        """Stop listening; events that wait are dropped."""
        for off in self._off:
            off()
        self._off.clear()
        self._waiting.clear()
        self._pause.stop()

    def _take(self, event: Event) -> None:
        self._waiting.append(event)
        if not self._pause.isActive():
            # Not from inside the publisher: its next event may belong to the same batch.
            self._pause.start(0)

    def _flush(self) -> None:
        if not self._waiting:
            return
        batch, self._waiting = self._waiting, []
        self._pause.start(round(1000 / FLUSHES_PER_SECOND))
        self._receive(batch)
