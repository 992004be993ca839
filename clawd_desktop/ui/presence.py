"""Watches whether the desktop has a tray: it may come late at login and go away when a panel crashes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

EAGER_MS, CALM_MS = 2_000, 30_000
_EAGER_CHECKS = 30


class TrayPresence(QObject):
    """Knows whether there is a tray; `changed(bool)` is sent when one came or went.

    Only `isSystemTrayAvailable` tells the truth: `isVisible` is true without any tray. It is asked every 2 s for the
    first minute and after each change, then every 30 s.
    """

    changed = Signal(bool)

    def __init__(self, available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable) -> None:
        super().__init__()
        self._available = available
        self._checks = 0
        self.here = available()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)

    def start(self) -> None:
        """Begin to watch."""
        self._checks = 0
        self._timer.start(EAGER_MS)

    def stop(self) -> None:
        """Stop watching."""
        self._timer.stop()

    @property
    def interval_ms(self) -> int:
        """How often it is asked now."""
        return self._timer.interval()

    def check(self) -> None:
        """Ask now."""
        self._checks += 1
        here = self._available()
        if here != self.here:
            self.here = here
            self.start()
            self.changed.emit(here)
        elif self._checks == _EAGER_CHECKS:
            self._timer.start(CALM_MS)
