"""Bytes that nobody meant: frames, messages and HTTP requests mutated in every way, and what broke something before."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import SECRET, Device, Frame, Rig, connect_params, header, http, rig
from hypothesis import example, given
from hypothesis import strategies as st
from security.profiles import tried

from clawd_desktop.gateway import device_proof, frames
from clawd_desktop.gateway.connect_params import ConnectParams, protocol_for
from clawd_desktop.gateway.frames import BadFrame
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.methods.table import MethodError, checked
from clawd_desktop.gateway.websocket import FrameReader, Message, ProtocolError, close_reply, unmasked
from clawd_desktop.gateway.wire import Wire

LIMIT = 1_000
LIMITS = Limits(frame=LIMIT, frame_before_hello=LIMIT)


def mutated(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes of that kind with a few of them changed, left out, put in, or said twice."""

    def change(data: bytes, edits: list[tuple[str, int, bytes]]) -> bytes:
        changed = bytearray(data)
        for kind, at, more in edits:
            at %= len(changed) + 1
            if kind == "put":
                changed[at:at] = more
            elif kind == "over":
                changed[at : at + len(more)] = more
            elif kind == "out":
                del changed[at : at + 1 + len(more)]
            else:
                changed[at:at] = changed[at : at + 4 * len(more)]
        return bytes(changed)

    kinds = st.sampled_from(["put", "over", "out", "twice"])
    edit = st.tuples(kinds, st.integers(0, 4_000), st.binary(max_size=6))
    return st.builds(change, whole, st.lists(edit, max_size=4))


def masked(data: bytes, first: int, mask: bytes) -> bytes:
    return header(len(data), first) + mask + unmasked(data, mask)


ONE = st.builds(
    masked,
    st.one_of(st.binary(max_size=200), st.text(max_size=60).map(str.encode), st.just(b"x" * 1_001)),
    st.sampled_from([0x81, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8A, 0x82, 0xC1, 0x8B, 0x09]),
    st.binary(min_size=4, max_size=4),
)
STREAM = st.one_of(st.binary(max_size=400), mutated(st.lists(ONE, max_size=6).map(b"".join)))
CUTS = st.lists(st.integers(1, 300), min_size=1, max_size=40)


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    at, turn = 0, 0
    while at < len(data):
        step = cuts[turn % len(cuts)]
        yield data[at : at + step]
        at, turn = at + step, turn + 1


def told(chunks: Iterator[bytes]) -> tuple[list[Message], int]:
    """What a reader makes of the bytes: its messages, and the code that it closes with (0 for none)."""
    reader, found = FrameReader(LIMIT), list[Message]()
    try:
        for chunk in chunks:
            reader.feed(chunk)
            while (message := reader.next()) is not None:
                found.append(message)
    except ProtocolError as error:
        return found, int(error.code)
    assert reader.pending <= LIMIT + 14
    return found, 0


@tried(300, 20_000)
@given(STREAM, CUTS)
@example(b"\x81\xfe\x00\x05abcdhello", [1])
@example(b"\x81\xff" + b"\xff" * 8, [1])
@example(b"\x81\xff\x80" + b"\x00" * 7, [3])
@example(b"\x01\x80abcd\x89\x80abcd\x80\x80abcd", [2])
@example(b"\x00\x80abcd", [1])
@example(b"\x01\x80abcd\x81\x80abcd", [5])
@example(b"\x88\x81abcdx", [7])
@example(b"\x81\x05hello", [1])
def test_any_chunking_of_any_bytes_gives_the_same_messages(data: bytes, cuts: list[int]) -> None:
    whole = told(iter([data]))
    assert told(pieces(data, cuts)) == whole
    assert all(len(message.data) <= LIMIT for message in whole[0])


