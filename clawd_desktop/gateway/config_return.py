"""Goes back to the configuration with which the gateway listened, when it does not with the one that came after."""

from __future__ import annotations

import logging
from collections.abc import Callable

from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.errors import ClawdError, SecretsFault
from clawd_desktop.core.events import GatewayChanged, GatewayPhase, Repaired
from clawd_desktop.gateway.host import GatewayHost

_log = logging.getLogger("clawd.config")


class ConfigReturn:
    """Watches how the starts of the gateway end. `enabled` says whether anything may be repaired without asking."""

    def __init__(
        self,
        config: ConfigStore,
        host: GatewayHost,
        bus: EventBus,
        enabled: Callable[[], bool],
    ) -> None:
        self._config = config
        self._host = host
        self._bus = bus
        self._enabled = enabled

    def listen(self) -> Callable[[], None]:
        """Begin to watch; returns how to stop."""
        return self._bus.subscribe(GatewayChanged, self._changed)

    async def go_back(self, _: str = "") -> None:
        """Write what is in force into the file. Raises ClawdError."""
        await self._config.go_back()
        self._bus.publish(Repaired("config", "go_back", True, "The last good configuration was written back."))

    def _changed(self, event: GatewayChanged) -> None:
        if event.phase is GatewayPhase.RUNNING:
            tasks.spawn(self._prove(), name="note the configuration")
        elif event.phase is GatewayPhase.FAILED and self._enabled():
            fault = self._host.fault
            if fault is not None and not isinstance(fault, SecretsFault):
                tasks.spawn(self._fall_back(fault), name="go back to the last good configuration")

    async def _prove(self) -> None:
        try:
            await self._config.prove()
        except ClawdError as fault:
            _log.warning("with what the gateway listens could not be noted: %s", fault.sentence())

    async def _fall_back(self, fault: ClawdError) -> None:
        if await self._config.fall_back(fault.message):
            text = f"The gateway could not listen with the changed configuration; the one before is in force: {fault}"
            _log.warning("%s", text)
            self._bus.publish(Repaired("config", "fall_back", True, text))
