"""Prints how many megabytes of memory writing, checking and unpacking a large backup take: run by a test."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from backup.archive_rig import A_FILE, listing

from clawd_desktop.backup import packed_stream
from clawd_desktop.backup.archive_reader import extract
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.member_names import LINUX
from clawd_desktop.core.new_file import NewFile

SIZE = 150 << 20


class Endless:
    """A file of so many bytes, of which some can be packed."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._block = random.Random(1).randbytes(100_000) + bytes(28_000)

    def read(self, size: int) -> bytes:
        piece = self._block[: min(size, self._left)]
        self._left -= len(piece)
        return piece

    def tell(self) -> int:
        raise OSError


def memory(field: str) -> float:
    """A line of the process's own status, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


def main(folder: Path) -> None:
    """Do it all once."""
    idle = memory("VmRSS")
    path = folder / "b.tar.zst"
    with NewFile(path) as file, ArchiveWriter(file) as writer:
        entry = writer.add(Entry(A_FILE.area, "long", "file", 0o600, 0, SIZE), Endless(SIZE))  # type: ignore[arg-type]
        writer.close(listing([entry]))
        file.keep()
    assert entry.size == SIZE
    extract(path, None, lambda entry: True, folder / "staging", LINUX)
    assert packed_stream.PIECE < SIZE
    sys.stdout.write(f"{memory('VmHWM') - idle:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
