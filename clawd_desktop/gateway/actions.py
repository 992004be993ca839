"""What buttons of notices and menus, and the owner's own clients, can ask of the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from clawd_desktop.agent.pause import PauseSwitch
from clawd_desktop.core.errors import BadInput, SecretsFault, SecretsState
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.host import RESTARTING, GatewayHost
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.system.processes import end_process
from clawd_desktop.system.secrets import SecretStore

RESTART_AFTER_S = 0.1


class Actions:
    """A table from action id to what is done. `attach` and `quit_soon` are the application's own."""

    def __init__(
        self,
        host: GatewayHost,
        pauses: PauseSwitch,
        secrets: SecretStore,
        mover: PlainSecretsMover,
        devices: Devices,
        attach: Callable[[], Awaitable[None]],
        quit_soon: Callable[[], None],
    ) -> None:
        self._host = host
        self._pauses = pauses
        self._secrets = secrets
        self._table: dict[str, Callable[[str], Awaitable[object]]] = {
            "assistant.pause": self._pause,
            "assistant.resume": self._resume,
            "gateway.attach": lambda _: attach(),
            "gateway.retry": lambda _: host.start(),
            "gateway.restart": self._restart,
            "gateway.stop_owner": self._stop_owner,
            "pairing.approve": devices.approve,
            "pairing.reject": devices.reject,
            "secrets.retry": self._ask_keyring,
            "secrets.unlock": self._ask_keyring,
            "secrets.move": lambda _: mover.move(),
            "app.quit": self._quit,
        }
        self._quit_soon = quit_soon

    def also(self, actions: Mapping[str, Callable[[str], Awaitable[object]]]) -> None:
        """Take further actions into the table."""
        self._table |= actions

    async def run(self, action: str) -> None:
        """Do what "name" or "name:argument" asks for. Raises BadInput for an unknown name, ClawdError when it fails."""
        name, _, argument = action.partition(":")
        if name not in self._table:
            raise BadInput(f"There is no action {name[:80]!r}.")
        await self._table[name](argument)

    async def _pause(self, argument: str) -> None:
        if not argument.isdecimal():
            raise BadInput("A pause needs its end in milliseconds since the epoch, or 0.")
        self._pauses.pause(int(argument))

    async def _resume(self, _: str) -> None:
        self._pauses.resume()

    async def _restart(self, _: str) -> None:
        # In a task of its own, for the one that asks may be a request that ends with the server.
        self._host.restart_later(RESTARTING, RESTART_AFTER_S)

    async def _ask_keyring(self, _: str) -> None:
        state = await self._secrets.retry()
        if state is not SecretsState.OK:
            raise SecretsFault(self._secrets.sentence(), state=state)

    async def _stop_owner(self, _: str) -> None:
        owner = self._host.owner
        if owner is None or owner.pid is None:
            raise BadInput("The program that holds the port is not known.", hint="Stop it by hand.")
        await end_process(owner.pid)
        await self._host.start()

    async def _quit(self, _: str) -> None:
        self._quit_soon()
