"""Listens, lets the gate judge whoever comes, and keeps all sockets until they end."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from aiohttp.http import WebSocketReader
from aiohttp.web import BaseRequest, Server, StreamResponse

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import CertificateChanged, ConnectionsChanged
from clawd_desktop.core.ports import Ledger
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.admission import AccessPolicy, Credentials, Denial, Peer
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.capacity import Capacity
from clawd_desktop.gateway.connection import Connection, Desk
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.exposure import LOOPBACK
from clawd_desktop.gateway.gate import Gate
from clawd_desktop.gateway.handshake import Handshake, Welcome
from clawd_desktop.gateway.hello import DEFAULT_LIMITS, Facts, Hello, Limits
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.facts import accept_key, facts_of, has_body, loggable, wants_websocket
from clawd_desktop.gateway.http.protocol import GatewayProtocol
from clawd_desktop.gateway.http.routes import House, Paths, Routes, refused
from clawd_desktop.gateway.http.tls_door import TlsDoor
from clawd_desktop.gateway.listening import Listeners
from clawd_desktop.gateway.methods.table import Method
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.rates import Rates
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.gateway.visitors import Visitors
from clawd_desktop.gateway.waiting import Ticket, WaitingRoom
from clawd_desktop.gateway.websocket import CloseCode
from clawd_desktop.operations.meter import RequestMeter

_log = logging.getLogger("clawd.gateway.server")
_GOODBYE_SECONDS = 0.3


class Tls(Protocol):
    """The encryption of the port."""

    def context(self, *, local: bool) -> ssl.SSLContext:
        """What handshakes are made with; `local` when the other end is this computer."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in force, as clients are told to pin it."""

    async def look(self) -> bool:
        """Take a renewed certificate, if there is one; True when it differs from the one before."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the application tells the gateway: facts for the hello, where to listen, and who wants to know of a hello.

    `on_hello` is called after each hello (a health refresh belongs there). Without `tls` the port is not encrypted.
    """

    version: str
    facts: Callable[[], Facts]
    on_hello: Callable[[], object] = lambda: None
    places: tuple[str, ...] = LOOPBACK
    tls: Tls | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What clients can ask for: the methods of the socket by name, and the paths of plain HTTP."""

    methods: Mapping[str, Method]
    paths: tuple[Paths, ...]


class GatewayServer:
    """The gateway's sockets: `start`, `stop`, and what happens to clients in between."""

    def __init__(
        self,
        offered: Offered,
        gate: Gate,
        devices: Devices,
        broadcaster: Broadcaster,
        surroundings: Surroundings,
        watch: Watch,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.limits = limits
        self._gate = gate
        self._broadcaster = broadcaster
        self._surroundings = surroundings
        self._watch = watch
        self._hello = Hello(
            offered.methods, broadcaster, watch.presence, watch.clock, surroundings.version, surroundings.facts
        )
        self._refusals = Refusals(watch.clock, watch.ledger)
        self._room = WaitingRoom(limits.waiting, limits.handshake)
        self._rates = Rates(limits.rate)
        self._capacity = Capacity(limits.clients)
        self._desk = Desk(
            table=offered.methods,
            handshake=Handshake(gate, devices, watch.clock),
            limits=lambda: self.limits,
            rates=self._rates,
            capacity=self._capacity,
            refusals=self._refusals,
            clock=watch.clock,
            welcome=self._welcome,
            gone=self._gone,
            meter=watch.meter,
        )
        house = House(lambda: self.limits, self._rates, self._capacity, self._refusals, watch.meter)
        self._routes = Routes(gate, offered.paths, house)
        self._connections: dict[Connection, None] = {}
        self._listeners = Listeners()
        self._http: Server | None = None
        self._ticks: asyncio.Task[None] | None = None
        devices.on_dead_token(self._close_device)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The URLs that the gateway really listens on, as read from its sockets."""
        return self._listeners.urls("wss" if self._surroundings.tls is not None else "ws")

    @property
    def port(self) -> int:
        """The port that is bound, 0 while none is."""
        return self._listeners.port

    @property
    def count(self) -> int:
        """How many clients are connected and known."""
        return len(self._broadcaster)

    async def start(self) -> None:
        """Listen on the places that were given. Port 0 takes a free one.

        Raises AlreadyRunning when the port is taken, Unavailable when it may not be used.
        """
        self._http = Server(self._serve)
        tls = self._surroundings.tls
        await self._listeners.open(self._surroundings.places, self._gate.policy.port, self._protocol)
        self._gate.use(replace(self._gate.policy, port=self.port))
        self._ticks = spawn(self._tick(), name="gateway ticks")
        self._watch.bus.publish(CertificateChanged(tls.fingerprint if tls is not None else ""))

    async def stop(self, reason: str = "gateway stopping", restart_ms: int | None = None) -> None:
        """Tell all clients, close their sockets with 1012 and stop listening; takes at most a second."""
        await stop(self._ticks)
        self._listeners.stop()
        self._broadcaster.publish("shutdown", {"reason": reason, "restartExpectedMs": restart_ms})
        open_now = list(self._connections)
        for connection in open_now:
            connection.cancel()
            connection.close(CloseCode.RESTART, "service restart")
        if open_now:
            await asyncio.wait([connection.ended for connection in open_now], timeout=_GOODBYE_SECONDS)
        for connection in list(self._connections):
            connection.wire.abort()
        if self._http is not None:
            await self._http.shutdown(0.1)
        self._room.empty()
        self._listeners.forget()

    def use(self, credentials: Credentials) -> None:
        """Put other secrets into force at once; sockets that were let in by one of the old ones are closed."""
        self._gate.credentials = credentials
        for connection in list(self._connections):
            if connection.secret and not self._gate.still_valid(connection.secret):
                connection.close(CloseCode.POLICY, "unauthorized: the gateway secret was changed")

    def use_policy(self, policy: AccessPolicy) -> None:
        """Answer other hosts and origins and believe other proxies from now on, on the port that is bound."""
        self._gate.use(replace(policy, port=self.port or policy.port))

    def use_limits(self, limits: Limits) -> None:
        """Put other limits into force at once, for connections that are open too."""
        self.limits = limits
        self._room.use(limits.waiting, limits.handshake)
        self._rates.use(limits.rate)
        self._capacity.most = limits.clients
        for connection in self._connections:
            connection.wire.limits_changed()

    def _protocol(self) -> asyncio.Protocol:
        """What one accepted connection is handled by."""
        tls, http = self._surroundings.tls, self._http
        assert http is not None

        def made(ticket: Ticket | None = None) -> GatewayProtocol:
            return GatewayProtocol(http, self._room, self._refusals, asyncio.get_running_loop(), ticket)

        return made() if tls is None else TlsDoor(tls.context, self._room, self._refusals, made)

    async def _serve(self, request: BaseRequest) -> StreamResponse:
        facts = facts_of(request)
        peer = self._gate.admit(facts)
        if isinstance(peer, Denial):
            self._refusals.note(_log, "refused %s %s: %s", facts.method, loggable(facts.target), peer.reason)
            return refused(peer)
        protocol = request.protocol
        if isinstance(protocol, GatewayProtocol) and protocol.ticket is not None:
            protocol.ticket.belongs_to(peer.key)
        if wants_websocket(request):
            return await self._upgrade(request, peer)
        return await self._routes.answer(request, facts, peer)

    async def _upgrade(self, request: BaseRequest, peer: Peer) -> StreamResponse:
        """Change over to WebSocket and stay until the socket has ended; any path will do."""
        key, protocol, transport = accept_key(request), request.protocol, request.transport
        bad = not key or has_body(request)
        if bad or not isinstance(protocol, GatewayProtocol) or protocol.ticket is None or transport is None:
            return answers.text(400, "Bad Request", close=True)
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": key}
        response = StreamResponse(status=101, headers={**answers.SECURITY_HEADERS, **upgrade})
        response.force_close()
        try:
            await response.prepare(request)
        except ConnectionError:
            return response  # gone before it was answered
        if request.transport is None:
            return response  # gone while it was being answered: nobody would tell the connection of its end
        connection = Connection(transport, peer, protocol.ticket, self._desk)
        self._connections[connection] = None
        protocol.connection = connection
        connection.open()
        # Any object with these two methods will do for aiohttp; its type names only its own reader.
        protocol.set_parser(cast(WebSocketReader, connection.wire))
        await connection.ended
        return response

    def _welcome(self, connection: Connection, welcome: Welcome) -> JsonObject:
        client = welcome.client
        self._watch.presence.arrived(client)
        self._watch.visitors.arrived(client, connection.tell)
        self._broadcaster.join(connection)
        self._watch.bus.publish(ConnectionsChanged(self.count))
        asyncio.get_running_loop().call_soon(self._surroundings.on_hello)
        return self._hello.payload(welcome, self.limits)

    def _gone(self, connection: Connection) -> None:
        self._connections.pop(connection, None)
        if connection.client is None:
            return
        self._broadcaster.leave(connection)
        self._broadcaster.subscriptions.forget(connection.connection_id)
        self._watch.visitors.left(connection.client)
        if self._watch.presence.left(connection.client):
            self._broadcaster.versions.presence += 1
            entries: list[JsonValue] = [*self._watch.presence.entries()]
            versions = self._broadcaster.versions.as_wire()
            self._broadcaster.publish("presence", {"presence": entries}, state_version=versions)
        self._watch.bus.publish(ConnectionsChanged(self.count))

    def _close_device(self, device_id: str, role: str) -> None:
        for connection in list(self._connections):
            client = connection.client
            if client is not None and (client.device_id, client.role.value) == (device_id, role):
                connection.close(CloseCode.POLICY, "unauthorized: the device token was changed")

    async def _tick(self) -> None:
        tls = self._surroundings.tls
        while True:
            await asyncio.sleep(self.limits.tick)
            self._broadcaster.publish("tick", {"ts": self._watch.clock.wall_ms()})
            if tls is not None and await tls.look():
                self._watch.bus.publish(CertificateChanged(tls.fingerprint))


@dataclass(frozen=True, slots=True)
class Watch:
    """What the server measures with and reports to."""

    clock: Clock
    bus: EventBus
    presence: Presence
    visitors: Visitors = field(default_factory=Visitors)
    meter: RequestMeter = field(default_factory=RequestMeter)
    ledger: Ledger | None = None
