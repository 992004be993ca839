"""The small files of a store: JSON that carries its own checksum, sealed when the store is."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import orjson

from clawd_desktop.backup import sealing
from clawd_desktop.backup.manifest import Damaged, TooNew
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.core.values import JsonObject, as_int, as_object, as_text

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

FORMAT = "clawd-desktop-store"
SCHEMA = 1
# A list of five million files is about as long.
MOST_BYTES = 2 << 30


@dataclass(frozen=True, slots=True)
class Seal:
    """How a store is closed and opened; both are None when it is not encrypted."""

    lock: Lock | None = None
    keys: Keys | None = None

    @property
    def suffix(self) -> str:
        """What the names of sealed documents end with."""
        return ".age" if self.lock else ""

    def opening(self, file: BinaryIO) -> BinaryIO:
        """A reader of what was sealed. Raises BadInput for a wrong key, Damaged."""
        return sealing.opening(file, self.keys or Keys()) if self.lock else file


def encode(kind: str, body: JsonObject) -> bytes:
    """The document as JSON with one form for one body; "sha256" is that of the same JSON without it."""
    wire: JsonObject = {"format": FORMAT, "schema": SCHEMA, "kind": kind, "body": body}
    return _canonical({**wire, "sha256": _digest(wire)})


def decode(kind: str, data: bytes) -> JsonObject:
    """The body of such a document. Raises Damaged when a bit of it is not as it was written, TooNew."""
    try:
        wire = as_object(orjson.loads(data))
    except orjson.JSONDecodeError as error:
        raise Damaged(f"it is no JSON ({error})") from error
    if wire.get("format") != FORMAT or wire.get("kind") != kind:
        raise Damaged(f"it is no {kind} of a store")
    if as_int(wire.get("schema")) > SCHEMA:
        raise TooNew("it was made by a later version of this program")
    said = as_text(wire.pop("sha256", ""))
    # Two writings of one value (an escaped letter) have one checksum, so the writing is compared as well.
    if said != _digest(wire) or data != _canonical({**wire, "sha256": said}):
        raise Damaged("its checksum is wrong")
    return as_object(wire.get("body"))


def write(path: Path, kind: str, body: JsonObject, seal: Seal) -> None:
    """Save the document and read it back. Raises StorageFault, Unreadable; nothing is left then."""
    data = encode(kind, body)
    stored = sealed(data, seal.lock) if seal.lock else data
    safeio.write_file(path, stored)
    if safeio.read_file(path, limit=MOST_BYTES) != stored:
        safeio.remove(path)
        raise Unreadable(
            f"{path} was written, and reads differently.", path=str(path), hint="Check the disk, or use another one."
        )


def read(path: Path, kind: str, seal: Seal) -> JsonObject:
    """The body of a saved document. Raises NotFound, Unreadable, StorageFault, BadInput for a wrong key."""
    with broken(path):
        data = safeio.read_file(path, limit=MOST_BYTES)
        if seal.lock:
            with seal.opening(io.BytesIO(data)) as opened:
                data = opened.read()
        return decode(kind, data)


@contextlib.contextmanager
def broken(path: Path) -> Iterator[None]:
    """Turn Damaged and TooNew in the block into Unreadable that names the file."""
    try:
        yield
    except Damaged as error:
        raise Unreadable(
            f"{path} is damaged: {error}.", path=str(path), hint="Use another backup, and check the disk."
        ) from error
    except TooNew as error:
        raise Unreadable(f"{path} cannot be read: {error}.", path=str(path), hint="Update this program.") from error


def sealed(data: bytes, lock: Lock) -> bytes:
    """The bytes, sealed."""
    kept = _Kept()
    plain = io.BufferedWriter(kept)
    with sealing.closing(plain, lock) as closing:
        closing.write(data)
    plain.close()
    return bytes(kept.data)


class _Kept(io.RawIOBase):
    """Keeps what is written when a sealing writer closes its target."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        self.data += (piece := bytes(data))
        return len(piece)


def _digest(wire: JsonObject) -> str:
    return hashlib.sha256(_canonical(wire)).hexdigest()


def _canonical(wire: JsonObject) -> bytes:
    return orjson.dumps(wire, option=orjson.OPT_SORT_KEYS)
