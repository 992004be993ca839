"""Sends one request to a provider over HTTP and hands back the answer's events, within time and memory limits."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
import urllib.request
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import orjson

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import Image
from clawd_desktop.core.ports import ModelEvent, ModelRequest
from clawd_desktop.core.tls import context_for, without_certificates
from clawd_desktop.models.faults import fault, from_response
from clawd_desktop.models.protocol import Decoder, Endpoint, Outgoing, WireProtocol, bad_answer
from clawd_desktop.models.sse import LineTooLong, SseParser

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T")
K = ModelFaultKind
_ERROR_BODY = 64 * 1024
_READ = 64 * 1024
_LAST_BYTES = 0.05
_STREAM_TYPES = ("text/event-stream", "application/x-ndjson", "text/plain", "application/octet-stream", "")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, to the first byte, between two pieces and for a whole answer; bytes of a whole answer.

    `patience` lengthens the waits for a model that was asked to think first, for some are silent meanwhile.
    """

    connect: float = 15.0
    first_byte: float = 60.0
    idle: float = 60.0
    total: float = 1_800.0
    answer_bytes: int = 64 * 1024 * 1024
    patience: float = 3.0

    def for_request(self, request: ModelRequest, endpoint: Endpoint) -> Limits:
        """The limits of one request."""
        if request.thinking in ("", "off") or not endpoint.row.reasoning:
            return self
        return replace(self, first_byte=self.first_byte * self.patience, idle=self.idle * self.patience)


class Transport:
    """HTTP client for models: one session for all, made when first used, closed by `close`."""

    def __init__(self, clock: Clock, limits: Limits | None = None) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._session: aiohttp.ClientSession | None = None

    async def stream(
        self, protocol: WireProtocol, request: ModelRequest, endpoint: Endpoint
    ) -> AsyncGenerator[ModelEvent, None]:
        """The answer's events, ending with ModelDone. Raises ModelFault; never an exception of the HTTP library."""
        outgoing = protocol.build(request, endpoint)
        body = await _encoded(request, outgoing, endpoint)
        limits = self._limits.for_request(request, endpoint)
        response = await self._open(outgoing, body, endpoint, limits)
        try:
            await self._check(response, endpoint)
            decoder = protocol.decoder(request, endpoint)
            async with aclosing(self._events(response, decoder, endpoint, limits)) as events:
                async for event in events:
                    yield event
        finally:
            # Not release(): what is left of a stopped answer must not be read to its end.
            response.close()

    async def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _ready_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            with without_certificates():
                import aiohttp

            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64, limit_per_host=24, keepalive_timeout=60, ttl_dns_cache=120),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect),
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=_READ,
            )
        return self._session

    async def _open(
        self, outgoing: Outgoing, body: bytes, endpoint: Endpoint, limits: Limits
    ) -> aiohttp.ClientResponse:
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            "Accept-Encoding": "identity",
            "User-Agent": "clawd-desktop",
            **outgoing.headers,
        }
        asked = self._ready_session().post(
            outgoing.url,
            data=body,
            headers=headers,
            allow_redirects=False,
            proxy=proxy_for(outgoing.url),
            ssl=await context_for(outgoing.url),
        )
        return await _explained(asked, limits.connect + limits.first_byte, endpoint, "no first byte")

    async def _check(self, response: aiohttp.ClientResponse, endpoint: Endpoint) -> None:
        """Raises ModelFault when the answer is an error or no stream."""
        if response.status != 200:
            body = await self._error_body(response, endpoint)
            raise from_response(response.status, response.headers, body, endpoint, self._clock.wall_ms())
        if response.content_type in _STREAM_TYPES:
            return
        body = await self._error_body(response, endpoint)
        if response.content_type == "application/json" and b'"error"' in body:
            raise from_response(0, response.headers, body, endpoint, self._clock.wall_ms())
        raise bad_answer(endpoint, f"sent {response.content_type[:60]} in place of a stream")

    async def _error_body(self, response: aiohttp.ClientResponse, endpoint: Endpoint) -> bytes:
        """The beginning of the body; what came before a fault of the connection is enough."""
        body = b""
        try:
            while len(body) < _ERROR_BODY:
                piece = await _explained(response.content.read(_ERROR_BODY), self._limits.connect, endpoint, "")
                if not piece:
                    break
                body += piece
        except ModelFault:
            return body
        return body

    async def _events(
        self, response: aiohttp.ClientResponse, decoder: Decoder, endpoint: Endpoint, limits: Limits
    ) -> AsyncGenerator[ModelEvent, None]:
        parser = SseParser()
        pieces = self._pieces(response, decoder, endpoint, limits)
        async with aclosing(pieces):
            async for piece in pieces:
                for event in _decoded(parser, decoder, piece, endpoint):
                    yield event
                if decoder.ended:
                    await _until_end(response)
                    break
        for event in _decoded(parser, decoder, None, endpoint):
            yield event
        done = decoder.finish()
        if done is None:
            raise fault(K.BROKEN_STREAM, endpoint)
        yield done

    async def _pieces(
        self, response: aiohttp.ClientResponse, decoder: Decoder, endpoint: Endpoint, limits: Limits
    ) -> AsyncGenerator[bytes, None]:
        """The body as it arrives. A fault of the connection after a complete answer is none."""
        ends = self._clock.monotonic() + limits.total
        left = limits.answer_bytes
        wait = limits.first_byte
        while True:
            try:
                piece = await _explained(response.content.readany(), wait, endpoint, "it fell silent in mid-answer")
            except ModelFault:
                if decoder.finish() is None:
                    raise
                return
            if not piece:
                return
            left -= len(piece)
            if left < 0:
                raise bad_answer(endpoint, f"sent more than {limits.answer_bytes:,} bytes")
            if self._clock.monotonic() > ends:
                raise fault(K.TIMEOUT, endpoint, status=f"still answering after {limits.total / 60:.0f} minutes")
            wait = limits.idle
            yield piece


