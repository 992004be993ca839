"""Keeps notifications few: the same words about the same cause are not shown again within half a minute."""

from __future__ import annotations

from clawd_desktop.core.clock import Clock
from clawd_desktop.system.notifications.port import Notification, Notifier

QUIET_SECONDS = 30.0


class Once:
    """A notifier in front of another one. Fulfils Notifier."""

    def __init__(self, inner: Notifier, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._shown: dict[str, tuple[Notification, float]] = {}

    async def show(self, notification: Notification) -> bool:
        """Show it unless the very same was shown less than 30 s ago; True when a person has it on the screen."""
        now = self._clock.monotonic()
        before, at = self._shown.get(notification.id, (None, 0.0))
        if before == notification and now - at < QUIET_SECONDS:
            return True
        # Remembered before the wait, so that two at once are one; forgotten again when it could not be shown.
        self._shown = {key: one for key, one in self._shown.items() if now - one[1] < QUIET_SECONDS}
        self._shown[notification.id] = (notification, now)
        shown = await self._inner.show(notification)
        if not shown:
            self._shown.pop(notification.id, None)
        return shown

    async def withdraw(self, notification_id: str) -> None:
        """Take it off the screen, because its cause is gone."""
        await self._inner.withdraw(notification_id)

    async def close(self) -> None:
        """Let go of the desktop."""
        await self._inner.close()
