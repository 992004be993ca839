"""Puts a changed configuration into force in the running gateway, and says what stands against it."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from clawd_desktop.config.not_yet import without_effect
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, SecretsState
from clawd_desktop.core.events import ConfigChanged, GatewayChanged, GatewayPhase, SecretsChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.gateway.host import RESTARTING, GatewayHost
from clawd_desktop.operations.gateway_password import GatewayPassword, SharedSecrets
from clawd_desktop.operations.plain_secrets import PlainSecretsMover

CONFIG_NOTICE = "config"
WARNINGS_NOTICE = "config.warnings"
NOT_YET_NOTICE = "config.not_yet"
RESTART_NOTICE = "config.restart"
SHOWN_WARNINGS = 3
GO_BACK = "config.go_back"
_AUTH = "gateway.auth"
_log = logging.getLogger("clawd.config")


class InForce(Protocol):
    """What runs with the configuration that was in force when it started."""

    def use(self, found: SharedSecrets) -> None:
        """Put other secrets into force. Raises BadInput when they cannot be used."""

    def follow(self) -> None:
        """Put limits and rules of access of the configuration into force."""

    def allowed(self) -> bool:
        """Whether it may go on listening where it does."""


class LiveConfig:
    """Listens for changes of configuration and secret store, and hands them on to what is `in_force`."""

    def __init__(
        self,
        config: ConfigStore,
        host: GatewayHost,
        password: GatewayPassword,
        mover: PlainSecretsMover,
        notices: NoticeBoard,
        clock: Clock,
        in_force: InForce,
    ) -> None:
        self._config = config
        self._host = host
        self._password = password
        self._mover = mover
        self._notices = notices
        self._clock = clock
        self._in_force = in_force
        self._undo: tuple[Unsubscribe, ...] = ()
        self._waiting: dict[str, None] = {}
        self._stale = False
        self._logged = ""
        self._taking: asyncio.Task[None] | None = None

    def listen(self, bus: EventBus) -> None:
        """Begin to listen, and say what stands against the configuration now."""
        self._undo = (
            bus.subscribe(ConfigChanged, self.config_changed),
            bus.subscribe(SecretsChanged, self.secrets_changed),
            bus.subscribe(GatewayChanged, self._gateway_changed),
        )
        self.config_changed(ConfigChanged(()))

    async def close(self) -> None:
        """Take over nothing more."""
        for unsubscribe in self._undo:
            unsubscribe()
        await tasks.stop(self._taking)

    @property
    def restart_due(self) -> bool:
        """Whether a change counts only after a restart of the gateway that has not come yet."""
        return self._host.restart_pending or bool(self._waiting)

    def config_changed(self, event: ConfigChanged) -> None:
        """Take over what changed; what needs it gets a restart of the gateway, or a notice that says so."""
        self._tell()
        self._mover.look()
        if any(path.startswith(_AUTH) for path in event.paths):
            self._take_credentials()
        if event.paths and self._host.addresses:
            self._in_force.follow()
            self._stop_what_is_not_allowed()
        restart = tuple(path for path in event.restart if not path.startswith(_AUTH))
        if self._host.addresses:
            self._restart(restart, event.paths)
        elif restart:
            self._start()

    def secrets_changed(self, event: SecretsChanged) -> None:
        """The keyring came back or holds something else: what waited for it goes on at once."""
        if event.state == SecretsState.OK:
            if self._host.addresses:
                self._take_credentials()
            else:
                self._start()

    def _start(self) -> None:
        # Not before the application has asked for it, and not over the head of somebody who gave it up.
        if self._host.wanted:
            tasks.spawn(self._host.start(), name="gateway start")

    def _restart(self, paths: tuple[str, ...], changed: tuple[str, ...]) -> None:
        reload = self._config.config.gateway.reload
        paths = changed if reload.mode == "restart" else paths
        if not paths:
            return
        if reload.mode in ("hybrid", "restart"):
            _log.info("restarting the gateway because these changed: %s", ", ".join(paths))
            self._host.restart_later(RESTARTING, reload.debounce_ms / 1000)
            return
        self._waiting |= dict.fromkeys(paths)
        title, text = "A restart is needed", f"These count after a restart of the gateway: {', '.join(self._waiting)}."
        action = NoticeAction("gateway.restart", "Restart the gateway")
        self._notices.set(Notice(RESTART_NOTICE, Severity.WARNING, title, text, (action,), self._clock.wall_ms()))

    def _gateway_changed(self, event: GatewayChanged) -> None:
        if event.phase is GatewayPhase.RUNNING:
            self._waiting.clear()
            self._notices.clear(RESTART_NOTICE)

    def _stop_what_is_not_allowed(self) -> None:
        # A port that was opened to others with a strong password or behind a proxy is not left open without them.
        if self._host.addresses and not self._in_force.allowed():
            _log.warning("the gateway may not listen any more where it does")
            self._host.restart_later(RESTARTING, 0.0)

    def _take_credentials(self) -> None:
        self._stale = True
        if self._taking is None or self._taking.done():
            self._taking = tasks.spawn(self._keep_credentials(), name="take over credentials")

    async def _keep_credentials(self) -> None:
        # One task for all changes, so that an older answer of a slow keyring never follows a newer one.
        while self._stale:
            self._stale = False
            try:
                self._in_force.use(await self._password.find())
                self._stop_what_is_not_allowed()
            except ClawdError as fault:
                _log.warning("the gateway's credentials stay as they are: %s", fault.sentence())

    def _tell(self) -> None:
        reason = self._config.safe_reason
        if reason and reason != self._logged:  # without a screen the log is where its owner looks
            _log.warning("the configuration cannot be used: %s", reason)
        self._logged = reason
        if reason:
            title = "The configuration cannot be used"
            text = f"{reason} The file was not changed; once it is mended it counts at once."
            actions: tuple[NoticeAction, ...] = (NoticeAction("settings:advanced", "Look at it"),)
            if self._config.can_go_back:
                actions = (NoticeAction(GO_BACK, "Go back to the last good one", read_first=True), *actions)
            actions = (*actions, NoticeAction("page:backup", "Restore a backup"))
            self._notices.set(Notice(CONFIG_NOTICE, Severity.ERROR, title, text, actions, self._clock.wall_ms()))
        else:
            self._notices.clear(CONFIG_NOTICE)
        self._tell_warnings()
        self._tell_not_yet()

    def _tell_not_yet(self) -> None:
        idle = without_effect(self._config.config.raw)
        if not idle:
            self._notices.clear(NOT_YET_NOTICE)
            return
        text = f"This version does not act on these yet: {', '.join(idle)}. They are kept as they are."
        title, now = "Some settings have no effect yet", self._clock.wall_ms()
        self._notices.set(Notice(NOT_YET_NOTICE, Severity.INFO, title, text, since_ms=now))

    def _tell_warnings(self) -> None:
        warnings = self._config.snapshot().warnings
        if not warnings:
            self._notices.clear(WARNINGS_NOTICE)
            return
        lines = [f"{path}: {message}" if path else message for path, message in warnings[:SHOWN_WARNINGS]]
        more = f" And {len(warnings) - SHOWN_WARNINGS} more." if len(warnings) > SHOWN_WARNINGS else ""
        text, now = " ".join(lines) + more, self._clock.wall_ms()
        self._notices.set(Notice(WARNINGS_NOTICE, Severity.INFO, "The configuration has remarks", text, since_ms=now))
