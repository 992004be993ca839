"""Keeps what a widget shows fresh while it is seen, and rests while it is not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class WhileSeen(QTimer):
    """Calls `refresh` when the widget is shown and then every `every_ms` milliseconds until it is hidden."""

    def __init__(self, widget: QWidget, refresh: Callable[[], object], every_ms: int) -> None:
        super().__init__(widget)
        self._refresh = refresh
        self.setInterval(every_ms)
        self.timeout.connect(refresh)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the widget, and leave the event to it."""
        if event.type() is QEvent.Type.Show:
            self._refresh()
            self.start()
        elif event.type() is QEvent.Type.Hide:
            self.stop()
        return super().eventFilter(watched, event)
