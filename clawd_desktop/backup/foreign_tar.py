"""Reads the members of a tar that nobody trusts: one after the other, with bounds, and only kinds that are plain.

Sources: POSIX 1003.1 pax (ustar and extended headers), GNU tar's manual, "Basic Tar Format".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from clawd_desktop.backup.manifest import MOST_BYTES, Damaged

BLOCK = 512
# Far above any name that a disk takes, far below what would fill memory.
MOST_HEADER_BYTES = 1 << 16
_MOST_EXTENDED = 8
# 2116, as far as a list of ours can say; some files claim to be from later.
_MOST_TIME_NS = 1 << 62
_CHUNK = 1 << 16

MemberKind: TypeAlias = Literal["file", "folder", "link"]
_KINDS: dict[bytes, MemberKind] = {b"0": "file", b"\0": "file", b"2": "link", b"5": "folder"}
_REFUSED = {
    b"1": "a hard link", b"3": "a device", b"4": "a device", b"6": "a pipe", b"S": "a sparse file",
    b"M": "a part of a file on several tapes", b"V": "a label of a tape",
}  # fmt: skip


class Source(Protocol):
    """Where the bytes come from."""

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member as it stands there; `mode` has all 12 bits, names that are no UTF-8 have surrogates.

    The path is without the slash at the end of folders, and otherwise unchecked.
    """

    path: str
    kind: MemberKind
    mode: int
    mtime_ns: int
    size: int = 0
    target: str = ""


@dataclass(slots=True)
class _Extended:
    """What extended headers say of the member that follows."""

    path: str | None = None
    target: str | None = None
    size: int | None = None
    mtime_ns: int | None = None


class ForeignTar:
    """The members in their order. `next` skips what was not read of the one before; `read` reads the current one."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = 0
        self._padding = 0

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes of the current member (-1: all), empty at its end. Raises Damaged when it is cut."""
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._source.read(wanted)
        if len(data) < wanted:
            raise Damaged("it ends in the middle")
        self._left -= wanted
        return data

    def next(self) -> Member | None:
        """The next member, None at the end. Raises Damaged when it is broken or of a kind that is not taken."""
        extended = _Extended()
        for _ in range(_MOST_EXTENDED):
            header = self._header()
            if header is None:
                if extended != _Extended():
                    raise Damaged("a name in it belongs to nothing")
                return None
            if not self._extend(extended, header):
                return self._member(header, extended)
        raise Damaged("a member of it has too many headers")

    def _header(self) -> bytes | None:
        while self._left:
            self.read(min(self._left, _CHUNK))
        if self._padding and len(self._source.read(self._padding)) < self._padding:
            raise Damaged("it ends in the middle")
        self._padding = 0
        block = self._source.read(BLOCK)
        if len(block) < BLOCK:
            raise Damaged("it ends in the middle")
        if not block.strip(b"\0"):
            self._end()
            return None
        # The sum is of unsigned bytes with blanks in its own place; old programs took signed ones.
        blank = block[:148] + b" " * 8 + block[156:]
        said = _number(block[148:156])
        if said not in (sum(blank), sum(blank) - 256 * sum(byte > 127 for byte in blank)):
            raise Damaged("a header in it is broken")
        return block

    def _end(self) -> None:
        while rest := self._source.read(_CHUNK):
            if rest.strip(b"\0"):
                raise Damaged("it goes on behind its end")

    def _begin(self, size: int) -> None:
        self._left, self._padding = size, -size % BLOCK

    def _extend(self, extended: _Extended, header: bytes) -> bool:
        """Whether the header only says something of the member that follows; that is then noted."""
        kind, size = header[156:157], _number(header[124:136])
        if kind not in (b"x", b"g", b"L", b"K"):
            return False
        if size > MOST_HEADER_BYTES:
            raise Damaged("a name in it is too long")
        self._begin(size)
        data = self.read()
        if kind == b"L":
            extended.path = _text(data.removesuffix(b"\0"))
        elif kind == b"K":
            extended.target = _text(data.removesuffix(b"\0"))
        else:
            _note(extended, data, of_all=kind == b"g")
        return True

    def _member(self, header: bytes, extended: _Extended) -> Member:
        code = header[156:157]
        path = extended.path if extended.path is not None else _ustar_path(header)
        if (kind := _KINDS.get(code)) is None:
            raise Damaged(f"{path!r} is {_REFUSED.get(code, 'of a kind that is not known')}, which is not taken")
        size = extended.size if extended.size is not None else _number(header[124:136])
        if kind == "file" and path.endswith("/"):
            kind = "folder"  # as tar did before it had a kind for folders
        if size > MOST_BYTES or (size and kind != "file"):
            raise Damaged(f"{path!r} has a size that cannot be")
        target = extended.target if extended.target is not None else _text(_cut(header[157:257]))
        mtime_ns = extended.mtime_ns if extended.mtime_ns is not None else _number(header[136:148]) * 10**9
        mtime_ns = max(-_MOST_TIME_NS, min(mtime_ns, _MOST_TIME_NS))
        self._begin(size)
        return Member(
            path.removesuffix("/") if kind == "folder" else path,
            kind, _number(header[100:108]) & 0o7777, mtime_ns, size, target if kind == "link" else "",
        )  # fmt: skip


def _ustar_path(header: bytes) -> str:
    name = _text(_cut(header[:100]))
    # GNU's older form keeps times where the prefix stands in POSIX's.
    prefix = _text(_cut(header[345:500])) if header[257:265] == b"ustar\x0000" else ""
    return f"{prefix}/{name}" if prefix else name


def _note(extended: _Extended, data: bytes, *, of_all: bool) -> None:
    """What records ("30 mtime=1290000000.123\\n") of an extended header say."""
    while data:
        length, blank, _ = data[:20].partition(b" ")
        if not blank or not length.isdigit() or not len(length) + 2 < int(length) <= len(data):
            raise Damaged("an extended header in it is broken")
        record, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, equals, value = record.removesuffix(b"\n").partition(b"=")
        if not equals or not record.endswith(b"\n"):
            raise Damaged("an extended header in it is broken")
        if key.startswith(b"GNU.sparse."):
            raise Damaged("it holds a sparse file, which is not taken")
        if key in (b"path", b"linkpath", b"size", b"mtime"):
            if of_all:
                raise Damaged("it gives one name, size or time to all its members")
            _set(extended, key, value)


def _set(extended: _Extended, key: bytes, value: bytes) -> None:
    if key == b"path":
        extended.path = _text(value)
    elif key == b"linkpath":
        extended.target = _text(value)
    elif key == b"size":
        if not value.isdigit() or len(value) > 20:
            raise Damaged("a size in it is no number")
        extended.size = int(value)
    else:
        extended.mtime_ns = _time(value)


def _time(value: bytes) -> int:
    whole, _, part = value.removeprefix(b"-").partition(b".")
    if not whole.isdigit() or len(whole) > 12 or (part and not part.isdigit()):
        raise Damaged("a time in it is no number")
    nanoseconds = int(whole) * 10**9 + int(part[:9].ljust(9, b"0"))
    return -nanoseconds if value.startswith(b"-") else nanoseconds


def _number(field: bytes) -> int:
    """Octal digits, or GNU's base 256 for what is too large; 0 for an empty field."""
    if field[0] == 0x80:
        return min(int.from_bytes(field[1:], "big"), 1 << 62)
    text = field.rstrip(b"\0 ").lstrip(b" ")
    if text.strip(b"01234567"):
        raise Damaged("a number in it is none")
    return int(text, 8) if text else 0


def _cut(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
