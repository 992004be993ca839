"""The WebSocket frames of RFC 6455: read piece by piece, refused when wrong, written as a server does."""

from __future__ import annotations

import contextlib

import pytest
from gateway_rig import header
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.gateway.websocket import (
    FrameReader,
    Message,
    Opcode,
    ProtocolError,
    close_frame,
    close_reply,
    pong_frame,
    text_frame,
    unmasked,
)

MASK = b"\x01\x02\x03\x04"


def frame(data: bytes, first: int = 0x81) -> bytes:
    return header(len(data), first) + MASK + unmasked(data, MASK)


def read(data: bytes, limit: int = 1000) -> list[Message]:
    reader = FrameReader(limit)
    reader.feed(data)
    return list(iter(reader.next, None))


@given(st.lists(st.binary(max_size=300), max_size=6), st.lists(st.integers(1, 200), min_size=1, max_size=50))
def test_messages_come_out_as_they_went_in_however_the_bytes_are_cut(texts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(frame(text) for text in texts)
    reader, found, at, turn = FrameReader(1000), [], 0, 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        reader.feed(stream[at : at + step])
        found += [message.data for message in iter(reader.next, None)]
        at, turn = at + step, turn + 1
    assert found == texts


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert all(len(message.data) <= 1000 for message in read(data))


@given(st.binary(max_size=70), st.binary(min_size=4, max_size=4))
def test_unmasking(data: bytes, mask: bytes) -> None:
    assert unmasked(data, mask) == bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_all_three_length_forms(size: int) -> None:
    assert read(frame(b"x" * size), limit=70_000) == [Message(Opcode.TEXT, b"x" * size)]


def test_fragments_are_joined_and_control_frames_come_in_between() -> None:
    data = frame(b"a", 0x01) + frame(b"p", 0x89) + frame(b"b", 0x00) + frame(b"c", 0x80)
    assert read(data) == [Message(Opcode.PING, b"p"), Message(Opcode.TEXT, b"abc")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x01x", 1002),  # not masked
        (frame(b"x", 0xC1), 1002),  # reserved bits
        (frame(b"x", 0xA1), 1002),
        (frame(b"x", 0x91), 1002),
        (frame(b"x", 0x82), 1003),  # binary
        (frame(b"x", 0x83), 1002),  # unknown types
        (frame(b"x", 0x8B), 1002),
        (frame(b"x", 0x80), 1002),  # continuation of nothing
        (frame(b"x", 0x00), 1002),
        (frame(b"a", 0x01) + frame(b"b", 0x81), 1002),  # a message inside another
        (frame(b"", 0x01) + frame(b"b", 0x81), 1002),
        (frame(b"x" * 126, 0x89), 1002),  # long ping
        (frame(b"x", 0x09), 1002),  # fragmented ping
        (frame(b"x" * 1001), 1009),
        (header(1001), 1009),  # refused by its announced length
        (header(2**63), 1009),
        (frame(b"x" * 600, 0x01) + frame(b"x" * 600, 0x80), 1009),
        (frame(b"", 0x01) + frame(b"", 0x00) * 100_000, 1009),
    ],
)
def test_what_is_refused(data: bytes, code: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(data)
    assert caught.value.code == code


def test_the_limit_counts_the_whole_message_and_may_grow() -> None:
    assert read(frame(b"x" * 500, 0x01) + frame(b"x" * 500, 0x80))[0].data == b"x" * 1000
    reader = FrameReader(10)
    reader.limit = 20
    reader.feed(frame(b"x" * 20))
    assert [message.data for message in iter(reader.next, None)] == [b"x" * 20]


@pytest.mark.parametrize(
    ("payload", "code"), [(b"", 1000), (b"\x03\xe8", 1000), (b"\x03\xf0bye", 1008), (b"\x0f\xa0", 4000)]
)
def test_close_frames_that_are_answered(payload: bytes, code: int) -> None:
    assert close_reply(payload) == code


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"\x03", 1002), (b"\x03\xed", 1002), (b"\x03\xee", 1002), (b"\x00\x00", 1002), (b"\xff\xff", 1002),
     (b"\x03\xe8\xff", 1007)],
)  # fmt: skip
def test_close_frames_that_are_wrong(payload: bytes, code: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        close_reply(payload)
    assert caught.value.code == code


def test_what_a_server_sends() -> None:
    assert text_frame(b"hi") == b"\x81\x02hi"
    assert text_frame(b"x" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert text_frame(b"x" * 65_536)[:10] == b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"
    assert pong_frame(b"p") == b"\x8a\x01p"
    assert close_frame(1012, "service restart") == b"\x88\x11\x03\xf4service restart"


def test_a_long_reason_is_cut_between_characters() -> None:
    data = close_frame(1008, "é" * 100)
    assert len(data) <= 127
    assert data[4:].decode() == "é" * 61
