"""The whole headless application in this process, with a language-model server that says what the test wants."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from clawd_desktop.app import main
from clawd_desktop.cli.arguments import SERVE, Arguments
from clawd_desktop.core import tasks

PASSWORD = "correct horse battery staple"
Json = dict[str, object]


class Provider:
    """An OpenAI-compatible server: answers "You said: <last message>", or fails and waits as it is told."""

    def __init__(self) -> None:
        self.requests: list[Json] = []
        self.status = 200
        self.body = ""
        self.finish = "stop"
        self.padding = ""
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.asked.set()
        if self.status != 200:
            return web.Response(status=self.status, text=self.body, content_type="application/json")
        last = body["messages"][-1]["content"]
        text = last if isinstance(last, str) else last[0].get("text", "")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await self._piece(response, {"choices": [{"delta": {"role": "assistant", "content": "You said: "}}]})
        await self.gate.wait()
        for start in range(0, len(self.padding), 32_768):
            await self._piece(response, {"choices": [{"delta": {"content": self.padding[start : start + 32_768]}}]})
        await self._piece(response, {"choices": [{"delta": {"content": text}, "finish_reason": self.finish}]})
        await self._piece(response, {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}})
        await response.write(b"data: [DONE]\n\n")
        return response

    @staticmethod
    async def _piece(response: web.StreamResponse, piece: Json) -> None:
        await response.write(b"data: " + json.dumps(piece).encode() + b"\n\n")


class Refusal(Exception):
    """The gateway answered ok: false."""

    def __init__(self, error: Json) -> None:
        super().__init__(str(error.get("message")))
        self.error = error


class Client:
    """A client that knows nothing of this project but the protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.events: list[Json] = []
        self.hello: Json = {}

    async def connect(self, **params: object) -> Json:
        challenge = await self._next()
        assert challenge["event"] == "connect.challenge"
        identity = {"id": "cli", "version": "1", "platform": "test", "mode": "cli"}
        known = {"minProtocol": 3, "maxProtocol": 3, "client": identity, "auth": {"password": PASSWORD}}
        self.hello = await self.call("connect", **(known | params))
        return self.hello

    async def call(self, method: str, /, **params: object) -> Json:
        """The payload of the last response; raises Refusal. Events that come meanwhile are kept."""
        request_id = await self.send(method, **params)
        return await self.response(request_id)

    async def send(self, method: str, /, **params: object) -> str:
        request_id = str(uuid.uuid4())
        await self._socket.send_json({"type": "req", "id": request_id, "method": method, "params": params})
        return request_id

    async def response(self, request_id: str) -> Json:
        frame = await self.final(request_id)
        if not frame["ok"]:
            raise Refusal(frame["error"])  # type: ignore[arg-type]
        return frame["payload"]  # type: ignore[return-value]

    async def final(self, request_id: str) -> Json:
        """The next response to that request as a whole, whether it succeeded or not."""
        while True:
            frame = await self._next()
            if frame["type"] == "res" and frame["id"] == request_id:
                return frame
            self.events.append(frame)

    async def until(self, event: str, **facts: object) -> Json:
        """The first payload, also of those that came already, of an event with these facts."""
        seen = 0
        while True:
            for frame in self.events[seen:]:
                payload = frame.get("payload")
                if frame.get("event") == event and isinstance(payload, dict) and facts.items() <= payload.items():
                    return payload
            seen = len(self.events)
            self.events.append(await self._next())

    async def _next(self) -> Json:
        async with asyncio.timeout(20):
            frame: Json = await self._socket.receive_json()
            return frame


class Running:
    """A running application."""

    def __init__(self, port: int, state: Path, provider: Provider, session: aiohttp.ClientSession) -> None:
        self.port = port
        self.state = state
        self.provider = provider
        self._session = session

    @asynccontextmanager
    async def client(self, **params: object) -> AsyncIterator[Client]:
        """A connected client; with `connect=False` one that has not introduced itself."""
        connect = params.pop("connect", True)
        async with self._session.ws_connect(f"ws://127.0.0.1:{self.port}", max_msg_size=0) as socket:
            made = Client(socket)
            if connect:
                await made.connect(**params)
            yield made


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def config_text(provider_port: int, **more: object) -> str:
    """A configuration whose model is the provider of the test."""
    model = {"id": "echo", "name": "Echo", "contextWindow": 32000, "input": ["text", "image"]}
    provider = {"baseUrl": f"http://127.0.0.1:{provider_port}/v1", "apiKey": "${TEST_KEY}", "models": [model]}
    config = {
        "agents": {"defaults": {"model": {"primary": "test/echo"}, "workspace": "workspace"}},
        "models": {"providers": {"test": provider}},
        **more,
    }
    return json.dumps(config, indent=2)


@asynccontextmanager
async def running(state: Path, *, safe_mode: bool = False, **more: object) -> AsyncIterator[Running]:
    """The application with its data in `state`; `more` are further sections of the configuration.

    Its port is that of the configuration where one stands there, so that an edit can change it.
    """
    import os

    gateway = more.get("gateway")
    configured = gateway.get("port") if isinstance(gateway, dict) else None
    provider, port = Provider(), configured or free_port()
    web_app = web.Application(client_max_size=64 * 1024 * 1024)
    web_app.router.add_post("/v1/chat/completions", provider.answer)
    runner = web.AppRunner(web_app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.mkdir(parents=True, exist_ok=True)
    file = state / "clawdbot.json"
    if not file.exists():
        file.write_text(config_text(runner.addresses[0][1], **more), encoding="utf-8")
    os.environ |= {"CLAWDBOT_GATEWAY_PASSWORD": PASSWORD, "TEST_KEY": "test-key-canary-0123456789"}
    quit_event = asyncio.Event()
    arguments = Arguments(command=SERVE, data_dir=state, port=None if configured else port, safe_mode=safe_mode)
    task = tasks.spawn(main(arguments, None, quit_event), name="application")
    try:
        async with aiohttp.ClientSession() as session:
            await _listens(session, port, task)
            yield Running(port, state, provider, session)
    finally:
        quit_event.set()
        async with asyncio.timeout(10):
            await task
        await runner.cleanup()
        for name in ("CLAWDBOT_GATEWAY_PASSWORD", "TEST_KEY"):
            os.environ.pop(name, None)


async def _listens(session: aiohttp.ClientSession, port: int, task: asyncio.Task[int]) -> None:
    async with asyncio.timeout(20):
        while True:
            if task.done():
                raise AssertionError(f"the application ended with {task.result()}")
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
