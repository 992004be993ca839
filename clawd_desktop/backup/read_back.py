"""Reads a file back from the disk while it is still being written, so that little is left to check at its end."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Generic, TypeVar

from clawd_desktop.backup.pipe import GivenUp
from clawd_desktop.backup.progress import Progress, Watch
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import NotFound, StorageFault
from clawd_desktop.core.new_file import NewFile, unheard
from clawd_desktop.core.tasks import caught

if TYPE_CHECKING:
    from typing_extensions import Buffer

# What is pushed to the disk at least; a file that stays below is read when it is written.
STEP = 4 << 20
# So much may be written and not be on the disk yet: a slow one is waited for, also when somebody stops it.
MOST_AHEAD = 64 << 20
_BUFFER = 1 << 20
T = TypeVar("T")


class ReadBack(Generic[T]):
    """`check` is called once with a reader of the file, in a thread of its own when the file is large.

    What it reads has reached the disk before. The file ends for it when `result` is called. `result` or `close` must be
    called before the file is closed. What `check` raises comes out of the next write to the file, or of `result`.
    """

    def __init__(self, file: NewFile, check: Callable[[BinaryIO], T]) -> None:
        self._behind = _Behind(file)
        self._check = check
        self._outcome: T | Exception = OSError("It was not read back.")
        self._thread = threading.Thread(target=self._run, name="backup checking", daemon=True)
        self._file = file
        file.grown = self._grown

    def result(self) -> T:
        """What `check` gives of the whole file, to which nothing more may be written. Raises what it raises."""
        self._behind.end()
        if self._thread.ident is None:
            self._run()
        self._leave()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def late(self, progress: Watch) -> Watch:
        """The same, but silent as long as the file is written: who watches hears of that."""

        def told(one: Progress) -> None:
            if self._behind.ended:
                progress(one)

        return told

    def __enter__(self) -> ReadBack[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the file alone from now on."""
        self._behind.break_off()
        self._leave()

    def _leave(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()
        self._behind.close()
        self._file.grown = unheard

    def _grown(self, size: int) -> None:
        if self._thread.ident is None and size >= STEP:
            with contextlib.suppress(RuntimeError):  # where there can be no more threads `result` reads it
                self._thread.start()
        self._behind.grown(size)
        if self._thread.ident is None:
            return
        self._behind.wait_for_room(MOST_AHEAD)
        if self._behind.left and isinstance(self._outcome, Exception):
            raise self._outcome

    def _run(self) -> None:
        def check() -> T:
            with io.BufferedReader(self._behind, _BUFFER) as reader:
                return self._check(reader)

        self._outcome = caught(check)
        self._behind.leave()


class _Behind(io.RawIOBase):
    """Reads what was pushed to the disk, pushes more when it comes to its end, and waits when there is too little."""

    def __init__(self, file: NewFile) -> None:
        super().__init__()
        self._written_to = file
        # At once: later another disk may be where it was.
        try:
            self._file = safeio.open_regular(file.beside)
        except NotFound as error:
            raise StorageFault(f"{file.path} is gone: {error.message}", hint="Connect its disk again.") from error
        self._at = 0
        self._written = 0
        self._synced = 0
        self.ended = False
        self.left = False
        self._given_up = False
        self._changed = threading.Condition()

    def grown(self, size: int) -> None:
        """So much is written."""
        with self._changed:
            self._written = size
            self._changed.notify_all()

    def end(self) -> None:
        """All is written."""
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def leave(self) -> None:
        """Nobody reads any more, be it that all was read."""
        with self._changed:
            self.left = True
            self._changed.notify_all()

    def wait_for_room(self, most: int) -> None:
        """Wait while more than so many bytes are written that are not on the disk yet, and somebody reads."""
        with self._changed:
            self._changed.wait_for(lambda: self.left or self._written - self._synced <= most)

    def break_off(self) -> None:
        """Nobody wants it read any more."""
        with self._changed:
            self._given_up = True
            self._changed.notify_all()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """To a place that was read already."""
        if whence == io.SEEK_CUR:
            offset += self._at
        if whence == io.SEEK_END or not 0 <= offset <= self._synced:
            raise io.UnsupportedOperation("what comes is not known yet")
        self._at = offset
        return self._at

    def tell(self) -> int:
        return self._at

    def fileno(self) -> int:
        return self._file.fileno()

    def readinto(self, buffer: Buffer, /) -> int:
        """At most as many bytes as are on the disk; 0 at the end. Raises StorageFault, OSError."""
        if self._at == self._synced:
            self._more()
        view = memoryview(buffer).cast("B")[: self._synced - self._at]
        if not view:
            return 0
        self._file.seek(self._at)
        count = self._file.readinto(view) or 0  # type: ignore[attr-defined]
        self._at += count
        return int(count)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _more(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._given_up or self.ended or self._written - self._synced >= STEP)
            if self._given_up:
                raise GivenUp("Nobody wants the backup any more.")
            written = self._written
        if written > self._synced:
            self._written_to.sync()
            with self._changed:
                self._synced = written
                self._changed.notify_all()
