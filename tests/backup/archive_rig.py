"""What the tests of the archive share: whole backups, crafted ones, a picture of a tree, and a disk that breaks."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from clawd_desktop.backup.archive_form import list_member, member_of
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.manifest import Entry, Manifest, Root, encode
from clawd_desktop.backup.packed_stream import Packer
from clawd_desktop.backup.sealing import Lock
from clawd_desktop.backup.tar_stream import END, header, padding
from clawd_desktop.core import safeio
from clawd_desktop.core.new_file import NewFile
from clawd_desktop.core.safeio import Place

NOON = 1_795_000_000_123_456_789
Picture: TypeAlias = dict[str, tuple[str, int, int, bytes]]

A_FOLDER = Entry("config", "a", "folder", 0o750, NOON + 1)
A_FILE = Entry("config", "a/b\udcff", "file", 0o640, NOON + 2)
A_LINK = Entry("config", "link", "link", 0o777, NOON + 3, target="a/b\udcff")
ELSEWHERE = Entry("workspace-main", "notes.txt", "file", 0o600, NOON + 4)
SMALL: Sequence[tuple[Entry, bytes | None]] = (
    (A_FOLDER, None),
    (A_FILE, b"hello"),
    (A_LINK, None),
    (ELSEWHERE, b"to do\n" * 50),
)


def listing(entries: Sequence[Entry], areas: Sequence[str] = ("config", "workspace-main")) -> Manifest:
    """A list of these entries."""
    roots = tuple(Root(area, f"/home/u/{area}") for area in areas)
    return Manifest("20261126T063000Z-ab12", 1_795_000_000_000, "person", "1.0", "desk", "Linux", "out", roots,
                    tuple(entries))  # fmt: skip


def written(
    path: Path, content: Sequence[tuple[Entry, bytes | None]] = SMALL, lock: Lock | None = None, level: int = 3
) -> Manifest:
    """A whole backup at the path, and its list."""
    with NewFile(path) as file, ArchiveWriter(file, lock, level=level) as writer:
        manifest = listing([writer.add(entry, data) for entry, data in content])
        writer.close(manifest)
        file.keep()
    return manifest


def packed(path: Path, tar: bytes) -> Path:
    """A file with any bytes in the place of the tar archive, and the right checksum at its end."""
    with path.open("wb") as file:
        packer = Packer(file, 3)
        packer.write(tar)
        packer.close()
    return path


def member(head: bytes, data: bytes = b"") -> bytes:
    """The bytes of one member."""
    return head + data + bytes(padding(len(data)))


def crafted(path: Path, members: bytes, entries: Sequence[Entry]) -> Path:
    """A backup of any members, whose list says what the entries say without a look at whether they are safe."""
    manifest = listing(entries)
    data = encode(manifest)
    return packed(path, members + member(header(list_member(manifest, len(data))), data) + END)


def of_entry(entry: Entry, data: bytes = b"") -> bytes:
    """The member of an entry."""
    return member(header(member_of(entry)), data)


def picture(root: Path) -> Picture:
    """All that lies below a folder: kind, rights, time, and content or target, by path."""
    found: Picture = {}
    for above, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = Path(above, name)
            info = path.lstat()
            kind, mode = stat.S_IFMT(info.st_mode), stat.S_IMODE(info.st_mode)
            if path.is_symlink():
                shown = ("link", 0o777, info.st_mtime_ns, os.fsencode(os.readlink(path)))
            elif kind == stat.S_IFDIR:
                shown = ("folder", mode, info.st_mtime_ns, b"")
                path.chmod(0o700)
            else:
                path.chmod(0o600)
                shown = ("file", mode, info.st_mtime_ns, path.read_bytes())
            found[path.relative_to(root).as_posix()] = shown
    return found


def expected(content: Sequence[tuple[Entry, bytes | None]]) -> Picture:
    """The picture that a backup of this gives, without folders that are no entries."""
    return {
        f"{entry.area}/{entry.path}": (
            entry.kind, entry.mode, entry.mtime_ns, data or os.fsencode(entry.target),
        )
        for entry, data in content
    }  # fmt: skip


class BreakingDisk(safeio.Calls):
    """Counts the calls that change the disk, and lets the one with the number `fail_at` (1 is the first) fail.

    Cleaning up works unless `lasting`.
    """

    def __init__(self, fail_at: int = 0, error: int = 0, *, lasting: bool = False) -> None:
        self.count = 0
        self._fail_at, self._error, self._lasting = fail_at, error, lasting

    def _step(self) -> None:
        self.count += 1
        if self.count == self._fail_at or (self._lasting and 0 < self._fail_at < self.count):
            raise OSError(self._error, os.strerror(self._error))

    def open(self, path: Path, flags: int, mode: int) -> int:
        self._step()
        return super().open(path, flags, mode)

    def write(self, descriptor: int, data: bytes) -> int:
        self._step()
        return super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._step()

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def unlink(self, path: Path) -> None:
        self._step()
        super().unlink(path)

    def remove_tree(self, folder: Path) -> None:
        self._step()
        super().remove_tree(folder)

    def sync_folder(self, folder: Path) -> None:
        self._step()

    def open_at(self, place: Place, name: str, mode: int) -> int:
        self._step()
        return super().open_at(place, name, mode)

    def make_folder_at(self, place: Place, name: str) -> None:
        self._step()
        super().make_folder_at(place, name)

    def link_at(self, place: Place, name: str, target: str, mtime_ns: int) -> None:
        self._step()
        super().link_at(place, name, target, mtime_ns)

    def settle(self, place: Place, mode: int, mtime_ns: int) -> None:
        self._step()
        super().settle(place, mode, mtime_ns)

    def sync_disk(self, folder: Path) -> None:
        self._step()