class Line(asyncio.Transport):
    """A transport that keeps what is written and notes how it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.ended = False

    def write(self, data: Any) -> None:
        assert not self.ended, "written after the end"
        self.written += bytes(data)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.ended

    def close(self) -> None:
        self.ended = True

    abort = close

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def through_a_wire(chunks: list[bytes]) -> tuple[list[bytes], bytes, bool]:
    line, heard = Line(), list[bytes]()
    wire = Wire(line, lambda: LIMITS, heard.append, lambda: None)
    for chunk in chunks:
        assert wire.feed_data(chunk) == (False, b"")
    for _ in range(4):
        await asyncio.sleep(0)
    return heard, line.written, wire.closing


@tried(150, 20_000)
@given(STREAM, CUTS)
@example(b"\x88\x80abcd\x81\x80abcd", [1])
@example(b"\x88\x82abcd\x62\x8bcd"[:8], [1])
def test_a_wire_hears_the_same_however_the_bytes_are_cut_and_nothing_after_its_end(
    data: bytes, cuts: list[int]
) -> None:
    async def both() -> None:
        whole = await through_a_wire([data])
        assert await through_a_wire(list(pieces(data, cuts))) == whole
        if whole[2]:
            heard, _, _ = await through_a_wire([data, masked(b"more", 0x81, b"abcd")])
            assert heard == whole[0]

    asyncio.run(both())


@tried(200, 20_000)
@given(st.binary(max_size=140))
@example(b"\x03\xed")
@example(b"\x03\xe8\xff")
def test_close_frames_are_answered_with_a_code_that_may_be_sent_or_refused(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        code = close_reply(data)
        assert 1000 <= code <= 4999
        assert code not in (1004, 1005, 1006, 1015)


GOOD = [
    json.dumps({"type": "req", "id": "1", "method": "health"}).encode(),
    json.dumps({"type": "req", "id": "1", "method": "connect", "params": connect_params()}).encode(),
    '{"type":"req","id":"é\\ud83d\\ude00","method":"x","params":{"a":[1,2.5,null,true,{"b":{}}]}}'.encode(),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
ANY_FRAME = st.one_of(
    st.binary(max_size=300),
    mutated(st.sampled_from(GOOD)),
    JSON.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    st.fixed_dictionaries({}, optional={key: JSON for key in ("type", "id", "method", "params", "x")}).map(
        lambda value: json.dumps({"type": "req", "id": "1", "method": "m"} | value).encode("utf-8", "surrogatepass")
    ),
)


@tried(400, 20_000)
@given(ANY_FRAME)
@example(b"[" * 100_000)
@example(b'{"type":"req","id":"1","method":"m","params":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001)
@example(b'{"type":"req","id":"1","method":"a","method":"b"}')
@example(b'{"type":"req","id":"1","method":"m","params":' + b"9" * 1_000_000 + b"}")
@example(b'{"type":"req","id":"1","method":"m","params":1e999}')
@example(b'{"type":"req","id":"1","method":"m","params":NaN}')
@example(b'\xef\xbb\xbf{"type":"req","id":"1","method":"m"}')
@example(b'{"type":"req","id":"\\ud800","method":"m"}')
@example(b'{"__proto__":{"type":"req"},"id":"1","method":"m"}')
@example(b'{"type":"req","id":"1","method":"m","params":{"a":1,"\\u0061":2}}')
def test_a_frame_is_a_request_that_reads_the_same_elsewhere_or_is_refused(data: bytes) -> None:
    try:
        request = frames.parse(data)
    except BadFrame as refused:
        answer = frames.error(refused.frame_id, {"code": "INVALID_REQUEST", "message": str(refused)})
        assert json.loads(answer)["ok"] is False, "and can be answered"
        return
    once = json.loads(data, object_pairs_hook=_no_twins)
    assert (once["type"], once["id"], once["method"]) == ("req", request.id, request.method)
    assert set(once) <= {"type", "id", "method", "params"}


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    assert len(dict(pairs)) == len(pairs), "a key that came twice was let through"
    return dict(pairs)


PARAMS = connect_params(
    role="operator", scopes=["operator.read"], caps=["x"], commands=[], permissions={"a": True}, pathEnv="/bin",
    locale="en", userAgent="x",
    device={"id": "a", "publicKey": "b", "signature": "c", "signedAt": 1, "nonce": "d"},
)  # fmt: skip


def wrong_somewhere(value: Frame, path: list[str], put: Any, remove: bool) -> Frame:
    """The parameters with something else at one place."""
    key, *rest = path
    if rest and isinstance(value.get(key), dict):
        return {**value, key: wrong_somewhere(value[key], rest, put, remove)}
    return {k: v for k, v in value.items() if k != key} if remove else {**value, key: put}


PLACES = st.sampled_from(
    [
        *([key] for key in PARAMS),
        *(["client", key] for key in ("id", "version", "platform", "mode", "displayName", "x")),
        *(["auth", key] for key in ("token", "password", "deviceToken", "x")),
        *(["device", key] for key in ("id", "publicKey", "signature", "signedAt", "nonce", "x")),
        ["min_protocol"], ["x"], [""],
    ]
)  # fmt: skip


@tried(400, 20_000)
@given(st.lists(st.tuples(PLACES, JSON, st.booleans()), min_size=1, max_size=3))
@example([(["device", "signedAt"], 10**400, False)])
@example([(["minProtocol"], 10**400, False), (["maxProtocol"], -(10**400), False)])
@example([(["device", "publicKey"], "\ud800", False)])
@example([(["auth", "token"], "\ud800", False)])
@example([(["device", "signature"], "A" * 257, False)])
def test_parameters_of_a_connect_are_understood_or_refused_in_words(edits: list[tuple[list[str], Any, bool]]) -> None:
    params: Any = PARAMS
    for path, put, remove in edits:
        params = wrong_somewhere(params, path, put, remove)
    try:
        connect = checked(ConnectParams, params, "connect")
    except MethodError as refused:
        told = refused.message
        connect = None
    if connect is None:
        assert told.startswith("invalid connect params: ")
        return
    assert protocol_for(connect.min_protocol, connect.max_protocol) in (None, 3, 4)
    if (device := connect.device) is not None:
        claim = device_proof.DeviceClaim(
            device.id, device.public_key, device.signature, device.signed_at, device.nonce or "", connect.client.id,
            connect.client.mode, connect.role or "operator", tuple(connect.scopes or ()), "",
        )  # fmt: skip
        assert device_proof.problem(claim, "d", 1), "nobody guesses a key"


@tried(150, 20_000)
@given(st.text(max_size=90), st.text(max_size=90))
@example("\ud800" * 43, "")
@example("-----BEGIN PUBLIC KEY-----\n\x00\n-----END PUBLIC KEY-----", "==")
def test_keys_and_signatures_of_any_text_prove_nothing(key: str, signature: str) -> None:
    me = Device()
    params = connect_params()
    claim = me.claim(params, "n", 1_000)
    for changed in ({"publicKey": key}, {"signature": signature}, {"id": key}, {"nonce": key}):
        given = claim | changed
        shown = device_proof.DeviceClaim(
            given["id"], given["publicKey"], given["signature"], 1_000, given["nonce"], "test", "test", "operator", (),
            params["auth"]["token"],
        )  # fmt: skip
        assert device_proof.problem(shown, "n", 1_000)


# HTTP, over a real socket


@contextlib.asynccontextmanager
async def _served() -> AsyncIterator[Rig]:
    with tempfile.TemporaryDirectory() as folder:
        async with rig(Path(folder), limits=Limits(handshake=1.0)) as gateway:
            yield gateway


@pytest.fixture
def served() -> Iterator[tuple[asyncio.Runner, Rig]]:
    """A gateway that all examples of a property share, with the loop that it runs on."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        gateway = runner.run(stack.enter_async_context(_served()))
        yield runner, gateway
        runner.run(stack.aclose())


