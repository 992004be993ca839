"""Files in the age format that a key opens, not a passphrase: pyrage does the work in a thread, and we see a stream.

pyrage takes a whole file from one object and gives it to another; a backup is written and read by who calls us.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup.age_header import Header, Source
from clawd_desktop.backup.age_keys import AgeIdentity, AgeRecipient
from clawd_desktop.backup.age_payload import CHUNK, write_all
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.pipe import GivenUp, Pipe
from clawd_desktop.backup.sealed_file import SealedFile
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.tasks import caught

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Source: pyrage 1.4, which has one class for all that is wrong with a head.
_NO_KEY = "No matching keys found"


def closed(file: BinaryIO, recipients: Sequence[AgeRecipient]) -> SealedFile:
    """A writer that seals for each of the recipients. Writing and closing raise what the file raises."""
    return _KeyWriter(file, recipients)


def opened(header: Header, source: Source, identities: Sequence[AgeIdentity]) -> BinaryIO:
    """A reader of what one of the identities opens; `source` begins after the head.

    Raises BadInput when none of them opens it, Damaged when the head or the first piece is broken; reading raises
    Damaged where a piece is not the one that was written. Both raise what the file raises.
    """
    whole = _Again(header.text, source)
    return io.BufferedReader(_KeyReader(whole, identities), CHUNK)


class _Again:
    """The head, which was read already, and what follows it."""

    def __init__(self, head: bytes, source: Source) -> None:
        self._head = head
        self._source = source

    @property
    def position(self) -> int:
        return self._source.position

    def read(self) -> bytes:
        head, self._head = self._head, b""
        return head or self._source.read(CHUNK)


class _Inlet:
    """What pyrage reads from: gives blocks in pieces as small as it wants, and keeps the fault that it would hide."""

    def __init__(self, take: Callable[[], bytes]) -> None:
        self._take = take
        self._block = b""
        self._place = 0
        self.fault: Exception | None = None

    def read(self, size: int) -> bytes:
        if self._place >= len(self._block):
            got = caught(self._take)
            if isinstance(got, Exception):
                self.fault = got
                raise got
            self._block, self._place = got, 0
        piece = self._block[self._place : self._place + size]
        self._place += len(piece)
        return piece


class _Outlet:
    """What pyrage writes to: makes large blocks of its pieces, and keeps the fault that it would hide."""

    def __init__(self, put: Callable[[bytes], None]) -> None:
        self._put = put
        self._held = bytearray()
        self.fault: Exception | None = None

    def write(self, piece: bytes) -> int:
        self._held += piece
        if len(self._held) >= CHUNK:
            self.flush()
        return len(piece)

    def flush(self) -> None:
        block = bytes(self._held)
        self._held.clear()
        failed = caught(partial(self._put, block)) if block else None
        if failed is not None:
            self.fault = failed
            raise failed


class _KeyWriter(SealedFile):
    def __init__(self, file: BinaryIO, recipients: Sequence[AgeRecipient]) -> None:
        self._held = bytearray()
        self._pipe = Pipe()
        # The thread does not know the writer, which can so be collected, and ends it.
        self._thread = _started("backup sealing", partial(_seal_all, self._pipe, file, tuple(recipients)))

    def _seal(self, data: memoryview) -> None:
        for place in range(0, len(data), CHUNK):
            self._held += data[place : place + CHUNK]
            if len(self._held) >= CHUNK:
                self._pass_on()

    def _pass_on(self) -> None:
        block = bytes(self._held)
        self._held.clear()
        self._pipe.put(block)

    def _finish(self) -> None:
        try:
            if self._held:
                self._pass_on()
            self._pipe.end()
            self._thread.join()
            self._pipe.check()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._held = bytearray()
        self._pipe.break_off(GivenUp("The backup was given up."))
        _wait_for(self._thread)


class _KeyReader(io.RawIOBase):
    def __init__(self, source: _Again, identities: Sequence[AgeIdentity]) -> None:
        self._pipe = Pipe()
        self._thread = _started("backup opening", partial(_open_all, self._pipe, source, tuple(identities)))
        self._block = memoryview(self._pipe.take())

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        if not self._block:
            self._block = memoryview(self._pipe.take())
        with memoryview(buffer) as view, view.cast("B") as room:
            size = min(len(room), len(self._block))
            room[:size] = self._block[:size]
        self._block = self._block[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._pipe.break_off(GivenUp("Nobody reads the backup any more."))
            _wait_for(self._thread)
            super().close()


def _started(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _wait_for(thread: threading.Thread) -> None:
    # What nobody refers to any more is collected in whichever thread that happens, this one included.
    if thread is not threading.current_thread():
        thread.join()


def _seal_all(pipe: Pipe, file: BinaryIO, recipients: Iterable[AgeRecipient]) -> None:
    import pyrage  # type: ignore[import-untyped]

    inlet, outlet = _Inlet(pipe.take), _Outlet(partial(write_all, file))

    def work() -> None:
        pyrage.encrypt_io(inlet, outlet, list(recipients))
        outlet.flush()

    fault: Exception | None = OSError("The backup could not be sealed.")
    try:
        failed = caught(work)
        fault = failed and (inlet.fault or outlet.fault or OSError(f"The backup could not be sealed ({failed})."))
    finally:
        if fault is not None:
            pipe.break_off(fault)


def _open_all(pipe: Pipe, source: _Again, identities: Iterable[AgeIdentity]) -> None:
    import pyrage

    inlet, outlet = _Inlet(source.read), _Outlet(pipe.put)

    def work() -> None:
        pyrage.decrypt_io(inlet, outlet, list(identities))
        outlet.flush()

    fault: Exception | None = Damaged("it cannot be understood")
    try:
        failed = caught(work)
        fault = failed and (inlet.fault or outlet.fault or _meaning(failed, source.position))
    finally:
        if fault is None:
            pipe.end()
        else:
            pipe.fail(fault)


def _meaning(failed: Exception, position: int) -> Exception:
    if not isinstance(failed, OSError) and str(failed) == _NO_KEY:
        return BadInput(
            "None of these keys opens the backup.",
            hint="Take the key that was there when the backup was made. If it is surely the right one, "
            "the beginning of the file is damaged: try another copy of it.",
            code="backup.wrong_key",
        )
    if isinstance(failed, OSError):
        return Damaged(f"it is damaged or cut shortly before byte {position:,}")
    return Damaged(f"its head is not whole ({failed})")
