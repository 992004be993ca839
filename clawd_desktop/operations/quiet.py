"""Decides whether somebody may be disturbed now: quiet hours, a mute, and the system's own Do Not Disturb."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.schema.monitoring import Quiet
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.core.values import as_int
from clawd_desktop.operations.quiet_hours import QuietPlan, plan_of, quiet_until, stretches_of
from clawd_desktop.storage.json_file import JsonFile

FILE = "quiet.json"
LOOK_EVERY_S = 20.0
# Where the system does not say, it is asked again rarely: it may start to.
LOOK_AGAIN_S = 300.0
LONGEST_MUTE_S = 7 * 86_400
NOTICE = "monitoring.quiet"
CRITICAL = "critical"
MUTED = "muted"
_TOPICS = (
    ("approval.", "approvals"), ("pairing.", "approvals"), ("security.", "security"), ("secrets.", "security"),
    ("devices.secret_changed", "security"), ("gateway.exposed", "security"), ("gateway.certificate", "security"),
    ("gateway.password", "security"), ("state.rights", "security"), ("config.hooks", "security"),
)  # fmt: skip
_log = logging.getLogger("clawd.quiet")


@dataclass(frozen=True, slots=True)
class Quietness:
    """Whether it is quiet; `because` is hours, muted or system ("" when it is not).

    `until_ms` is 0 when the end is not known. `follows_system` is None where the system's Do Not Disturb cannot be
    read, and is then not followed.
    """

    because: str = ""
    until_ms: int = 0
    follows_system: bool | None = None

    @property
    def on(self) -> bool:
        """Whether it is quiet."""
        return bool(self.because)


class QuietDesk:
    """Fulfils Hush. `read_system` says whether Do Not Disturb is on, None when that is not known."""

    def __init__(
        self,
        settings: Callable[[], Quiet],
        folder: Path,
        clock: Clock,
        notices: NoticeBoard,
        read_system: Callable[[], Awaitable[bool | None]],
    ) -> None:
        self._settings = settings
        self._file = JsonFile(folder / FILE, "The file of muted notifications")
        self._clock = clock
        self._notices = notices
        self._read_system = read_system
        self._plan = QuietPlan()
        self._muted_until = 0
        self._system: bool | None = None
        self._was_on = False
        self._listeners: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Remember a mute, and begin to look."""
        try:
            self._muted_until = as_int((await self._file.read()).get("mutedUntilMs"))
        except ClawdError as error:
            _log.warning("%s", error.sentence())
        self.configure()
        self._was_on = self.state().on
        self._task = tasks.spawn(self._look(), name="quiet hours")

    async def close(self) -> None:
        """Look no more."""
        await tasks.stop(self._task)

    def configure(self) -> None:
        """Take new settings."""
        try:
            self._plan = plan_of(self._settings())
            self._notices.clear(NOTICE)
        except BadInput as error:
            self._plan = QuietPlan(stretches_of(self._settings()))
            title, now = "The time zone of the quiet hours is not known", self._clock.wall_ms()
            self._notices.set(Notice(NOTICE, Severity.WARNING, title, error.sentence(), since_ms=now))
        self.tick()

    def state(self) -> Quietness:
        """How it is now."""
        now = self._clock.wall_ms()
        hours = quiet_until(self._plan, now)
        follows = self._system if self._settings().follow_system else None
        # A mute never lasts longer than was asked for, whatever the clock does.
        muted = self._muted_until if now < self._muted_until <= now + LONGEST_MUTE_S * 1000 else 0
        if muted and muted >= (hours or 0):
            return Quietness(MUTED, muted, follows)
        if hours is not None:
            return Quietness("hours", hours, follows)
        return Quietness("system" if follows else "", 0, follows)

    def holds(self, topics: Collection[str]) -> bool:
        """Whether what is about these topics (approvals, security, critical, ids of rules) has to wait."""
        return self.state().on and not set(topics) & set(self._settings().except_)

    @property
    def digest(self) -> bool:
        """Whether it is told afterwards what was held back."""
        return self._settings().digest

    def on_end(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call it whenever the quiet is over."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def mute(self, seconds: int) -> None:
        """Be quiet for that long; 0 ends it. Raises BadInput for more than a week, StorageFault or Unreadable."""
        if not 0 <= seconds <= LONGEST_MUTE_S:
            raise BadInput("Notifications are muted for a week at most.", hint="Use quiet hours for longer.")
        self._muted_until = self._clock.wall_ms() + seconds * 1000 if seconds else 0
        self.tick()
        until = self._muted_until
        await self._file.change(lambda before: before | {"mutedUntilMs": until})

    def tick(self) -> None:
        """Notice an end."""
        on = self.state().on
        ended, self._was_on = self._was_on and not on, on
        if ended:
            for listener in tuple(self._listeners):
                tasks.attempt(listener, name="end of quiet")

    async def _look(self) -> None:
        known_at = -LOOK_AGAIN_S
        while True:
            now = self._clock.monotonic()
            if self._settings().follow_system and (self._system is not None or now - known_at >= LOOK_AGAIN_S):
                self._system, known_at = await self._read_system(), now
            self.tick()
            await asyncio.sleep(LOOK_EVERY_S)


def topics_of(notice: Notice) -> frozenset[str]:
    """What the notice is about, in the words of monitoring.quiet.except."""
    topics = {topic for prefix, topic in _TOPICS if notice.id.startswith(prefix)}
    if notice.severity is Severity.ERROR:
        topics.add(CRITICAL)
    return frozenset(topics | ({notice.topic} if notice.topic else set()))
