"""The current problems and requests that a person should know of: one list for tray, Overview, CLI and socket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.events import NoticesChanged


class Severity(IntEnum):
    """How much a notice matters; higher wins the tray icon."""

    INFO = 0
    WARNING = 1
    ERROR = 2
    ACTION = 3


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """A way on that a person can choose; `id` is what the application runs ("gateway.retry", "page:settings").

    `read_first` says that nobody may choose it who could not read the whole text.
    """

    id: str
    label: str
    read_first: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that is wrong or waits for a person, until its cause goes.

    `id` names the cause ("gateway.port", "keyring"): raising it again replaces the text instead of adding a row.
    `announce` says whether it appears as a notification (None: when it is more than information), `sound` names a sound
    of the freedesktop theme that goes with it, and `topic` what it is about where quiet hours make exceptions.
    """

    id: str
    severity: Severity
    title: str
    text: str
    actions: tuple[NoticeAction, ...] = ()
    since_ms: int = 0
    announce: bool | None = None
    sound: str = ""
    topic: str = ""


class NoticeBoard:
    """All current notices, most severe and oldest first."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._notices: dict[str, Notice] = {}

    def current(self) -> tuple[Notice, ...]:
        """The notices that stand now."""
        return tuple(sorted(self._notices.values(), key=lambda notice: (-notice.severity, notice.since_ms, notice.id)))

    def set(self, notice: Notice) -> None:
        """Raise or replace the notice; watchers hear of it only when it says something else than before.

        The same words raised again keep the time since when they are true.
        """
        old = self._notices.get(notice.id)
        if old is None or old != replace(notice, since_ms=old.since_ms):
            self._notices[notice.id] = notice
            self._bus.publish(NoticesChanged(raised=notice.id))

    def clear(self, notice_id: str) -> None:
        """Take the notice back because its cause is gone."""
        if self._notices.pop(notice_id, None) is not None:
            self._bus.publish(NoticesChanged(cleared=notice_id))
