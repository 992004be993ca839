"""Writes and reads the headers of tar members in one form only, so that no changed bit of a header can pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.backup.manifest import MOST_BYTES, Damaged, EntryKind

BLOCK = 512
END = bytes(2 * BLOCK)
# The longest path and link, twice over; what a hostile header may take.
MOST_EXTENDED = 32 * 1024
_SECOND = 10**9
_NAME_FIELD, _OCTAL_11 = 100, 8**11
# Source: POSIX.1-2024, pax, "ustar Interchange Format" and "pax Extended Header".
_TYPES: dict[EntryKind, bytes] = {"file": b"0", "folder": b"5", "link": b"2"}
_KINDS = {letter: kind for kind, letter in _TYPES.items()}
_REFUSED = {b"1": "a hard link", b"3": "a device", b"4": "a device", b"6": "a pipe", b"S": "a sparse file"}
_KEYS = (b"hdrcharset", b"mtime", b"path", b"linkpath", b"size")
_OCTAL = re.compile(rb"([0-7]+)[\0 ]*")
_TIME = re.compile(rb"(-?)(\d{1,12})\.(\d{9})")


@dataclass(frozen=True, slots=True)
class Member:
    """One member. `name` has "/" between its parts and none at its end; bytes that are no UTF-8 are surrogates.

    `size` is of files, in bytes; `target` of links; `mtime_ns` since the epoch.
    """

    name: str
    kind: EntryKind
    mode: int
    mtime_ns: int
    size: int = 0
    target: str = ""


def padding(size: int) -> int:
    """How many zero bytes follow `size` bytes of data."""
    return -size % BLOCK


def header(member: Member) -> bytes:
    """The blocks before the member's data: one, or three and more when a field of the first is too small."""
    name = _raw(member.name) + (b"/" if member.kind == "folder" else b"")
    target = _raw(member.target)
    whole, fraction = divmod(member.mtime_ns, _SECOND)
    records = {}
    if fraction or not 0 <= whole < _OCTAL_11:
        sign, (whole_part, rest) = "-" if member.mtime_ns < 0 else "", divmod(abs(member.mtime_ns), _SECOND)
        records[b"mtime"] = f"{sign}{whole_part}.{rest:09}".encode()
    if len(name) > _NAME_FIELD or not name.isascii():
        records[b"path"] = name
    if len(target) > _NAME_FIELD or not target.isascii():
        records[b"linkpath"] = target
    if not _is_utf8(name) or not _is_utf8(target):
        records[b"hdrcharset"] = b"BINARY"
    if member.size >= _OCTAL_11:
        records[b"size"] = str(member.size).encode()
    block = _block(name, member, target, min(max(whole, 0), _OCTAL_11 - 1))
    return _extended(records) + block if records else block


def read_member(read: Callable[[int], bytes]) -> Member | None:
    """The next member, None at the end of the archive. `read` gives exactly as many bytes as it is asked for.

    Raises Damaged when the blocks are not as `header` writes them.
    """
    raw = block = read(BLOCK)
    if not block.strip(b"\0"):
        if read(len(END) - BLOCK).strip(b"\0"):
            raise Damaged("its end is followed by something")
        return None
    records: dict[bytes, bytes] = {}
    if block[156:157] == b"x":
        size = _number(block[124:136])
        if size > MOST_EXTENDED:
            raise Damaged("it has a header that is too large")
        body = read(size + padding(size))
        records = _records(body[:size])
        block = read(BLOCK)
        raw = b"".join((raw, body, block))
    member = _member(block, records)
    if header(member) != raw:
        raise Damaged("it has a header that no backup of this program has")
    return member


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _block(name: bytes, member: Member, target: bytes, seconds: int) -> bytes:
    return _summed(
        b"%-100b%07o\0%b%011o\0%011o\0        %b%-100bustar\x0000"
        % (
            _field(name), member.mode, b"0000000\0" * 2, member.size % _OCTAL_11, seconds,
            _TYPES[member.kind], _field(target),
        )
    )  # fmt: skip


def _field(text: bytes) -> bytes:
    return text[:_NAME_FIELD].ljust(_NAME_FIELD, b"\0")


def _summed(start: bytes) -> bytes:
    return (start[:148] + b"%06o\0 " % sum(start) + start[156:]).ljust(BLOCK, b"\0")


def _extended(records: dict[bytes, bytes]) -> bytes:
    body = b"".join(_record(key, records[key]) for key in _KEYS if key in records)
    block = _summed(
        b"%-100b0000644\0%b%011o\0%011o\0        x%100bustar\x0000"
        % (_field(b"././@PaxHeader"), b"0000000\0" * 2, len(body), 0, bytes(100))
    )
    return block + body + bytes(padding(len(body)))


def _record(key: bytes, value: bytes) -> bytes:
    rest = len(key) + len(value) + 3
    size = rest + len(str(rest))
    # Its own length is a part of it and may have made it longer by a digit.
    size = rest + len(str(size))
    return b"%d %b=%b\n" % (size, key, value)


def _records(body: bytes) -> dict[bytes, bytes]:
    records: dict[bytes, bytes] = {}
    while body:
        digits, space, _ = body[:8].partition(b" ")
        size = int(digits) if space and digits.isdigit() else 0
        key, equals, value = body[len(digits) + 1 : max(size - 1, 0)].partition(b"=")
        if not equals or key not in _KEYS or size > len(body):
            raise Damaged(f"it has a field that no backup has ({key[:40]!r})")
        records[key] = value
        body = body[size:]
    return records


def _member(block: bytes, records: dict[bytes, bytes]) -> Member:
    letter = block[156:157]
    kind = _KINDS.get(letter)
    if kind is None:
        raise Damaged(f"it is {_REFUSED.get(letter, 'of a kind')} that no backup holds")
    mode = _number(block[100:108])
    if mode > 0o777:
        raise Damaged("it has rights that no backup writes")
    name = records.get(b"path", block[:_NAME_FIELD].rstrip(b"\0"))
    size = int(records[b"size"]) if records.get(b"size", b"").isdigit() else _number(block[124:136])
    if size > MOST_BYTES or (size and kind != "file"):
        raise Damaged("it has a size that cannot be")
    return Member(
        _text(name.removesuffix(b"/") if kind == "folder" else name),
        kind,
        mode,
        _time(records[b"mtime"]) if b"mtime" in records else _number(block[136:148]) * _SECOND,
        size,
        _text(records.get(b"linkpath", block[157:257].rstrip(b"\0"))) if kind == "link" else "",
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    found = _OCTAL.fullmatch(field)
    if found is None:
        raise Damaged("it has a number that is none")
    return int(found[1], 8)


def _time(value: bytes) -> int:
    found = _TIME.fullmatch(value)
    if found is None:
        raise Damaged("it has a time that is none")
    nanoseconds = int(found[2]) * _SECOND + int(found[3])
    return -nanoseconds if found[1] else nanoseconds