REQUESTS = [
    b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n",
    b"POST /tools/invoke HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\n\r\n{}",
    b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Bearer " + SECRET.encode() + b"\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    b"GET /readyz HTTP/1.0\r\nHost: 127.0.0.1:PORT\r\nX-Forwarded-For: 1.2.3.4\r\nOrigin: null\r\n\r\n",
]


async def answer_to(port: int, data: bytes) -> bytes:
    """Everything that the gateway sends until it or we end the connection; half of it is closed after the request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(data.replace(b"PORT", str(port).encode()))
            writer.write_eof()
            async with asyncio.timeout(5):
                return await reader.read()
        return b""
    finally:
        writer.transport.abort()


def statuses(answer: bytes) -> list[int]:
    """The status of each answer on the line."""
    return [int(line.split(b" ")[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]


@tried(250, 20_000)
@given(data=st.one_of(mutated(st.sampled_from(REQUESTS)), st.binary(max_size=300)))
@example(data=REQUESTS[0] * 50)
@example(data=b"\r\n" * 200 + REQUESTS[0])
@example(data=b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"GET / HTTP/9.9\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"GET / HTTP/1.1\r\nHost : 127.0.0.1:PORT\r\n\r\n")
@example(data=b"GET / HTTP/1.1\r\n Host: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"GET / HTTP/1.1\nHost: 127.0.0.1:PORT\n\n")
@example(data=b"\xff" * 100)
@example(data=b"POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: -1\r\n\r\n")
@example(data=b"POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: +2\r\n\r\n{}")
@example(data=b"POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")
@example(data=b"GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUpgrade: \x80\r\n\r\n")
@example(data=b"GET http://[::1 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"GET //[ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@example(data=b"GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nExpect: x\r\n\r\n")
@example(data=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
@example(data=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60)
def test_no_bytes_break_the_http_edge(served: tuple[asyncio.Runner, Rig], data: bytes) -> None:
    runner, gateway = served

    async def one() -> None:
        answer = await answer_to(gateway.port, data)
        codes = statuses(answer)
        assert all(code < 500 for code in codes), (data, answer)
        assert b"Traceback" not in answer
        assert b"aiohttp" not in answer.lower()
        assert (await http(gateway.port, "GET /healthz HTTP/1.1\nHost: 127.0.0.1:{port}\n\n"))[0] == 200
        assert gateway.spy.called == []
        assert gateway.server.count == 0

    runner.run(one())
