"""Writes long answers piece by piece, and lets go of clients that have gone or do not read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Self

import orjson
from aiohttp.web import StreamResponse

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.routes import Ask


class ClientGone(Unavailable):
    """Nobody takes the rest of the answer."""

    code = "client_gone"


class Line:
    """The way to one client, over which an answer goes out while it is made; each write may take `seconds`."""

    def __init__(self, ask: Ask, response: StreamResponse, seconds: float) -> None:
        self._ask = ask
        self._response = response
        self._seconds = seconds

    @classmethod
    async def open(cls, ask: Ask, response: StreamResponse, seconds: float) -> Self:
        """Send the head of the answer. Raises ClientGone."""
        line = cls(ask, response, seconds)
        await line._bounded(response.prepare(ask.request))
        return line

    async def write(self, data: bytes) -> None:
        """Send more. Raises ClientGone when the client has gone, or has not read for too long; it is then cut off."""
        await self._bounded(self._response.write(data))

    async def end(self) -> None:
        """The answer is complete. Raises ClientGone."""
        await self._bounded(self._response.write_eof())

    async def _bounded(self, work: Awaitable[object]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await work
        except TimeoutError:
            self.cut()
            raise ClientGone("The client does not read its answer.") from None
        except ConnectionError as error:
            raise ClientGone("The client has gone.") from error

    def cut(self) -> None:
        """End the connection now."""
        if self._ask.line is not None:
            self._ask.line.cut()


class EventStream:
    """Server-sent events, as OpenAI's clients read them."""

    def __init__(self, line: Line, response: StreamResponse) -> None:
        self._line = line
        self.response = response

    @classmethod
    async def open(cls, ask: Ask, seconds: float) -> Self:
        """Begin the stream. Raises ClientGone."""
        kind = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        response = StreamResponse(headers={**answers.SECURITY_HEADERS, **kind})
        # What follows depends on what a model says: nothing after it shall depend on how it ends.
        response.force_close()
        return cls(await Line.open(ask, response, seconds), response)

    async def send(self, data: JsonValue, *, name: str = "") -> None:
        """One event. Raises ClientGone."""
        head = f"event: {name}\n" if name else ""
        await self._line.write(head.encode() + b"data: " + orjson.dumps(data) + b"\n\n")

    async def done(self) -> None:
        """The mark that nothing follows, and the end. Raises ClientGone."""
        await self._line.write(b"data: [DONE]\n\n")
        await self._line.end()

    def cut(self) -> None:
        """End the connection now."""
        self._line.cut()
