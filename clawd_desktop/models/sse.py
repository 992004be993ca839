"""Cuts a byte stream into lines and server-sent events, piece by piece, with bounded memory."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.core.errors import BadInput

MAX_LINE = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class LineTooLong(BadInput):
    """A line or event is larger than what is kept in memory."""

    code = "line_too_long"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One server-sent event; `name` is "" when the server gave none."""

    name: str
    data: str


class LineSplitter:
    """Cuts bytes into lines that end with LF, CRLF or a lone CR, however the bytes were split on the way."""

    def __init__(self, cap: int = MAX_LINE) -> None:
        self._cap = cap
        self._pieces: list[bytes] = []
        self._size = 0
        self._skip_lf = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends. Raises LineTooLong above `cap` bytes."""
        if self._skip_lf and data:
            data = data.removeprefix(b"\n")
            self._skip_lf = False
        lines = []
        for piece in data.splitlines(keepends=True):
            bare = piece.rstrip(b"\r\n")
            self._keep(bare)
            if len(bare) != len(piece):
                lines.append(self.rest())
        # A CR at the very end may be the first half of CRLF: its line is complete, a following LF belongs to it.
        self._skip_lf = data.endswith(b"\r") or (self._skip_lf and not data)
        return lines

    def rest(self) -> bytes:
        """What came after the last complete line; forgotten afterwards."""
        line = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return line

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._cap:
            raise LineTooLong(f"A line is longer than {self._cap:,} bytes.")
        if piece:
            self._pieces.append(piece)


class SseParser:
    """Cuts bytes into server-sent events. Source: WHATWG HTML, section 9.2.6 (ids and retry times are left out)."""

    def __init__(self, cap: int = MAX_LINE) -> None:
        self._cap = cap
        self._lines = LineSplitter(cap)
        self._first = True
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> list[ServerEvent]:
        """The events that are complete now. Raises LineTooLong when one is larger than the cap."""
        events = []
        for line in self._lines.feed(data):
            if self._first:
                line = line.removeprefix(_BOM)
                self._first = False
            if line:
                self._field(line)
            elif self._data:
                events.append(self._take())
            else:
                self._name = ""
        return events

    def finish(self) -> list[ServerEvent]:
        """The event that the stream ended in the middle of: some servers leave out the last empty line."""
        rest = self._lines.rest()
        if rest:
            self._field(rest)
        return [self._take()] if self._data else []

    def _field(self, line: bytes) -> None:
        name, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._size += len(value)
            if self._size > self._cap:
                raise LineTooLong(f"An event is longer than {self._cap:,} characters.")
            self._data.append(value)
        elif name == "event":
            self._name = value

    def _take(self) -> ServerEvent:
        event = ServerEvent(self._name, "\n".join(self._data))
        self._name = ""
        self._data = []
        self._size = 0
        return event
