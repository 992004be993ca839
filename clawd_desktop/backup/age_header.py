"""The head of an age file: read without trusting it, taken apart strictly, and checked against its key.

Source of the format: C2SP, "age" (c2sp.org/age), version 1.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup.manifest import Damaged

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hmac import HMAC

MAGIC = b"age-encryption.org/"
VERSION = MAGIC + b"v1\n"
# A hundred RSA recipients need about 50 KB.
MOST_BYTES = 64 * 1024
_STEP = 4096
_END = re.compile(rb"\n---[^\n]*\n")
_STANZA = rb"-> [!-~]+(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n"
_HEAD = re.compile(rb"(" + re.escape(VERSION) + rb"((?:" + _STANZA + rb")+)---) ([A-Za-z0-9+/]{43})\n")


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file's key, wrapped for one recipient; `arguments` are what follows the kind on its first line."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A head taken apart. `signed` are the bytes that `mac` vouches for, `text` are all of its bytes."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes
    text: bytes


class Source:
    """A file read from front to back, beginning with what was read of it already."""

    def __init__(self, file: BinaryIO, ahead: bytes = b"", *, position: int = 0) -> None:
        self._file = file
        self._ahead = ahead
        self.position = position
        """The bytes of the file that were handed out."""

    def read(self, size: int) -> bytes:
        """At most `size` bytes, b"" at the end."""
        if self._ahead:
            block, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            block = self._file.read(size)
        self.position += len(block)
        return block

    def block(self, size: int) -> bytes:
        """`size` bytes, fewer only where the file ends."""
        parts: list[bytes] = []
        while size and (part := self.read(size)):
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def read(file: BinaryIO) -> tuple[Header, bytes]:
    """The head at the beginning of the file, and the bytes after it that were read with it.

    Raises Damaged when there is none, it is not whole or it is larger than any that is written.
    """
    got, end = b"", None
    while end is None:
        if len(got) >= MOST_BYTES:
            raise Damaged(f"its head is larger than {MOST_BYTES // 1024} KiB")
        block = file.read(_STEP)
        if not block:
            raise Damaged("it ends inside its head" if got else "it is empty")
        got += block
        if not got.startswith(MAGIC[: len(got)]):
            raise Damaged("it is not in the age format")
        end = _END.search(got)
    return parse(got[: end.end()]), got[end.end() :]


def parse(text: bytes) -> Header:
    """The head in these bytes, which must be nothing else. Raises Damaged."""
    if text.startswith(MAGIC) and not text.startswith(VERSION):
        raise Damaged("it has a form of the age format that this program does not know")
    found = _HEAD.fullmatch(text)
    if found is None:
        raise Damaged("its head is not as the age format says")
    signed, stanzas, mac = found.groups()
    return Header(tuple(_stanzas(stanzas)), signed, decoded(mac.decode("ascii")), text)


def _stanzas(text: bytes) -> list[Stanza]:
    stanzas = []
    for part in text.decode("ascii").removeprefix("-> ").split("\n-> "):
        first, *body = part.split("\n")
        kind, *arguments = first.split(" ")
        stanzas.append(Stanza(kind, tuple(arguments), decoded("".join(body))))
    return stanzas


def decoded(text: str) -> bytes:
    """The bytes of base64 as age writes it: without "=", and in the one form that they have. Raises Damaged."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise Damaged("its head is not as the age format says") from error
    if encoded(data) != text:
        raise Damaged("its head is not as the age format says")
    return data


def encoded(data: bytes) -> str:
    """The base64 of the bytes as age writes it, without "="."""
    return base64.b64encode(data).decode("ascii").rstrip("=")


def build(stanza: Stanza, key: bytes) -> bytes:
    """The head of a file with this key (16 bytes) and one stanza, whose body is 32 bytes long."""
    line = " ".join(("->", stanza.kind, *stanza.arguments))
    signed = VERSION + f"{line}\n{encoded(stanza.body)}\n---".encode("ascii")
    mac = _mac(key, signed)
    return signed + f" {encoded(mac.finalize())}\n".encode("ascii")


def check(header: Header, key: bytes) -> None:
    """Raises Damaged unless the whole head is the one that was written with this key."""
    from cryptography.exceptions import InvalidSignature

    try:
        _mac(key, header.signed).verify(header.mac)
    except InvalidSignature as error:
        raise Damaged("its head was changed after it was written") from error


def derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes of HKDF-SHA-256; an empty salt is one of zeros (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(key)


def _mac(key: bytes, signed: bytes) -> HMAC:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC

    mac = HMAC(derived(key, b"", b"header"), SHA256())
    mac.update(signed)
    return mac
