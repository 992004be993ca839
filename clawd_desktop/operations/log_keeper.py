"""Keeps the log as the configuration says, and tells the owner when it cannot be written as it should be."""

from __future__ import annotations

import asyncio
import logging

from clawd_desktop.config.secret_refs import PREFIX, is_reference, resolve
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import ConfigChanged, SecretsChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets
from clawd_desktop.operations.log_settings import Surroundings, plan, secret_texts
from clawd_desktop.operations.logs import LogDesk
from clawd_desktop.operations.redaction import Redactor

NOTICE = "log"
_log = logging.getLogger("clawd.log")


class LogKeeper:
    """Between the log and the running application."""

    def __init__(
        self,
        desk: LogDesk,
        around: Surroundings,
        config: ConfigStore,
        secrets: Secrets,
        redactor: Redactor,
        notices: NoticeBoard,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._around = around
        self._config = config
        self._secrets = secrets
        self._redactor = redactor
        self._notices = notices
        self._clock = clock
        self._undo: tuple[Unsubscribe, ...] = ()
        self._known: dict[str, str] = {}
        self._asking: asyncio.Task[None] | None = None

    def start(self, bus: EventBus) -> None:
        """Put the configuration into force, now and whenever it changes."""
        loop = asyncio.get_running_loop()

        def changed() -> None:
            # From the log's own threads, perhaps when the loop has ended already.
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._tell)

        self._desk.fault_changed = changed
        self._undo = (
            bus.subscribe(ConfigChanged, self._changed),
            bus.subscribe(SecretsChanged, lambda _: self._ask()),
        )
        self._follow()

    async def close(self) -> None:
        """Follow nothing more; the log itself goes on. What was logged until now is written."""
        for unsubscribe in self._undo:
            unsubscribe()
        await tasks.stop(self._asking)
        self._desk.fault_changed = lambda: None
        await asyncio.to_thread(self._desk.flush)

    def _changed(self, event: ConfigChanged) -> None:
        if any(path.partition(".")[0] == "logging" for path in event.paths):
            self._follow()

    def _follow(self) -> None:
        self._desk.apply(plan(self._config.config.logging, self._around, self._known))
        self._tell()
        self._ask()

    def _ask(self) -> None:
        """Look for the secrets of log servers; the keyring may take its time."""
        needed = any(is_reference(text) for text in secret_texts(self._config.config.logging))
        if needed and (self._asking is None or self._asking.done()):
            self._asking = tasks.spawn(self._find_secrets(), name="secrets of the log")

    async def _find_secrets(self) -> None:
        found: dict[str, str] = {}
        for text in secret_texts(self._config.config.logging):
            if text.startswith(PREFIX):
                try:
                    found[text] = await resolve(text, self._secrets)
                except ClawdError as error:
                    _log.warning("a log server is left out: %s", error.sentence())
        for value in found.values():
            self._redactor.learn(value)
        if found != self._known:
            self._known = found
            self._desk.apply(plan(self._config.config.logging, self._around, found))
            self._tell()

    def _tell(self) -> None:
        faults = self._desk.faults
        if not faults:
            self._notices.clear(NOTICE)
            return
        text = f"{' '.join(faults)} The application goes on; lines that cannot be kept are counted."
        action, now = NoticeAction("settings:advanced", "Settings of the log"), self._clock.wall_ms()
        self._notices.set(
            Notice(NOTICE, Severity.WARNING, "The log is not written as it should be", text, (action,), now)
        )
