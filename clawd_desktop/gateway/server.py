"""Listens on this computer, lets the gate judge whoever comes, and keeps all sockets until they end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from aiohttp.http import WebSocketReader
from aiohttp.web import BaseRequest, Server, StreamResponse

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import AlreadyRunning, Unavailable
from clawd_desktop.core.events import ConnectionsChanged
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.connection import Connection, Desk
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.gate import Credentials, Denial, Gate, Peer
from clawd_desktop.gateway.handshake import Handshake, Welcome
from clawd_desktop.gateway.hello import DEFAULT_LIMITS, Facts, Hello, Limits
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.facts import accept_key, facts_of, wants_websocket
from clawd_desktop.gateway.http.protocol import GatewayProtocol
from clawd_desktop.gateway.http.routes import Paths, Routes, refused
from clawd_desktop.gateway.methods.table import Method
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.refusals import Refusals
from clawd_desktop.gateway.visitors import Visitors
from clawd_desktop.gateway.waiting import WaitingRoom
from clawd_desktop.gateway.websocket import CloseCode

_log = logging.getLogger("clawd.gateway.server")
_GOODBYE_SECONDS = 0.3
_BACKLOG = 512
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the application tells the gateway: facts for the hello, and who wants to know of one.

    `on_hello` is called after each hello (a health refresh belongs there).
    """

    version: str
    facts: Callable[[], Facts]
    on_hello: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Offered:
    """What clients can ask for: the methods of the socket by name, and the paths of plain HTTP."""

    methods: Mapping[str, Method]
    paths: tuple[Paths, ...]


class GatewayServer:
    """The gateway's sockets on loopback: `start`, `stop`, and what happens to clients in between."""

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
        handshake = Handshake(gate, devices, watch.clock)
        self._refusals = Refusals(watch.clock)
        self._desk = Desk(offered.methods, handshake, limits, watch.clock, self._refusals, self._welcome, self._gone)
        self._routes = Routes(gate, offered.paths, limits.request)
        self._room = WaitingRoom(limits.waiting, limits.handshake)
        self._connections: dict[Connection, None] = {}
        self._listeners: list[asyncio.Server] = []
        self._http: Server | None = None
        self._ticks: asyncio.Task[None] | None = None
        devices.on_dead_token(self._close_device)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The URLs that the gateway really listens on, as read from its sockets."""
        names = [listener.sockets[0].getsockname() for listener in self._listeners if listener.sockets]
        return tuple(f"ws://[{name[0]}]:{name[1]}" if ":" in name[0] else f"ws://{name[0]}:{name[1]}" for name in names)

    @property
    def port(self) -> int:
        """The port that is bound, 0 while none is."""
        return int(self._listeners[0].sockets[0].getsockname()[1]) if self._listeners else 0

    @property
    def count(self) -> int:
        """How many clients are connected and known."""
        return len(self._broadcaster)

    async def start(self) -> None:
        """Listen on 127.0.0.1 and, where there is IPv6, on [::1]. Port 0 takes a free one.

        Raises AlreadyRunning when the port is taken, Unavailable when it may not be used.
        """
        loop = asyncio.get_running_loop()
        http = self._http = Server(self._serve)

        def protocol() -> GatewayProtocol:
            return GatewayProtocol(http, self._room, self._refusals, loop)

        wanted = self._gate.policy.port
        with contextlib.ExitStack() as unless_all_is_well:
            first = unless_all_is_well.enter_context(_bound(socket.AF_INET, "127.0.0.1", wanted))
            port = first.getsockname()[1]
            bound = [first, *_second(port)]
            unless_all_is_well.pop_all()
        for listener in bound:
            self._listeners.append(await loop.create_server(protocol, sock=listener, backlog=_BACKLOG))
        self._gate.use(replace(self._gate.policy, port=port))
        self._ticks = spawn(self._tick(), name="gateway ticks")

    async def stop(self, reason: str = "gateway stopping", restart_ms: int | None = None) -> None:
        """Tell all clients, close their sockets with 1012 and stop listening; takes at most a second."""
        await stop(self._ticks)
        for listener in self._listeners:
            listener.close()
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
        self._listeners.clear()

    def use(self, credentials: Credentials) -> None:
        """Put other secrets into force at once; sockets that were let in by one of the old ones are closed."""
        self._gate.credentials = credentials
        for connection in list(self._connections):
            if connection.secret and not self._gate.still_valid(connection.secret):
                connection.close(CloseCode.POLICY, "unauthorized: the gateway secret was changed")

    async def _serve(self, request: BaseRequest) -> StreamResponse:
        facts = facts_of(request)
        peer = self._gate.admit(facts)
        if isinstance(peer, Denial):
            path = facts.target.partition("?")[0]  # what follows may be a secret
            self._refusals.note(_log, "refused %s %s: %s", facts.method, path, peer.reason)
            return refused(peer)
        if wants_websocket(request):
            return await self._upgrade(request, peer)
        return await self._routes.answer(request, facts, peer)

    async def _upgrade(self, request: BaseRequest, peer: Peer) -> StreamResponse:
        """Change over to WebSocket and stay until the socket has ended; any path will do."""
        key, protocol, transport = accept_key(request), request.protocol, request.transport
        if not key or not isinstance(protocol, GatewayProtocol) or protocol.ticket is None or transport is None:
            return answers.text(400, "Bad Request", close=True)
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": key}
        response = StreamResponse(status=101, headers={**answers.SECURITY_HEADERS, **upgrade})
        response.force_close()
        await response.prepare(request)
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
        while True:
            await asyncio.sleep(self.limits.tick)
            self._broadcaster.publish("tick", {"ts": self._watch.clock.wall_ms()})


@dataclass(frozen=True, slots=True)
class Watch:
    """What the server measures with and reports to."""

    clock: Clock
    bus: EventBus
    presence: Presence
    visitors: Visitors = field(default_factory=Visitors)


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises AlreadyRunning or Unavailable."""
    listener = None
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        if listener is not None:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AlreadyRunning(
                f"Port {port} on {host} is taken by another program.",
                hint="Stop that program, attach to it, or choose another port.",
            ) from error
        raise Unavailable(
            f"The gateway may not listen on {host} port {port}: {error.strerror}.", hint="Choose another port."
        ) from error
    return listener


def _second(port: int) -> list[socket.socket]:
    """The same port on [::1]; empty where the computer has no IPv6. Raises AlreadyRunning when it is taken."""
    if not socket.has_ipv6:
        return []
    try:
        return [_bound(socket.AF_INET6, "::1", port)]
    except Unavailable as fault:
        cause = fault.__cause__
        if isinstance(cause, OSError) and cause.errno in _NO_SUCH_ADDRESS:
            return []
        raise
