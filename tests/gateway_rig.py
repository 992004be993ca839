"""A real gateway on a free port with a small method table, and clients that can also misbehave on the wire."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.admission import AccessPolicy, AuthMode, Credentials
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.exposure import LOOPBACK
from clawd_desktop.gateway.gate import Gate
from clawd_desktop.gateway.hello import Facts, Limits
from clawd_desktop.gateway.http.health import HealthPaths
from clawd_desktop.gateway.http.routes import Paths
from clawd_desktop.gateway.limiter import AuthLimiter
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Loose, Method, MethodError, Params, Role, table
from clawd_desktop.gateway.methods.table import Scope as S
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.server import GatewayServer, Offered, Surroundings, Tls, Watch
from clawd_desktop.gateway.websocket import unmasked

SECRET = "a-secret-of-the-tests"
METHODS = (
    "status", "system-presence", "last-heartbeat", "logs.tail", "usage.status", "models.list", "agents.list",
    "sessions.list", "sessions.preview", "sessions.resolve", "sessions.patch", "sessions.reset", "sessions.delete",
    "chat.send", "chat.abort", "chat.inject", "agent.wait", "config.get", "config.set", "config.patch", "config.apply",
    "device.pair.list", "device.pair.approve", "device.token.rotate", "exec.approval.request", "exec.approval.resolve",
    "cron.add", "send",
    "wake", "update.run", "system-event", "poll", "web.login.start", "skills.install", "wizard.start", "node.invoke",
)  # fmt: skip
Frame = dict[str, Any]
_open: list[asyncio.StreamWriter] = []


class Text(Params):
    """A method with one required parameter."""

    text: str


@dataclass
class Spy:
    """The handlers of the rig; `called` says which were entered."""

    called: list[str] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def health(self, call: Call, params: Loose) -> JsonValue:
        return {"ok": True}

    def echo(self, call: Call, params: Text) -> JsonValue:
        return {"text": params.text}

    def broken(self, call: Call, params: Loose) -> JsonValue:
        raise ZeroDivisionError("a bug")

    async def late(self, call: Call, params: Loose) -> JsonValue:
        call.acknowledge({"status": "accepted"})
        await self.release.wait()
        return {"status": "ok"}

    async def slow(self, call: Call, params: Loose) -> JsonValue:
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.called.append("test.slow given up")
            raise
        return {"status": "ok"}

    async def late_failure(self, call: Call, params: Loose) -> JsonValue:
        raise Unavailable("It is closed.", hint="Open it.")

    async def late_bug(self, call: Call, params: Loose) -> JsonValue:
        raise ZeroDivisionError("a late bug")

    def with_payload(self, call: Call, params: Loose) -> JsonValue:
        raise MethodError(ErrorCode.UNAVAILABLE, "no", payload={"status": "error"})

    def named(self, name: str) -> Callable[[Call, Loose], JsonValue]:
        def handler(call: Call, params: Loose) -> JsonValue:
            self.called.append(name)
            return {"method": name}

        return handler

    def rows(self) -> tuple[Method, ...]:
        from clawd_desktop.gateway.methods.table import scope_of

        own = (
            Method("health", S.READ, Loose, self.health),
            Method("test.echo", S.READ, Text, self.echo, listed=False),
            Method("test.broken", S.READ, Loose, self.broken),
            Method("agent", S.WRITE, Loose, self.late),
            Method("test.slow", S.READ, Loose, self.slow),
            Method("test.with_payload", S.READ, Loose, self.with_payload),
            Method("test.late_failure", S.READ, Loose, self.late_failure),
            Method("test.late_bug", S.READ, Loose, self.late_bug),
            Method("node.event", S.READ, Loose, self.named("node.event"), role=Role.NODE),
        )
        return (*own, *(Method(name, scope_of(name), Loose, self.named(name)) for name in METHODS))


@dataclass
class Rig:
    """Everything of a running gateway that a test may look at."""

    server: GatewayServer
    gate: Gate
    devices: Devices
    broadcaster: Broadcaster
    presence: Presence
    clock: ManualClock
    bus: EventBus
    spy: Spy
    state: Path

    @property
    def port(self) -> int:
        return self.server.port

    async def socket(self, headers: tuple[str, ...] = (), **options: Any) -> Socket:
        """An upgraded socket that has read its challenge."""
        socket = await upgrade(self.port, headers, **options)
        socket.nonce = (await socket.receive())["payload"]["nonce"]
        return socket

    async def client(self, **changes: Any) -> Socket:
        """A socket after a good connect with the shared secret and no device."""
        socket = await self.socket()
        answer = await socket.connect(**changes)
        assert answer["ok"], answer
        return socket


@contextlib.asynccontextmanager
async def rig(
    state: Path,
    *,
    limits: Limits | None = None,
    policy: AccessPolicy | None = None,
    credentials: Credentials | None = None,
    unready: Callable[[], tuple[str, ...]] = tuple,
    topics: tuple[Paths, ...] = (),
    places: tuple[str, ...] = LOOPBACK,
    tls: Tls | None = None,
) -> AsyncIterator[Rig]:
    """A gateway that listens; it is stopped when the block ends."""
    clock, bus, broadcaster, spy = ManualClock(), EventBus(), Broadcaster(), Spy()
    gate = Gate(
        credentials or Credentials.of(AuthMode.TOKEN, token=SECRET), AuthLimiter(clock), policy or AccessPolicy(0)
    )
    devices = Devices(DeviceStore(state), clock, bus, broadcaster.publish)
    await devices.open()
    presence = Presence(clock, "1.2.3")
    defaults = {"defaultAgentId": "main", "mainKey": "main", "mainSessionKey": "agent:main:main", "scope": "per-sender"}
    surroundings = Surroundings(
        "1.2.3", lambda: Facts("/c.json", "/s", defaults, {}, "http://x"), places=places, tls=tls
    )
    server = GatewayServer(
        Offered(table(spy.rows()), (HealthPaths(unready), *topics)),
        gate,
        devices,
        broadcaster,
        surroundings,
        Watch(clock, bus, presence),
        limits or Limits(),
    )
    await server.start()
    made = Rig(server, gate, devices, broadcaster, presence, clock, bus, spy, state)
    try:
        yield made
    finally:
        for writer in _open:
            writer.transport.abort()
        _open.clear()
        await server.stop()
        await devices.close()


def connect_params(**changes: Any) -> Frame:
    """The parameters of a `connect` that is let in; None takes a key out."""
    params: Frame = {
        "minProtocol": 3,
        "maxProtocol": 3,
        "client": {"id": "test", "version": "1.0", "platform": "linux", "mode": "test"},
        "auth": {"token": SECRET},
    }
    return {key: value for key, value in (params | changes).items() if value is not None}


@dataclass(frozen=True)
class Closed:
    """The end of a socket; code 0 means that it ended without a close frame."""

    code: int
    reason: str


class Socket:
    """A WebSocket client over plain streams, which sends whatever a test wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.nonce = ""
        self.events: list[Frame] = []
        self._ids = 0

    async def connect(self, **changes: Any) -> Frame:
        """The answer to a connect with these parameters."""
        return await self.request("connect", connect_params(**changes))

    async def request(self, method: str, params: JsonValue = None) -> Frame:
        """The first response to a request; events before it are kept in `events`."""
        self._ids += 1
        frame: Frame = {"type": "req", "id": f"r{self._ids}", "method": method}
        if params is not None:
            frame["params"] = params
        self.send(json.dumps(frame))
        return await self.response(f"r{self._ids}")

    async def response(self, request_id: str) -> Frame:
        """The next response with this id."""
        while True:
            frame = await self.receive()
            if frame.get("type") == "res":
                assert frame["id"] == request_id, frame
                return frame
            self.events.append(frame)

    async def event(self, name: str) -> Frame:
        """The next event of this name."""
        while True:
            frame = await self.receive()
            if frame.get("event") == name:
                return frame

    def send(self, text: str | bytes, first: int = 0x81) -> None:
        """Send one masked frame."""
        data = text.encode() if isinstance(text, str) else text
        mask = os.urandom(4)
        self.raw(header(len(data), first) + mask + unmasked(data, mask))

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)

    async def receive(self) -> Frame:
        """The next text message. Raises ConnectionError when the socket is closed instead."""
        answer = await self.next()
        if isinstance(answer, Closed):
            raise ConnectionError(f"closed with {answer.code} {answer.reason}")
        return answer

    async def closed(self) -> Closed:
        """How the socket ends; messages before that are kept in `events`."""
        while True:
            answer = await self.next()
            if isinstance(answer, Closed):
                return answer
            self.events.append(answer)

    async def next(self) -> Frame | Closed:
        """The next text message or the end."""
        try:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            data = await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return Closed(0, "")
        if first == 0x88:
            self.send(data, 0x88)
            return Closed(int.from_bytes(data[:2], "big"), data[2:].decode())
        if first == 0x8A:
            return {"pong": data}
        return json.loads(data)

    def leave(self) -> None:
        """Cut the line."""
        self.writer.transport.abort()


