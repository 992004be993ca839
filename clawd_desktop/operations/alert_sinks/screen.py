"""Shows alerts to whoever sits at this computer: badge, notification and sound are three degrees of one notice."""

from __future__ import annotations

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.operations.alert_rules import Importance
from clawd_desktop.operations.alert_sinks.port import Kind, Told

PREFIX = "alert."
SNOOZE_S = 3_600
# How long it is said that something is over, or was only a test.
LINGERS_MS = 300_000
BADGE, NOTIFICATION, SOUND = "badge", "notification", "sound"
KINDS = (BADGE, NOTIFICATION, SOUND)
_SEVERITIES = {
    Importance.INFO: Severity.INFO, Importance.WARNING: Severity.WARNING, Importance.CRITICAL: Severity.ERROR,
}  # fmt: skip
# Names of the freedesktop sound theme: the desktop's own service plays them with the notification.
_SOUNDS = {
    Importance.INFO: "dialog-information", Importance.WARNING: "dialog-warning", Importance.CRITICAL: "dialog-error",
}  # fmt: skip
_SHOW = NoticeAction("page:alerts", "Show")
_PASSING = (Kind.RECOVERED, Kind.TEST, Kind.DIGEST)


class Screen:
    """Sets one notice per alert; the tray's badge is its severity, and the Announcer turns it into a notification."""

    def __init__(self, notices: NoticeBoard, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock
        self._passing: dict[str, int] = {}
        self._groups: dict[str, set[str]] = {}

    def show(self, told: Told, degrees: frozenset[str]) -> None:
        """Set or replace its notice. With `badge` alone nothing appears on the screen but the badge."""
        notice = notice_of(told, degrees)
        self._notices.set(notice)
        if told.kind in _PASSING:
            self._passing[notice.id] = self._clock.wall_ms() + LINGERS_MS
        else:
            self._passing.pop(notice.id, None)
        if told.members and told.kind is not Kind.DIGEST:
            self._groups[notice.id] = set(told.members)

    def take_back(self, alert_id: str) -> None:
        """The alert is over, or somebody takes care of it."""
        self._clear(PREFIX + alert_id)
        for group, members in tuple(self._groups.items()):
            members.discard(alert_id)
            if not members:
                self._clear(group)

    def tick(self) -> None:
        """Take back what was said for a while only."""
        now = self._clock.wall_ms()
        for notice_id, until in tuple(self._passing.items()):
            if not now < until <= now + LINGERS_MS:
                self._clear(notice_id)

    def close(self) -> None:
        """Take everything back: the next start says anew what still holds."""
        for notice in self._notices.current():
            if notice.id.startswith(PREFIX):
                self._clear(notice.id)

    def _clear(self, notice_id: str) -> None:
        self._passing.pop(notice_id, None)
        self._groups.pop(notice_id, None)
        self._notices.clear(notice_id)


def notice_of(told: Told, degrees: frozenset[str]) -> Notice:
    """The message as a notice."""
    announce = None if degrees & {NOTIFICATION, SOUND} else False
    sound = _SOUNDS[told.severity] if SOUND in degrees else ""
    severity = _SEVERITIES[told.severity]
    actions: tuple[NoticeAction, ...] = (_SHOW,)
    if told.kind in _PASSING:
        # It asks for nothing, but whoever was told of the begin is told of the end.
        severity, announce = Severity.INFO, True if announce is None else announce
    elif told.members:
        actions = (_SHOW,)
    else:
        actions = (
            NoticeAction(f"{PREFIX}acknowledge:{told.id}", "Acknowledge"),
            NoticeAction(f"{PREFIX}snooze:{told.rule}:{SNOOZE_S}", "Snooze 1 h"),
            _SHOW,
        )
    return Notice(PREFIX + told.id, severity, told.title, told.text, actions, told.at_ms, announce, sound, told.rule)
