"""Reads the frames of a WebSocket client and writes a server's (RFC 6455); pure, no sockets.

aiohttp does the HTTP part. Its own frame reader is not used because it accepts frames that a client did not mask,
cannot be given another size limit once the client has authenticated, and wakes a task for every message.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MAX_REASON = 123
_FREE_FRAGMENTS = 64
_SMALLEST_FRAGMENT = 16
# Where the payload begins when the short length says that a longer one follows (2 or 8 bytes, then 4 of mask).
_PAYLOAD_AT = {126: 8, 127: 14}
_CLOSE_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


class Opcode(IntEnum):
    """The frame types of RFC 6455."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class CloseCode(IntEnum):
    """The close codes that this gateway sends."""

    NORMAL = 1000
    PROTOCOL = 1002
    NOT_ACCEPTED = 1003
    NOT_UTF8 = 1007
    POLICY = 1008
    TOO_BIG = 1009
    RESTART = 1012
    TRY_AGAIN_LATER = 1013


class ProtocolError(Exception):
    """The client broke the WebSocket protocol; the connection is closed with `code`."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message of the client; `opcode` is TEXT, CLOSE, PING or PONG."""

    opcode: Opcode
    data: bytes


class FrameReader:
    """Turns received bytes into whole messages. `limit` is the most bytes a message may have; it may be changed."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buffer = bytearray()
        self._fragments: list[bytes] | None = None
        self._size = 0

    @property
    def pending(self) -> int:
        """Bytes that have come and are not yet part of a message that was taken."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take more bytes."""
        self._buffer += data

    def next(self) -> Message | None:
        """The next message that is complete, None when more bytes are needed. Raises ProtocolError."""
        while (frame := self._frame()) is not None:
            final, opcode, payload = frame
            if opcode >= Opcode.CLOSE:
                return Message(Opcode(opcode), payload)
            if (whole := self._joined(final, opcode, payload)) is not None:
                return Message(Opcode.TEXT, whole)
        return None

    def _frame(self) -> tuple[bool, int, bytes] | None:
        """One frame off the front of the buffer: (final, opcode, unmasked payload), or None when it is incomplete."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        first, second = buffer[0], buffer[1]
        opcode = first & 0x0F
        self._check_header(first, second, opcode)
        length = second & 0x7F
        start = _PAYLOAD_AT.get(length, 6)
        if len(buffer) < start - 4:
            return None
        if start > 6:
            length = int.from_bytes(buffer[2 : start - 4], "big")
        if opcode < Opcode.CLOSE and length + self._size > self.limit:
            raise ProtocolError(CloseCode.TOO_BIG, f"message larger than {self.limit} bytes")
        end = start + length
        if len(buffer) < end:
            return None
        payload = unmasked(bytes(buffer[start:end]), bytes(buffer[start - 4 : start]))
        del buffer[:end]
        return first >= 0x80, opcode, payload

    def _check_header(self, first: int, second: int, opcode: int) -> None:
        if first & 0x70:
            raise ProtocolError(CloseCode.PROTOCOL, "reserved bits are set")
        if not second & 0x80:
            raise ProtocolError(CloseCode.PROTOCOL, "frame is not masked")
        if opcode == Opcode.BINARY:
            raise ProtocolError(CloseCode.NOT_ACCEPTED, "only text frames are understood")
        if opcode > Opcode.PONG or Opcode.BINARY < opcode < Opcode.CLOSE:
            raise ProtocolError(CloseCode.PROTOCOL, "unknown frame type")
        if opcode >= Opcode.CLOSE and (first < 0x80 or second & 0x7F > 125):
            raise ProtocolError(CloseCode.PROTOCOL, "control frame is fragmented or too long")

    def _joined(self, final: bool, opcode: int, payload: bytes) -> bytes | None:
        """The whole text when this frame completes it, else None."""
        if opcode == Opcode.TEXT:
            if self._fragments is not None:
                raise ProtocolError(CloseCode.PROTOCOL, "a new message began inside another")
            if final:
                return payload
            self._fragments = []
        if self._fragments is None:
            raise ProtocolError(CloseCode.PROTOCOL, "continuation of nothing")
        self._fragments.append(payload)
        self._size += len(payload)
        # Empty fragments cost memory too: without a limit a message could grow for ever.
        if len(self._fragments) > _FREE_FRAGMENTS + self.limit // _SMALLEST_FRAGMENT:
            raise ProtocolError(CloseCode.TOO_BIG, "too many fragments")
        if not final:
            return None
        whole = b"".join(self._fragments)
        self._fragments, self._size = None, 0
        return whole


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """The payload with the client's four mask bytes taken off."""
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(payload, "little") ^ key).to_bytes(size, "little")


def text_frame(payload: bytes) -> bytes:
    """A text message as a server sends it: one frame, not masked, not compressed."""
    return _header(Opcode.TEXT, len(payload)) + payload


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping."""
    return _header(Opcode.PONG, len(payload)) + payload


def close_frame(code: int, reason: str) -> bytes:
    """A close frame; the reason is cut to the 123 bytes that fit, never inside a character."""
    text = reason.encode("utf-8", "replace")[:_MAX_REASON].decode("utf-8", "ignore").encode()
    return _header(Opcode.CLOSE, 2 + len(text)) + struct.pack(">H", code) + text


def close_reply(payload: bytes) -> int:
    """The code to answer a client's close frame with. Raises ProtocolError when its frame is not well-formed."""
    if not payload:
        return CloseCode.NORMAL
    if len(payload) == 1:
        raise ProtocolError(CloseCode.PROTOCOL, "close frame with half a code")
    code = int.from_bytes(payload[:2], "big")
    if code not in _CLOSE_CODES and not 3000 <= code <= 4999:
        raise ProtocolError(CloseCode.PROTOCOL, "invalid close code")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        raise ProtocolError(CloseCode.NOT_UTF8, "close reason is not UTF-8") from None
    return code


def _header(opcode: Opcode, length: int) -> bytes:
    if length < 126:
        return bytes((0x80 | opcode, length))
    if length < 65_536:
        return struct.pack(">BBH", 0x80 | opcode, 126, length)
    return struct.pack(">BBQ", 0x80 | opcode, 127, length)
