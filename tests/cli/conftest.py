"""A small real gateway on a free port that speaks the frames, with scripted methods; and a console to read from."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import WSMsgType, web

from clawd_desktop.cli.console import Console
from clawd_desktop.cli.target import Target
from clawd_desktop.core.values import JsonObject, JsonValue

PASSWORD = "a long secret"
Script = Callable[["FakeGateway", JsonObject], Awaitable[JsonValue]]


class Refuse(Exception):
    """A method refuses with this error object."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.shape = {"code": code, "message": message}


class FakeGateway:
    """One listening gateway. `methods` are its scripts, `calls` what was asked, `connects` how clients came."""

    Refuse = Refuse

    def __init__(self) -> None:
        self.methods: dict[str, Script] = {}
        self.calls: list[tuple[str, JsonObject]] = []
        self.connects: list[JsonObject] = []
        self.policy: JsonObject = {"tickIntervalMs": 30_000}
        self.url = ""
        self.greeting = True
        self._sockets: list[web.WebSocketResponse] = []
        self._seq = 0

    @property
    def target(self) -> Target:
        """Where it is, with the right password."""
        return Target(self.url, password=PASSWORD)

    async def find(self) -> Target:
        """The target, as commands look for it."""
        return self.target

    async def tell(self, event: str, payload: JsonObject, *, skip: int = 0) -> None:
        """Broadcast an event; `skip` broadcasts before it were not sent."""
        self._seq += 1 + skip
        await self.send({"type": "event", "event": event, "payload": payload, "seq": self._seq})

    async def send(self, frame: JsonObject) -> None:
        """Send a frame to every client as it stands."""
        for socket in self._sockets:
            with contextlib.suppress(ConnectionError):
                await socket.send_str(json.dumps(frame))

    async def drop(self, code: int = 1012, reason: bytes = b"service restart") -> None:
        """Close all clients' connections."""
        for socket in list(self._sockets):
            await socket.close(code=code, message=reason)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One client, from the challenge to its end."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.greeting:
            await socket.send_json({"type": "event", "event": "connect.challenge", "payload": {"nonce": "n", "ts": 1}})
        self._sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._answer(socket, json.loads(message.data))
        self._sockets.remove(socket)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, frame: JsonObject) -> None:
        method, params = str(frame["method"]), frame.get("params") or {}
        if method == "connect":
            self.connects.append(params)
            await self._hello(socket, frame, params)
            return
        self.calls.append((method, params))
        try:
            payload = await self.methods[method](self, params)
        except Refuse as error:
            await socket.send_json({"type": "res", "id": frame["id"], "ok": False, "error": error.shape})
            return
        with contextlib.suppress(ConnectionError):
            await socket.send_json({"type": "res", "id": frame["id"], "ok": True, "payload": payload})

    async def _hello(self, socket: web.WebSocketResponse, frame: JsonObject, params: JsonObject) -> None:
        if params.get("auth", {}).get("password") != PASSWORD:
            text = (
                "unauthorized: gateway password mismatch (set gateway.remote.password to match gateway.auth.password)"
            )
            error = {"code": "INVALID_REQUEST", "message": text}
            await socket.send_json({"type": "res", "id": frame["id"], "ok": False, "error": error})
            await socket.close(code=1008, message=b"unauthorized")
            return
        defaults = {"defaultAgentId": "main", "mainKey": "main", "mainSessionKey": "agent:main:main"}
        hello = {
            "type": "hello-ok",
            "protocol": 4,
            "server": {"version": "9.9", "host": "test", "connId": str(uuid.uuid4())},
            "snapshot": {"uptimeMs": 65_000, "configPath": "/c", "stateDir": "/s", "sessionDefaults": defaults},
            "policy": self.policy,
        }
        await socket.send_json({"type": "res", "id": frame["id"], "ok": True, "payload": hello})


@contextlib.asynccontextmanager
async def fake_gateway() -> AsyncIterator[FakeGateway]:
    """A gateway that listens until the block ends."""
    gateway = FakeGateway()
    app = web.Application()
    app.router.add_get("/", gateway.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield gateway
    finally:
        await gateway.drop()
        await runner.cleanup()


@pytest.fixture
def gateways() -> Callable[[], contextlib.AbstractAsyncContextManager[FakeGateway]]:
    """Makes gateways: `async with gateways() as gateway`."""
    return fake_gateway


class Paper(io.StringIO):
    """A stream that tells when something was written."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal
        self.written = asyncio.Event()

    def isatty(self) -> bool:
        """Whether it says to be a terminal."""
        return self._terminal

    def write(self, text: str) -> int:
        """Write and tell."""
        self.written.set()
        return super().write(text)

    async def until(self, words: str) -> None:
        """Wait until the words stand there."""
        while words not in self.getvalue():
            self.written.clear()
            await self.written.wait()


class Screen:
    """A console whose output can be read."""

    def __init__(self, *, terminal: bool = False, environ: dict[str, str] | None = None) -> None:
        self.out, self.err = Paper(terminal), Paper(terminal)
        self.console = Console(self.out, self.err, environ or {})

    @property
    def shown(self) -> str:
        """What went to standard output."""
        return self.out.getvalue()

    @property
    def noted(self) -> str:
        """What went to standard error."""
        return self.err.getvalue()


@pytest.fixture
def screens() -> type[Screen]:
    """Makes consoles: `screens(terminal=True)`."""
    return Screen
