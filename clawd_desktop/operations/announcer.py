"""Turns notices that matter into notifications of the desktop, and takes them back when their cause has gone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.events import NoticesChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.operations.quiet import topics_of
from clawd_desktop.system.notifications.port import Notification, Notifier

# Desktops cut longer texts off.
SURELY_SHOWN = 160
DIGEST = "quiet.digest"
MOST_HELD = 500
_NAMED = 5
_SHOW = NoticeAction("page:overview", "Show")


class Hush(Protocol):
    """Says whether somebody may be disturbed."""

    @property
    def digest(self) -> bool:
        """Whether it is told afterwards what was held back."""

    def holds(self, topics: Collection[str]) -> bool:
        """Whether what is about these topics has to wait."""

    def on_end(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call it whenever the quiet is over."""


class Announcer:
    """Says each notice once; one of mere information stays on the Overview page.

    While it is quiet, only what is excepted is said; afterwards one notification tells what was held back.
    """

    def __init__(self, notices: NoticeBoard, notifier: Notifier, bus: EventBus, hush: Hush) -> None:
        self._notices = notices
        self._notifier = notifier
        self._hush = hush
        self._said: dict[str, str] = {}
        self._held: dict[str, str] = {}
        self._unsubscribe: tuple[Unsubscribe, ...] = (
            bus.subscribe(NoticesChanged, self._changed),
            hush.on_end(self._quiet_is_over),
        )

    async def close(self) -> None:
        """Say nothing more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self._notifier.close()

    def _changed(self, event: NoticesChanged) -> None:
        if event.cleared and self._said.pop(event.cleared, None) is not None:
            tasks.spawn(self._notifier.withdraw(event.cleared), name=f"withdraw {event.cleared}")
        for notice in self._notices.current():
            said = f"{notice.title}\n{notice.text}"
            if notice.id == event.raised and is_announced(notice) and self._said.get(notice.id) != said:
                if not self._hush.holds(topics_of(notice)):
                    self._say(notice)
                elif len(self._held) < MOST_HELD:
                    self._held[notice.id] = notice.title

    def _say(self, notice: Notice) -> None:
        self._said[notice.id] = f"{notice.title}\n{notice.text}"
        shown = Notification(notice.id, notice.title, notice.text, notice.severity, offered(notice), notice.sound)
        tasks.spawn(self._notifier.show(shown), name=f"announce {notice.id}")

    def _quiet_is_over(self) -> None:
        held, self._held = self._held, {}
        standing = [notice for notice in self._notices.current() if notice.id in held]
        if not held or not self._hush.digest:
            return
        if len(held) == 1 and standing:
            self._say(standing[0])
            return
        tasks.spawn(self._notifier.show(digest_of(held, standing)), name="announce what was held back")


def is_announced(notice: Notice) -> bool:
    """Whether it appears as a notification."""
    return notice.severity > Severity.INFO if notice.announce is None else notice.announce


def digest_of(held: dict[str, str], standing: list[Notice]) -> Notification:
    """One notification for all that was held back: what still stands is named, the rest is counted."""
    names = [notice.title for notice in standing] or list(held.values())
    rest = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    state = "" if standing else " All of it is over."
    title = f"{len(held)} messages while it was quiet" if len(held) > 1 else "One message while it was quiet"
    severity = max((notice.severity for notice in standing), default=Severity.INFO)
    return Notification(DIGEST, title, f"{'; '.join(names[:_NAMED])}{rest}.{state}", severity, (_SHOW,))


def offered(notice: Notice) -> tuple[NoticeAction, ...]:
    """The buttons of the notification: what must be read first is not offered beside a text that may be cut off."""
    whole = len(notice.text) <= SURELY_SHOWN and "\n" not in notice.text
    return tuple(action for action in notice.actions if whole or not action.read_first)
