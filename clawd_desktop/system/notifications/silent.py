"""No notifications, where there is no desktop to show them: everything is also in the application's own list."""

from __future__ import annotations

from clawd_desktop.system.notifications.port import Notification


class Silent:
    """Shows nothing and says so. Fulfils Notifier."""

    async def show(self, notification: Notification) -> bool:
        """False: nothing is shown."""
        return False

    async def withdraw(self, notification_id: str) -> None:
        """There is nothing to withdraw."""

    async def close(self) -> None:
        """There is nothing to close."""
