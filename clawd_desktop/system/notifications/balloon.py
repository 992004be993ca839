"""Notifications through the tray icon's own balloon, where the desktop offers nothing better; they have no buttons."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.core.notices import Severity
from clawd_desktop.system.notifications.port import Notification

ShowBalloon = Callable[[str, str, Severity], None]


class Balloon:
    """Shows title and text with a function of the tray icon. Fulfils Notifier."""

    def __init__(self, show_balloon: ShowBalloon) -> None:
        self._show_balloon = show_balloon

    async def show(self, notification: Notification) -> bool:
        """Show it; the balloon before it goes."""
        self._show_balloon(notification.title, notification.text, notification.severity)
        return True

    async def withdraw(self, notification_id: str) -> None:
        """A balloon goes by itself."""

    async def close(self) -> None:
        """There is nothing to close."""