def proxy_for(url: str) -> str | None:
    """The proxy that this computer's settings or environment name for the URL; none for this computer itself."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return None
    proxy = urllib.request.getproxies().get(parts.scheme)
    return None if not proxy or urllib.request.proxy_bypass(host) else proxy


def is_loopback(host: str) -> bool:
    """Whether the host name or address is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _decoded(parser: SseParser, decoder: Decoder, piece: bytes | None, endpoint: Endpoint) -> Iterator[ModelEvent]:
    try:
        events = parser.finish() if piece is None else parser.feed(piece)
    except LineTooLong:
        raise bad_answer(endpoint, "sent a piece larger than 4 MB") from None
    for event in events:
        yield from decoder.feed(event)


async def _until_end(response: aiohttp.ClientResponse) -> None:
    """Let the last bytes of a complete answer come in, so that its connection can be used again."""
    with contextlib.suppress(TimeoutError, OSError, ValueError):
        async with asyncio.timeout(_LAST_BYTES):
            await response.content.readany()


async def _encoded(request: ModelRequest, outgoing: Outgoing, endpoint: Endpoint) -> bytes:
    heavy = any(isinstance(part, Image) for message in request.messages for part in message.content)
    try:
        # Pictures make bodies of megabytes: those are not encoded on the loop.
        return await asyncio.to_thread(orjson.dumps, outgoing.body) if heavy else orjson.dumps(outgoing.body)
    except orjson.JSONEncodeError:
        raise ModelFault(
            f"The conversation holds characters that cannot be sent to {endpoint.name}.",
            kind=K.BAD_REQUEST,
            hint="Send /new to start afresh.",
        ) from None


async def _explained(awaitable: Awaitable[T], seconds: float, endpoint: Endpoint, silence: str) -> T:
    """What the HTTP library gives. Its exceptions may quote headers, so they become a fault without a cause."""
    import aiohttp

    try:
        async with asyncio.timeout(seconds):
            return await awaitable
    except (TimeoutError, aiohttp.ClientError, OSError, ssl.SSLError, ValueError) as error:
        explained = _explain(error, endpoint, silence)
    raise explained


def _explain(error: Exception, endpoint: Endpoint, silence: str) -> ModelFault:
    import aiohttp

    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return fault(K.UNREACHABLE, endpoint, said="the connection could not be made in time")
    if isinstance(error, TimeoutError):
        return fault(K.TIMEOUT, endpoint, status=silence or "time-out")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError):
        return fault(K.UNREACHABLE, endpoint, said="its TLS certificate or connection is not accepted")
    if isinstance(error, aiohttp.ClientConnectorError):
        return fault(K.UNREACHABLE, endpoint, said=error.strerror or "no connection")
    if isinstance(error, aiohttp.ClientResponseError):
        return bad_answer(endpoint, "does not speak HTTP as it should")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError | ValueError):
        return fault(K.BAD_REQUEST, endpoint, status="the base URL or a header is not valid")
    return fault(K.BROKEN_STREAM, endpoint)
