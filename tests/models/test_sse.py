"""Bytes become lines and events, however they were split on the way."""

from __future__ import annotations

import pytest

from clawd_desktop.models.sse import LineSplitter, LineTooLong, ServerEvent, SseParser

STREAM = (
    b"\xef\xbb\xbf: connected\n\n"
    b'event: message_start\ndata: {"a":1}\n\n'
    b'data: {"text":"h\xc3\xa9llo \xe4\xbd\xa0"}\r\n\r\n'
    b"data: one\rdata: two\r\r"
    b"event: lonely\n\n"
    b"id: 7\nretry: 10\ndata:no space\n\n"
    b"data: [DONE]\n\n"
)
EVENTS = [
    ServerEvent("message_start", '{"a":1}'),
    ServerEvent("", '{"text":"héllo 你"}'),
    ServerEvent("", "one\ntwo"),
    ServerEvent("", "no space"),
    ServerEvent("", "[DONE]"),
]


def parsed(*pieces: bytes) -> list[ServerEvent]:
    parser = SseParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return events + parser.finish()


@pytest.mark.parametrize("cut", range(len(STREAM) + 1))
def test_events_are_the_same_wherever_the_stream_is_cut(cut: int) -> None:
    assert parsed(STREAM[:cut], STREAM[cut:]) == EVENTS


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_events_are_the_same_in_pieces_of_any_size(size: int) -> None:
    assert parsed(*(STREAM[at : at + size] for at in range(0, len(STREAM), size))) == EVENTS


def test_a_last_event_without_its_empty_line_counts() -> None:
    assert parsed(b"data: a\n\ndata: b") == [ServerEvent("", "a"), ServerEvent("", "b")]


@pytest.mark.parametrize("stream", [b"x" * 11, b"data: 12345\ndata: 123456\n"])
def test_memory_is_bounded(stream: bytes) -> None:
    parser = SseParser(cap=10)
    with pytest.raises(LineTooLong):
        parser.feed(stream)


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ((b"a\n", b"b\r\n", b"c\r"), [b"a", b"b", b"c"]),
        ((b"a\r", b"\nb\n"), [b"a", b"b"]),
        ((b"a\r", b"", b"\nb\n"), [b"a", b"b"]),
        ((b"a\r", b"\rb\n"), [b"a", b"", b"b"]),
        ((b"a", b"b", b"c\n"), [b"abc"]),
    ],
)
def test_line_ends(pieces: tuple[bytes, ...], lines: list[bytes]) -> None:
    splitter = LineSplitter()
    assert [line for piece in pieces for line in splitter.feed(piece)] == lines


def test_the_rest_is_handed_out_once() -> None:
    splitter = LineSplitter()
    splitter.feed(b"a\nb")
    assert (splitter.rest(), splitter.rest()) == (b"b", b"")
