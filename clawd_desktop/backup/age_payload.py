"""The body of an age file: 64 KiB pieces, each vouched for with its place, so that no cut and no change passes.

Source of the format: C2SP, "age" (c2sp.org/age), version 1, its section on the payload.
"""

from __future__ import annotations

import io
import os
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup.age_header import Source, derived
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.sealed_file import SealedFile
from clawd_desktop.core.tasks import caught

if TYPE_CHECKING:
    from typing_extensions import Buffer

CHUNK = 64 * 1024
TAG = 16
NONCE = 16


def write_all(file: BinaryIO, data: Buffer) -> None:
    """Write every byte, also to a file without a buffer, which may take a part only."""
    with memoryview(data) as view:
        done = 0
        while done < len(view):
            done += file.write(view[done:])


class PayloadWriter(SealedFile):
    """Seals what is written to it, with a key of 16 bytes that is this file's alone. Memory: one piece."""

    def __init__(self, file: BinaryIO, key: bytes, head: bytes = b"") -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._file = file
        self._held = bytearray()
        self._count = 0
        self._fault: Exception | None = None
        nonce = os.urandom(NONCE)
        self._cipher = ChaCha20Poly1305(derived(key, nonce, b"payload"))
        write_all(file, head + nonce)

    def _seal(self, data: memoryview) -> None:
        self._check()
        place = 0
        # A full piece is kept back: only the end tells whether it is the last one, which is marked.
        while len(self._held) + len(data) - place > CHUNK:
            if not self._held:
                self._put(data[place : place + CHUNK], last=False)
                place += CHUNK
                continue
            missing = CHUNK - len(self._held)
            self._held += data[place : place + missing]
            place += missing
            self._put(self._held, last=False)
            self._held.clear()
        self._held += data[place:]

    def _finish(self) -> None:
        self._check()
        self._put(self._held, last=True)
        self._let_go()

    def _let_go(self) -> None:
        self._held = bytearray()

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _put(self, piece: bytearray | memoryview, *, last: bool) -> None:
        sealed = self._cipher.encrypt(nonce(self._count, last=last), piece, None)
        # After a piece that is there in part, no other may follow.
        self._fault = caught(partial(write_all, self._file, sealed))
        self._check()
        self._count += 1


class PayloadReader(io.RawIOBase):
    """Opens what PayloadWriter sealed, piece by piece. Memory: two pieces.

    Reading raises Damaged at the first piece that is not the one that was written there, and again each time after.
    What was read is whole only when the end was reached.
    """

    def __init__(self, source: Source, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        begins = source.block(NONCE)
        if len(begins) < NONCE:
            raise Damaged("it ends inside its head")
        self._source = source
        self._cipher = ChaCha20Poly1305(derived(key, begins, b"payload"))
        self._next = source.block(CHUNK + TAG)
        self._count = 0
        self._plain = memoryview(b"")
        self._ended = False
        self._fault: Exception | None = None

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a part of the buffer; 0 at the end, which was vouched for. Raises Damaged and the file's OSError."""
        if self._fault is not None:
            raise self._fault
        while not self._plain and not self._ended:
            self._advance()
        with memoryview(buffer) as view, view.cast("B") as room:
            size = min(len(room), len(self._plain))
            room[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _advance(self) -> None:
        sealed, begin = self._next, self._source.position - len(self._next)
        following = caught(partial(self._source.block, CHUNK + TAG))
        if isinstance(following, Exception):  # what it had read of the piece is gone
            self._fault = following
            raise following
        self._next = following
        self._ended = not self._next
        try:
            self._plain = memoryview(self._open(sealed))
        except Damaged:
            self._fault = Damaged(f"it is damaged or cut between byte {begin:,} and byte {begin + len(sealed):,}")
            raise self._fault from None
        self._count += 1

    def _open(self, sealed: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        if len(sealed) < TAG or (len(sealed) == TAG and self._count):
            raise Damaged("there is an empty piece")
        try:
            return self._cipher.decrypt(nonce(self._count, last=self._ended), sealed, None)
        except InvalidTag as error:
            raise Damaged("there is another piece") from error


def nonce(count: int, *, last: bool) -> bytes:
    """What makes each piece another one: its number, and whether it is the last."""
    return count.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
