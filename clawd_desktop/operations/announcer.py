"""Turns notices that matter into notifications of the desktop, and takes them back when their cause has gone."""

from __future__ import annotations

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.events import NoticesChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.system.notifications.port import Notification, Notifier

# Desktops cut longer texts off.
SURELY_SHOWN = 160


class Announcer:
    """Says each notice once; one of mere information stays on the Overview page."""

    def __init__(self, notices: NoticeBoard, notifier: Notifier, bus: EventBus) -> None:
        self._notices = notices
        self._notifier = notifier
        self._said: dict[str, str] = {}
        self._unsubscribe: Unsubscribe = bus.subscribe(NoticesChanged, self._changed)

    async def close(self) -> None:
        """Say nothing more."""
        self._unsubscribe()
        await self._notifier.close()

    def _changed(self, event: NoticesChanged) -> None:
        if event.cleared and self._said.pop(event.cleared, None) is not None:
            tasks.spawn(self._notifier.withdraw(event.cleared), name=f"withdraw {event.cleared}")
        for notice in self._notices.current():
            said = f"{notice.title}\n{notice.text}"
            if notice.id == event.raised and notice.severity > Severity.INFO and self._said.get(notice.id) != said:
                self._said[notice.id] = said
                shown = Notification(notice.id, notice.title, notice.text, notice.severity, offered(notice))
                tasks.spawn(self._notifier.show(shown), name=f"announce {notice.id}")


def offered(notice: Notice) -> tuple[NoticeAction, ...]:
    """The buttons of the notification: what must be read first is not offered beside a text that may be cut off."""
    whole = len(notice.text) <= SURELY_SHOWN and "\n" not in notice.text
    return tuple(action for action in notice.actions if whole or not action.read_first)
