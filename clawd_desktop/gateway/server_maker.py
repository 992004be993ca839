"""Makes a server for each start of the gateway, with what the configuration says then."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import AsyncExitStack

from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.core import tasks
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.admission import AuthMode, Credentials, digest
from clawd_desktop.gateway.entrance import Entrance
from clawd_desktop.gateway.gate import CANVAS, Gate
from clawd_desktop.gateway.hello import Facts, limits_of
from clawd_desktop.gateway.http.canvas import is_on
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.parts import Parts
from clawd_desktop.gateway.pulse import HealthPulse
from clawd_desktop.gateway.server import GatewayServer, Offered, Surroundings, Watch
from clawd_desktop.gateway.services import Services
from clawd_desktop.operations.gateway_password import GatewayPassword, SharedSecrets
from clawd_desktop.operations.plain_secrets import PlainSecretsMover


class ServerMaker:
    """Makes a server for each start of the gateway, with what the configuration says then."""

    def __init__(
        self,
        stack: AsyncExitStack,
        services: Services,
        parts: Parts,
        password: GatewayPassword,
        mover: PlainSecretsMover,
    ) -> None:
        self.offered = Offered({}, ())
        self._services = services
        self._parts = parts
        self._password = password
        self._mover = mover
        self._found = SharedSecrets(None, None)
        self.limiter = AuthLimiter(services.clock)
        self._entrance = Entrance(self._gateway, services.paths, services.notices, services.clock)
        self._pulse = HealthPulse(parts.broadcaster, parts.summaries)
        self._remembering: set[asyncio.Task[None]] = set()
        stack.push_async_callback(self._pulse.close)
        stack.push_async_callback(self._close)
        self._server: GatewayServer | None = None
        self._gate: Gate | None = None
        self._hook_tokens: tuple[bytes, ...] = ()
        self._canvas = ""

    async def make(self) -> GatewayServer:
        """A server that does not listen yet. Raises SecretsFault when no secret can be found to guard it."""
        services, parts = self._services, self._parts
        found = await self._password.find()
        change = parts.secret_change.take(found.password, found.token)
        if parts.devices.any_silent():
            await change
        else:  # nothing could be ended: it must not hold up the start
            self._remember(change)
        self._mover.look()
        self._found = found
        way = await self._entrance.open(found)
        self._gate = gate = Gate(self._credentials(found), self.limiter, way.policy, parts.passes)
        self._canvas = secrets.token_urlsafe(32)
        services.learn(self._canvas)
        gate.canvas, gate.hook_tokens = digest(self._canvas), self._hook_tokens
        surroundings = Surroundings(services.version, self._facts, self._pulse.soon, way.places, way.tls)
        meter, ledger = services.operations.meter, services.operations.ledger
        watch = Watch(services.clock, services.bus, parts.presence, parts.visitors, meter, ledger)
        self._server = GatewayServer(
            self.offered, gate, parts.devices, parts.broadcaster, surroundings, watch, limits_of(self._gateway())
        )
        return self._server

    def use(self, found: SharedSecrets) -> None:
        """Put other secrets into force in the server that runs."""
        self._found = found
        if self._server is not None:
            self._server.use(self._credentials(found))
        self._remember(self._parts.secret_change.take(found.password, found.token))

    def _remember(self, change: Coroutine[object, object, None]) -> None:
        task = tasks.spawn(change, name="remember secret")
        self._remembering.add(task)
        task.add_done_callback(self._remembering.discard)

    async def _close(self) -> None:
        """Wait for what is being written; it takes a fraction of a second."""
        if self._remembering:
            await asyncio.wait(self._remembering)

    def use_hooks(self, tokens: tuple[bytes, ...]) -> None:
        """Let hooks be opened by the tokens with these digests, and by no others."""
        self._hook_tokens = tokens
        if self._gate is not None:
            self._gate.hook_tokens = tokens

    def opened_by(self, secret: bytes) -> bool:
        """Whether the secret with that digest opens the gateway itself."""
        return self._gate is not None and self._gate.still_valid(secret)

    def follow(self) -> None:
        """Put the limits and the rules of access that the configuration has now into force in the server that runs."""
        if self._server is not None:
            self._server.use_limits(limits_of(self._gateway()))
            self._server.use_policy(self._entrance.policy())

    def allowed(self) -> bool:
        """Whether the server that runs would be let listen again as it does now."""
        return self._entrance.allows(self._found)

    def _gateway(self) -> Gateway:
        return self._services.config.config.gateway

    def _credentials(self, found: SharedSecrets) -> Credentials:
        mode = AuthMode.TOKEN if self._gateway().auth.mode == "token" else AuthMode.PASSWORD
        return Credentials.of(mode, token=found.token, password=found.password)

    def _facts(self) -> Facts:
        services, summaries = self._services, self._parts.summaries
        defaults: JsonObject = {
            "defaultAgentId": summaries.default_agent(),
            "mainKey": summaries.main_key(),
            "mainSessionKey": services.assistant.canonical("main"),
            "scope": services.config.config.session.scope,
        }
        return Facts(
            str(services.paths.config_file),
            str(services.paths.state),
            defaults,
            summaries.health(),
            self._canvas_url(),
        )

    def _canvas_url(self) -> str:
        """Where the canvas is to be found by whom we let in, "" while it is off."""
        if self._server is None or not is_on(self._services.config.config):
            return ""
        address = next(iter(self._server.addresses), "")
        return f"http{address.removeprefix('ws')}{CANVAS}{self._canvas}" if address else ""
