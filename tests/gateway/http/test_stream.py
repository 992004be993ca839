"""Long answers go out piece by piece, and nobody waits for a client that is deaf."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp.web import StreamResponse
from gateway_rig import http, rig, until, within

from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.routes import Access, Ask, Route
from clawd_desktop.gateway.http.stream import ClientGone, EventStream


class Talk:
    """A path that streams whatever a test wants."""

    def __init__(self, speech: Callable[[EventStream], object]) -> None:
        self.speech = speech
        self.ended: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    def rows(self) -> tuple[Route, ...]:
        return (Route("/talk", self._talk, access=Access.PUBLIC),)

    async def _talk(self, ask: Ask) -> StreamResponse:
        try:
            stream = await EventStream.open(ask, 0.5)
            await self.speech(stream)  # type: ignore[misc]
        except ClientGone as gone:
            self.ended.set_result(gone)
            return answers.text(503, "", close=True)
        self.ended.set_result(None)
        return stream.response


REQUEST = "GET /talk HTTP/1.1\nHost: 127.0.0.1:{port}\n\n"


async def test_events_have_the_form_that_clients_read(tmp_path: Path) -> None:
    async def speech(stream: EventStream) -> None:
        await stream.send({"a": "é\n"})
        await stream.send([1], name="named")
        await stream.done()

    talk = Talk(speech)
    async with rig(tmp_path, topics=(talk,)) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(REQUEST.replace("{port}", str(gateway.port)).replace("\n", "\r\n").encode())
        answer = (await within(5, reader.read())).decode()
        writer.transport.abort()
        head, _, _ = answer.partition("\r\n\r\n")
        assert "Content-Type: text/event-stream; charset=utf-8" in head
        assert "Cache-Control: no-store" in head
        assert 'data: {"a":"é\\n"}\n\n' in answer
        assert "event: named\ndata: [1]\n\n" in answer
        assert "data: [DONE]\n\n" in answer
        assert await talk.ended is None


async def for_ever(stream: EventStream) -> None:
    while True:
        await stream.send("x" * 100_000)


async def test_a_client_that_reads_nothing_is_cut_off(tmp_path: Path) -> None:
    talk = Talk(for_ever)
    async with rig(tmp_path, topics=(talk,)) as gateway:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", gateway.port))
        deaf.sendall(REQUEST.replace("{port}", str(gateway.port)).replace("\n", "\r\n").encode())
        assert "does not read" in str(await within(20, talk.ended))
        deaf.close()


async def test_a_client_that_goes_is_noticed(tmp_path: Path) -> None:
    talk = Talk(for_ever)
    async with rig(tmp_path, topics=(talk,)) as gateway:
        _, writer = await asyncio.open_connection("127.0.0.1", gateway.port, limit=1024)
        writer.write(REQUEST.replace("{port}", str(gateway.port)).replace("\n", "\r\n").encode())
        await asyncio.sleep(0)
        writer.transport.abort()
        assert "The client" in str(await within(20, talk.ended))


async def test_a_client_may_be_cut_off_at_any_time(tmp_path: Path) -> None:
    async def speech(stream: EventStream) -> None:
        await stream.send(1)
        stream.cut()
        await asyncio.sleep(0)
        await stream.send(2)

    talk = Talk(speech)
    async with rig(tmp_path, topics=(talk,)) as gateway:
        await within(5, http(gateway.port, REQUEST))
        assert isinstance(await talk.ended, ClientGone)


@pytest.mark.parametrize("seconds", [0.05])
async def test_gone_is_known_before_and_after(tmp_path: Path, seconds: float) -> None:
    seen: list[bool] = []

    class Ending:
        def rows(self) -> tuple[Route, ...]:
            return (Route("/end", self._end, access=Access.PUBLIC),)

        async def _end(self, ask: Ask) -> StreamResponse:
            assert ask.line is not None
            gone = ask.line.gone()
            seen.append(gone.done())
            ask.line.cut()
            await asyncio.wait({gone}, timeout=5)
            seen.extend((gone.done(), ask.line.gone().done()))
            return answers.text(200, "")

    async with rig(tmp_path, topics=(Ending(),)) as gateway:
        await within(5, http(gateway.port, "GET /end HTTP/1.1\nHost: 127.0.0.1:{port}\n\n"))
        await until(lambda: len(seen) == 3, seconds=10)  # who was cut off may know before the handler does
        assert seen == [False, True, True]
