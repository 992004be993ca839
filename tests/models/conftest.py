"""Model servers on loopback that replay streams as they were recorded, and the parts of the models room around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import orjson
import pytest
from aiohttp import web

from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.models.pricing import ModelRow, Price
from clawd_desktop.models.protocol import Endpoint
from clawd_desktop.models.providers import BY_ID, ProviderFacts

CANARY = "sk-canary-4f9d2b7c1e8a6053"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer: pieces are sent one by one; then the connection ends well, is cut, or stays open in silence."""

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    then: str = "end"


@dataclass
class Replay:
    """A running server: answers in turn (the last one again and again) and what it was asked."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: list[dict] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(orjson.loads(await request.read() or b"null"))
        self.headers.append(dict(request.headers))
        self.paths.append(request.path_qs)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        try:
            return await self._answer(request, reply)
        finally:
            self.left.set()

    async def _answer(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        if reply.then == "mute":
            await self.closing.wait()
        response = web.StreamResponse(status=reply.status, headers=reply.headers)
        response.enable_chunked_encoding()
        await response.prepare(request)
        for piece in reply.pieces:
            await response.write(piece)
            await asyncio.sleep(0)
        await {"end": self._nothing, "cut": lambda: self._cut(request), "hang": self.closing.wait}[reply.then]()
        return response

    async def _nothing(self) -> None:
        return None

    async def _cut(self, request: web.Request) -> None:
        # Let what was written leave before the connection is torn.
        await asyncio.sleep(0.02)
        request.transport.abort()


Serve = Callable[..., AbstractAsyncContextManager[Replay]]


@pytest.fixture
def serve() -> Serve:
    """`async with serve(reply, ...) as server`: a server that gives these answers."""

    @asynccontextmanager
    async def serving(*replies: Reply) -> AsyncIterator[Replay]:
        replay = Replay(replies=list(replies))
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", replay.handle)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        replay.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield replay
        finally:
            replay.closing.set()
            await runner.cleanup()

    return serving


@pytest.fixture
def reply() -> type[Reply]:
    """The class of answers."""
    return Reply


@pytest.fixture
def canary() -> str:
    """A key that must never be seen anywhere."""
    return CANARY


@pytest.fixture
def endpoint() -> Callable[..., Endpoint]:
    """`endpoint("openai", ...)`: a known provider, with a canary as its key."""

    def made(provider: str = "openai", *, url: str = "", model: str = "some-model", **row: object) -> Endpoint:
        facts = BY_ID.get(provider) or ProviderFacts(provider, provider.title(), url)
        if url:
            facts = ProviderFacts(
                facts.id,
                facts.name,
                url,
                facts.api,
                facts.key_variables,
                facts.key_page,
                facts.reasoning_field,
                facts.max_tokens_field,
                facts.counts_when_asked,
                facts.replays_reasoning,
            )
        values = {"name": model, "cost": Price(1.0, 2.0, 0.1, 1.25), "input": ("text", "image"), "api": facts.api} | row
        return Endpoint(ModelRow(provider, model, **values), facts, CANARY)

    return made


@pytest.fixture
def question() -> ModelRequest:
    """A small request."""
    return ModelRequest("You are Clawd.", (user_message("What is 2+2?", now_ms=1),))
