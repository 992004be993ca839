"""Requests over real HTTP: every way in which a server can fail ends as a fault in time and in bounded memory."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import Image, user_message
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta
from clawd_desktop.models import anthropic_messages, gemini, openai_chat
from clawd_desktop.models.protocol import Endpoint, WireProtocol
from clawd_desktop.models.transport import Limits, Transport, is_loopback, proxy_for

K = ModelFaultKind
MakeEndpoint = Callable[..., Endpoint]
QUICK = Limits(connect=0.5, first_byte=0.1, idle=0.1)
HALLO = b'data: {"choices":[{"delta":{"content":"Hallo"}}]}\n\n'
END = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}


async def ask(
    endpoint: Endpoint,
    request: ModelRequest,
    *,
    limits: Limits = QUICK,
    protocol: WireProtocol = openai_chat.PROTOCOL,
    heard: list[ModelEvent] | None = None,
) -> list[ModelEvent]:
    transport = Transport(ManualClock(), limits)
    heard = [] if heard is None else heard
    try:
        async for event in transport.stream(protocol, request, endpoint):
            heard.append(event)
    finally:
        await transport.close()
    return heard


async def fault_of(endpoint: Endpoint, request: ModelRequest, **how) -> ModelFault:  # noqa: ANN003
    with pytest.raises(ModelFault) as caught:
        await ask(endpoint, request, **how)
    return caught.value


async def test_an_answer(serve, reply, endpoint: MakeEndpoint, question: ModelRequest, canary: str) -> None:
    async with serve(reply((HALLO, END))) as server:
        events = await ask(endpoint(url=server.url), question)
        assert events[0] == TextDelta("Hallo")
        assert isinstance(events[1], ModelDone)
        assert server.paths == ["/chat/completions"]
        assert server.headers[0]["Authorization"] == f"Bearer {canary}"
        assert server.asked[0]["messages"][1]["content"] == "What is 2+2?"


@pytest.mark.parametrize(
    ("protocol", "provider", "path", "stream"),
    [
        (anthropic_messages.PROTOCOL, "anthropic", "/v1/messages",
         b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hallo"}}\n\n'
         b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n'),
        (gemini.PROTOCOL, "google", "/models/some-model:streamGenerateContent?alt=sse",
         b'data: {"candidates":[{"content":{"parts":[{"text":"Hallo"}]},"finishReason":"STOP"}]}\r\n\r\n'),
    ],
)  # fmt: skip
async def test_the_other_protocols(
    protocol, provider, path, stream, serve, reply, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    async with serve(reply(tuple(stream[at : at + 1] for at in range(len(stream))))) as server:
        events = await ask(endpoint(provider, url=server.url), question, protocol=protocol)
        assert events[0] == TextDelta("Hallo")
        assert server.paths == [path]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, K.BAD_KEY), (402, K.NO_CREDIT), (403, K.BAD_KEY), (404, K.UNKNOWN_MODEL), (429, K.RATE_LIMITED),
     (500, K.OVERLOADED), (503, K.OVERLOADED), (529, K.OVERLOADED)],
)  # fmt: skip
async def test_statuses(status, kind, serve, reply, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    async with serve(reply((b"{}",), status=status, headers=JSON | {"Retry-After": "3", "Location": "/x"})) as server:
        fault = await fault_of(endpoint(url=server.url), question)
        assert (fault.kind, fault.retry_after, fault.status) == (kind, 3.0, status)


async def test_redirects_are_not_followed(serve, reply, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    async with serve(reply(status=307, headers={"Location": "/elsewhere"})) as server:
        fault = await fault_of(endpoint(url=server.url), question)
        assert fault.kind is K.BAD_ANSWER
        assert "redirect" in fault.sentence()
        assert server.paths == ["/chat/completions"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"pieces": (b"<html>sign in</html>",), "headers": HTML}, K.BAD_ANSWER, "text/html"),
        ({"pieces": (b'{"object":"chat.completion"}',), "headers": JSON}, K.BAD_ANSWER, "application/json"),
        ({"pieces": (b'{"error":{"message":"no","code":402}}',), "headers": JSON}, K.NO_CREDIT, "credit"),
        ({"pieces": (b"data: {oops\n\n",)}, K.BAD_ANSWER, "not JSON"),
        ({"pieces": (b"data: " + b"x" * 700_000,) * 7}, K.BAD_ANSWER, "4 MB"),
        ({"pieces": ()}, K.BROKEN_STREAM, "broke off"),
        ({"pieces": (b": hello\n\n",)}, K.BROKEN_STREAM, "broke off"),
        ({"then": "mute"}, K.TIMEOUT, "in time"),
        ({"then": "hang"}, K.TIMEOUT, "in time"),
        ({"pieces": (b"<html>",), "headers": HTML, "status": 500, "then": "hang"}, K.OVERLOADED, "overloaded"),
        ({"pieces": (b"{}",), "status": 500, "then": "cut"}, K.OVERLOADED, "overloaded"),
    ],
)
async def test_answers_that_are_none(
    answer, kind, words, serve, reply, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    async with serve(reply(**answer)) as server:
        fault = await fault_of(endpoint(url=server.url), question)
        assert fault.kind is kind
        assert words in fault.sentence()


@pytest.mark.parametrize(("then", "kind"), [("cut", K.BROKEN_STREAM), ("hang", K.TIMEOUT), ("end", K.BROKEN_STREAM)])
async def test_what_was_said_before_the_break_is_kept(
    then, kind, serve, reply, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    async with serve(reply((HALLO,), then=then)) as server:
        heard: list[ModelEvent] = []
        fault = await fault_of(endpoint(url=server.url), question, heard=heard)
        assert heard == [TextDelta("Hallo")]
        assert fault.kind is kind


@pytest.mark.parametrize("then", ["end", "cut", "hang"])
async def test_after_the_end_nothing_matters(
    then, serve, reply, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    async with serve(reply((HALLO, END, b"data: more\n\n"), then=then)) as server:
        events = await ask(endpoint(url=server.url), question)
        assert isinstance(events[-1], ModelDone)


async def test_an_answer_without_done_mark_is_complete_with_its_reason(
    serve, reply, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    stream = b'data: {"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}]}\n\n'
    async with serve(reply((stream,), then="hang")) as server:
        events = await ask(endpoint("google", url=server.url), question, protocol=gemini.PROTOCOL)
        assert isinstance(events[-1], ModelDone)


async def test_a_stream_that_never_ends_is_ended(serve, reply, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    async with serve(reply((HALLO,) * 1000, then="hang")) as server:
        fault = await fault_of(endpoint(url=server.url), question, limits=replace(QUICK, answer_bytes=10_000))
        assert "10,000 bytes" in fault.sentence()
        late = await fault_of(endpoint(url=server.url), question, limits=replace(QUICK, total=-1.0))
        assert late.kind is K.TIMEOUT


async def test_stopping_closes_the_connection_at_once(
    serve, reply, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    async with serve(reply((HALLO,), then="hang")) as server:
        transport = Transport(ManualClock())
        async with aclosing(transport.stream(openai_chat.PROTOCOL, question, endpoint(url=server.url))) as answer:
            assert await anext(answer) == TextDelta("Hallo")
        async with asyncio.timeout(20):
            await server.left.wait()
        await transport.close()


async def test_a_task_that_is_cancelled_stops_too(serve, reply, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    async with serve(reply((HALLO,), then="hang")) as server:
        heard: list[ModelEvent] = []
        where = endpoint(url=server.url)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(ask(where, question, limits=Limits(), heard=heard))
            while not heard:
                await asyncio.sleep(0)
            asking.cancel()
        async with asyncio.timeout(20):
            await server.left.wait()


async def test_connections_are_used_again(serve, reply, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    async with serve(reply((HALLO, END))) as server:
        transport = Transport(ManualClock())
        ports = set()
        for _ in range(3):
            async with aclosing(transport.stream(openai_chat.PROTOCOL, question, endpoint(url=server.url))) as answer:
                assert len([event async for event in answer]) == 2
            ports |= {id(connection) for connection in transport._session.connector._acquired}
            ports.add(tuple(len(pool) for pool in transport._session.connector._conns.values()))
        assert ports == {(1,)}
        await transport.close()
        await transport.close()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:1", K.UNREACHABLE),
        ("https://127.0.0.1:1", K.UNREACHABLE),
        ("http://no-such-host.invalid", K.UNREACHABLE),
        ("ftp://127.0.0.1", K.BAD_REQUEST),
        ("not a url", K.BAD_REQUEST),
        ("http://127.0.0.1:99999", K.BAD_REQUEST),
    ],
)
async def test_servers_that_are_not_there(
    url: str, kind: ModelFaultKind, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    fault = await fault_of(endpoint("mine", url=url), question, limits=Limits(connect=5))
    assert fault.kind is kind


async def test_a_server_that_does_not_speak_http(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(rude, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        fault = await fault_of(endpoint("mine", url=f"http://127.0.0.1:{port}"), question)
        assert fault.kind is K.BAD_ANSWER


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 401, "pieces": (b'{"error":{"message":"bad key sk-canary-4f9d2b7c1e8a6053"}}',)},
        {"status": 400, "pieces": (b'{"error":{"message":"bad header Bearer sk-canary-4f9d2b7c1e8a6053"}}',)},
        {"pieces": (b"data: sk-canary-4f9d2b7c1e8a6053\n\n",)},
        {"pieces": (HALLO,), "then": "cut"},
        {"then": "mute"},
        {"pieces": (gzip.compress(b"x")[:9],), "headers": {"Content-Encoding": "gzip"}},
    ],
)
async def test_the_key_is_seen_nowhere(
    answer, serve, reply, endpoint: MakeEndpoint, question: ModelRequest, canary: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with serve(reply(**answer)) as server:
        fault = await fault_of(endpoint(url=server.url), question)
        assert server.headers[0]["Authorization"].endswith(canary)
    seen = [fault, fault.__cause__, fault.__context__]
    assert canary not in repr(seen) + "".join(map(str, seen)) + caplog.text


async def test_characters_that_cannot_be_sent(endpoint: MakeEndpoint) -> None:
    fault = await fault_of(endpoint(), ModelRequest("", (user_message("\ud800", now_ms=1),)))
    assert fault.kind is K.BAD_REQUEST


async def test_a_picture_of_megabytes(serve, reply, endpoint: MakeEndpoint) -> None:
    picture = Image("QUJD" * 100_000, "image/png")
    async with serve(reply((HALLO, END))) as server:
        request = ModelRequest("", (user_message("look", now_ms=1, images=(picture,)),))
        assert len(await ask(endpoint(url=server.url), request, limits=Limits())) == 2
        assert picture.data in server.asked[0]["messages"][0]["content"][1]["image_url"]["url"]


@pytest.mark.parametrize(
    ("host", "is_this"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("a.localhost", True),
     ("10.0.0.1", False), ("localhost.example.com", False), ("", False)],
)  # fmt: skip
def test_loopback(host: str, is_this: bool) -> None:
    assert is_loopback(host) is is_this


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://api.example.com/v1", "http://proxy:3128"),
        ("https://inside.example.org/v1", None),
        ("http://127.0.0.1:11434/v1", None),
        ("http://api.example.com/v1", None),
    ],
)
def test_the_proxy_of_the_environment(url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "example.org")
    assert proxy_for(url) == proxy


@pytest.mark.parametrize(
    ("thinking", "reasoning", "wait"), [("high", True, 30), ("off", True, 10), ("high", False, 10)]
)
def test_a_model_that_thinks_is_waited_for_longer(
    thinking: str, reasoning: bool, wait: float, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    limits = Limits(first_byte=10, idle=10, patience=3)
    patient = limits.for_request(replace(question, thinking=thinking), endpoint(reasoning=reasoning))
    assert (patient.first_byte, patient.idle, patient.connect) == (wait, wait, limits.connect)
