"""Puts a changed configuration into force in the running gateway, and says what stands against it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.core.events import ConfigChanged, SecretsChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.gateway.host import RESTARTING, GatewayHost
from clawd_desktop.operations.gateway_password import GatewayPassword, SharedSecrets
from clawd_desktop.operations.logs import LEVELS
from clawd_desktop.operations.plain_secrets import PlainSecretsMover

CONFIG_NOTICE = "config"
WARNINGS_NOTICE = "config.warnings"
SHOWN_WARNINGS = 3
_log = logging.getLogger("clawd.config")


class LiveConfig:
    """Listens for changes of configuration and secret store. `use` puts other secrets into force."""

    def __init__(
        self,
        config: ConfigStore,
        host: GatewayHost,
        password: GatewayPassword,
        mover: PlainSecretsMover,
        notices: NoticeBoard,
        clock: Clock,
        use: Callable[[SharedSecrets], None],
    ) -> None:
        self._config = config
        self._host = host
        self._password = password
        self._mover = mover
        self._notices = notices
        self._clock = clock
        self._use = use

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin to listen; the returned function ends it."""
        undo = (bus.subscribe(ConfigChanged, self.config_changed), bus.subscribe(SecretsChanged, self.secrets_changed))

        def stop() -> None:
            for unsubscribe in undo:
                unsubscribe()

        return stop

    def config_changed(self, event: ConfigChanged) -> None:
        """Take over what changed; what needs it gets a restart of the gateway."""
        self._tell()
        self._mover.look()
        logging.getLogger("clawd").setLevel(LEVELS.get(self._config.config.logging.level, logging.INFO))
        if not self._host.addresses:
            return  # what starts now reads the configuration anyway
        reload = self._config.config.gateway.reload
        if any(path.startswith("gateway.auth") for path in event.paths):
            tasks.spawn(self._take_credentials(), name="take over credentials")
        if any(not path.startswith("gateway.auth") for path in event.restart) and reload.mode in ("hybrid", "restart"):
            _log.info("restarting the gateway because these changed: %s", ", ".join(event.restart))
            self._host.restart_later(RESTARTING, reload.debounce_ms / 1000)

    def secrets_changed(self, event: SecretsChanged) -> None:
        """The keyring came back: what waited for it goes on at once."""
        if event.state == SecretsState.OK and not self._host.addresses:
            tasks.spawn(self._host.start(), name="gateway start")

    async def _take_credentials(self) -> None:
        try:
            self._use(await self._password.find())
        except SecretsFault as fault:
            _log.warning("the gateway's credentials stay as they are: %s", fault.sentence())

    def _tell(self) -> None:
        reason = self._config.safe_reason
        if reason:
            mode = "The last good version is in force, without channels" if self._config.safe_mode else "It is not used"
            title = "The configuration cannot be used"
            actions = (NoticeAction("settings:advanced", "Look at it"),)
            text = f"{reason} {mode} until the file is mended; the file was not changed."
            self._notices.set(Notice(CONFIG_NOTICE, Severity.ERROR, title, text, actions, self._clock.wall_ms()))
        else:
            self._notices.clear(CONFIG_NOTICE)
        self._tell_warnings()

    def _tell_warnings(self) -> None:
        warnings = self._config.snapshot().warnings
        if not warnings:
            self._notices.clear(WARNINGS_NOTICE)
            return
        lines = [f"{path}: {message}" if path else message for path, message in warnings[:SHOWN_WARNINGS]]
        more = f" And {len(warnings) - SHOWN_WARNINGS} more." if len(warnings) > SHOWN_WARNINGS else ""
        text = " ".join(lines) + more
        self._notices.set(Notice(WARNINGS_NOTICE, Severity.INFO, "The configuration has remarks", text))