def header(size: int, first: int = 0x81) -> bytes:
    """The first bytes of a client's frame, without the mask."""
    if size < 126:
        return bytes((first, 0x80 | size))
    if size < 65_536:
        return bytes((first, 0xFE)) + size.to_bytes(2, "big")
    return bytes((first, 0xFF)) + size.to_bytes(8, "big")


async def http(port: int, request: bytes | str, *, host: str = "127.0.0.1", finish: bool = False) -> tuple[int, str]:
    """Status and the whole answer to raw request bytes; {port} in a text is replaced. 0 when there was no answer."""
    data = request.replace("{port}", str(port)).replace("\n", "\r\n").encode() if isinstance(request, str) else request
    reader, writer = await asyncio.open_connection(host, port)
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(data)
            await writer.drain()
        answer = b""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            answer = await reader.readuntil(b"\r\n\r\n")
            length = [line for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            answer += await reader.readexactly(int(length[0].split(b":")[1])) if length else b""
        if finish:
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        return (int(answer.split(b" ")[1]) if answer else 0), answer.decode()
    finally:
        writer.transport.abort()


def upgrade_request(port: int, headers: tuple[str, ...] = (), *, host: str = "", path: str = "/") -> bytes:
    """A well-formed upgrade with more header lines."""
    lines = [
        f"GET {path} HTTP/1.1",
        *([] if any(line.lower().startswith("host:") for line in headers) else [f"Host: {host or '127.0.0.1'}:{port}"]),
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def hang_up_later(writer: asyncio.StreamWriter) -> None:
    """Cut this line when the rig ends."""
    _open.append(writer)


async def upgrade(port: int, headers: tuple[str, ...] = (), *, address: str = "127.0.0.1", path: str = "/") -> Socket:
    """A socket after its upgrade. Raises ConnectionRefusedError with the status when there was none."""
    reader, writer = await asyncio.open_connection(address, port)
    host = "[::1]" if address == "::1" else ""
    _open.append(writer)
    writer.write(upgrade_request(port, headers, host=host, path=path))
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in answer:
        writer.transport.abort()
        raise ConnectionRefusedError(answer.decode().split(" ")[1])
    return Socket(reader, writer)


class Device:
    """A device with a key of its own, as Clawdbot's clients have one."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.key = Ed25519PrivateKey.generate()
        self.raw = self.key.public_key().public_bytes_raw()
        self.id = hashlib.sha256(self.raw).hexdigest()

    def claim(
        self, params: Frame, challenge: str, now_ms: int, *, signer: Device | None = None, **changes: Any
    ) -> Frame:
        """The `device` object over the other parameters of a connect."""
        version = changes.pop("version", "v2")
        client, signed_at = params["client"], changes.get("signedAt", now_ms)
        fields = [
            version, self.id, client["id"], client["mode"], params.get("role", "operator"),
            ",".join(params.get("scopes", [])), str(signed_at), params.get("auth", {}).get("token", ""),
        ]  # fmt: skip
        signed = "|".join(fields if version == "v1" else [*fields, challenge])
        signature = (signer or self).key.sign(signed.encode())
        claim = {
            "id": self.id,
            "publicKey": _base64url(self.raw),
            "signature": _base64url(signature),
            "signedAt": now_ms,
            "nonce": challenge,
        }
        return {key: value for key, value in (claim | changes).items() if value is not None}

    async def connect(self, rig: Rig, *, headers: tuple[str, ...] = (), **changes: Any) -> tuple[Socket, Frame]:
        """A socket and the answer to its connect."""
        socket = await rig.socket(headers)
        params = connect_params(**changes)
        params["device"] = self.claim(params, socket.nonce, rig.clock.wall_ms())
        return socket, await socket.request("connect", params)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


async def until(condition: Callable[[], bool], *, seconds: float = 5.0) -> None:
    """Wait, turn by turn of the loop, until the condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0)


async def within(seconds: float, work: Awaitable[Any]) -> Any:
    """The result of the work, which must not take longer."""
    async with asyncio.timeout(seconds):
        return await work
