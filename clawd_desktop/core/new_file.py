"""Files that come to be whole or not at all, and never in the place of another."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from clawd_desktop.core import safeio


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is what a killed process left of a write."""
    return name.startswith(".") and name.endswith(".new")


def unheard(size: int) -> None:
    """What is told to nobody."""


def create_file(path: Path, data: bytes, *, mode: int = safeio.PRIVATE_FILE) -> bool:
    """Make a small file that is not there yet; False when there is one. Raises StorageFault; nothing is left then."""
    try:
        descriptor = safeio.calls.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except FileExistsError:
        return False
    except OSError as error:
        raise safeio.storage_fault(error, path, "make") from error
    try:
        try:
            safeio.write_all(descriptor, data)
            safeio.sync_file(descriptor)
        finally:
            safeio.calls.close(descriptor)
        safeio.calls.sync_folder(path.parent)
    except OSError as error:
        safeio.give_up(path)
        raise safeio.storage_fault(error, path, "make") from error
    return True


class NewFile(io.FileIO):
    """A file that is written bit by bit and gets its name when it is whole: `keep`. Without that nothing is left.

    To be used by `with`. Until then it has a hidden name beside; `grown` is told after each write how long it is. All
    methods raise StorageFault.
    """

    def __init__(self, path: Path, *, mode: int = safeio.PRIVATE_FILE) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with safeio.explained(path, "save"):
            super().__init__(safeio.calls.open(self.beside, flags, mode), "w")
        self.grown: Callable[[int], None] = unheard
        self._size = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Add all the bytes at the end."""
        with safeio.explained(self.path, "write"):
            safeio.write_all(self.fileno(), data)
        self._size += len(data)
        self.grown(self._size)
        return len(data)

    def sync(self) -> None:
        """Push it to the disk, and out of the memory, so that reading it again reads the disk."""
        with safeio.explained(self.path, "save"):
            safeio.sync_file(self.fileno())
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(self.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def keep(self) -> None:
        """Push it to the disk and give it its name, at which nothing may stand."""
        self.sync()
        with safeio.explained(self.path, "save"):
            self.close()
            safeio.calls.rename_new(self.beside, self.path)
            try:
                safeio.calls.sync_folder(self.path.parent)
            except OSError:
                safeio.give_up(self.path)
                raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        safeio.give_up(self.beside)
