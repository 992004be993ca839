"""Tells a person how planned backups go, and how one that was asked for ended, as the settings want it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from clawd_desktop.backup import listing
from clawd_desktop.backup.planned_work import Came
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity

PROBLEM, MADE = "backup.planned", "backup.made"
FAILED = "The planned backup failed"
NOT_MADE = "Planned backups are not made"
NOW, PAUSE, RESUME = "backup.now", "backup.pause", "backup.resume"
# How long it is said that all is well.
LINGERS_MS = 300_000
_OPEN = NoticeAction("page:backup", "Open")
_AGAIN = NoticeAction(NOW, "Back up now")
Notify: TypeAlias = Literal["always", "problems", "never"]


class Telling:
    """Says each thing once, however often it is told; takes back what is over."""

    def __init__(self, notices: NoticeBoard, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock
        self._problem = ""
        self._made_ms = 0

    def problem(self, title: str, texts: Sequence[str], notify: Notify) -> None:
        """Planned backups do not work, for these reasons; stands until `well`."""
        text = "\n".join(texts)
        if notify == "never":
            self._notices.clear(PROBLEM)
            return
        self._problem = title
        self._set(PROBLEM, Severity.WARNING, title, text, (_AGAIN, _OPEN))

    def well(self) -> None:
        """Nothing is wrong with planned backups."""
        self._problem = ""
        self._notices.clear(PROBLEM)

    def planned(self, made: Sequence[BackupRecord], notify: Notify) -> None:
        """A planned one was made in each of its places. Whoever was told of a problem is told of its end."""
        recovered = bool(self._problem)
        self.well()
        if notify == "always" or (recovered and notify != "never"):
            title = "Planned backups work again" if recovered else "The planned backup was made"
            self._passing(Severity.INFO, title, whole(made), (_OPEN,))

    def asked(self, came: Came) -> None:
        """One that a person asked for ended."""
        if came.faults:
            self._passing(Severity.WARNING, "The backup failed", came.faults[0], (_AGAIN, _OPEN))
        elif came.made:
            self._passing(Severity.INFO, "The backup was made", whole(came.made), (_OPEN,))

    def tick(self) -> None:
        """Take back what was said for a while only."""
        now = self._clock.wall_ms()
        if self._made_ms and not self._made_ms <= now < self._made_ms + LINGERS_MS:
            self._made_ms = 0
            self._notices.clear(MADE)

    @property
    def ends_ms(self) -> int | None:
        """When to call `tick`, None when there is nothing to take back."""
        return self._made_ms + LINGERS_MS if self._made_ms else None

    def _passing(self, severity: Severity, title: str, text: str, actions: tuple[NoticeAction, ...]) -> None:
        self._made_ms = self._clock.wall_ms()
        self._set(MADE, severity, title, text, actions)

    def _set(
        self, notice_id: str, severity: Severity, title: str, text: str, actions: tuple[NoticeAction, ...]
    ) -> None:
        now = self._clock.wall_ms()
        self._notices.set(Notice(notice_id, severity, title, text, actions, now, announce=True, topic="backup"))


def whole(made: Sequence[BackupRecord]) -> str:
    """The backups that were made, as a sentence."""
    files = [record.path for record in made if not listing.in_store(record)]
    stores = [record.path for record in made if listing.in_store(record)]
    told = (("It was read back and found whole", files), ("What was new in it was read back and found whole", stores))
    return ". ".join(f"{text}: {', '.join(paths)}" for text, paths in told if paths)
