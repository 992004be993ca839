"""Writes what a backup holds below a folder, and nowhere else, whoever swaps folders for links meanwhile."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from clawd_desktop.backup import member_names
from clawd_desktop.backup.manifest import Damaged, Entry
from clawd_desktop.backup.member_names import LINUX, Disk
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.safeio import Place

# What a disk answers to a name that it cannot keep, or that is there already in another spelling.
_NAME_REFUSED = frozenset({errno.EEXIST, errno.EINVAL, errno.EILSEQ, errno.ENOENT})


class Extractor:
    """Writes entries below `<root>/<area>/`: files and folders by `put`, links and what folders need by `finish`.

    Each step down is taken by the descriptor of the folder above, and never through a link. All methods raise
    StorageFault.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: list[Entry] = []
        self._links: list[Entry] = []
        # The way down to the folder that was written to last.
        self._way: list[tuple[str, Place]] = []
        with safeio.explained(root, "open"):
            self._top: Place = os.open(root, safeio.OPEN_FOLDER) if safeio.FOLDER_DESCRIPTORS else root

    def put(self, entry: Entry, data: Iterable[memoryview], *, checked: bool = False) -> None:
        """Write one entry. Raises Damaged when the data has not the checksum of the entry.

        `checked` says that whoever gives the data compares it already, and raises at its end at the latest.
        """
        if entry.kind == "link":
            self._links.append(entry)
        elif entry.kind == "folder":
            with self._explained(entry):
                self._enter(_names(entry))
            self._folders.append(entry)
        else:
            self._put_file(entry, data, checked)

    def finish(self) -> None:
        """Make the links, set what folders need, deepest first, and push all of it to the disk."""
        for entry in self._links:
            with self._explained(entry):
                *above, name = _names(entry)
                safeio.calls.link_at(self._enter(above), name, entry.target, entry.mtime_ns)
        for entry in sorted(self._folders, key=_names, reverse=True):
            with self._explained(entry):
                safeio.calls.settle(self._enter(_names(entry)), entry.mode, entry.mtime_ns)
        if safeio.SYNCS_DISKS:
            with safeio.explained(self._root, "save"):
                safeio.calls.sync_disk(self._root)

    def close(self) -> None:
        """Leave all folders."""
        self._leave(0)
        if isinstance(self._top, int):
            os.close(self._top)
            self._top = self._root

    def _put_file(self, entry: Entry, data: Iterable[memoryview], checked: bool) -> None:
        *above, name = _names(entry)
        explained = self._explained(entry)
        with explained:
            place = self._enter(above)
            descriptor = safeio.calls.open_at(place, name, safeio.PRIVATE_FILE)
        try:
            digest = hashlib.sha256()
            for piece in data:
                if not checked:
                    digest.update(piece)
                with explained:
                    safeio.write_all(descriptor, piece)
            if not checked and digest.hexdigest() != entry.sha256:
                raise Damaged("its checksum is not the one of the list")
            with explained:
                safeio.sync_soon(descriptor)
                itself = place / name if isinstance(place, Path) else descriptor
                safeio.calls.settle(itself, entry.mode, entry.mtime_ns)
        finally:
            os.close(descriptor)

    def _enter(self, names: Sequence[str]) -> Place:
        """The folder, made where it is not there yet."""
        shared = 0
        while shared < min(len(names), len(self._way)) and self._way[shared][0] == names[shared]:
            shared += 1
        self._leave(shared)
        for name in names[shared:]:
            self._way.append((name, _below(self._here, name)))
        return self._here

    @property
    def _here(self) -> Place:
        return self._way[-1][1] if self._way else self._top

    def _leave(self, depth: int) -> None:
        while len(self._way) > depth:
            _, place = self._way.pop()
            if isinstance(place, int):
                os.close(place)

    def _explained(self, entry: Entry) -> _Explained:
        return _Explained(self._root, entry)


class _Explained:
    """`safeio.explained` for an entry, whose path is put together only when it is needed: that costs for each file."""

    __slots__ = ("_entry", "_root")

    def __init__(self, root: Path, entry: Entry) -> None:
        self._root = root
        self._entry = entry

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            path = self._root / self._entry.area / self._entry.path
            raise safeio.storage_fault(error, path, "restore") from error


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Extractor]:
    """An Extractor for a folder that is not there yet or empty, as it is again when the block fails.

    Raises StorageFault when something is in it.
    """
    new = not os.path.lexists(folder)
    with contextlib.ExitStack() as stack:
        if new:
            stack.callback(_remove_quietly, folder)
            safeio.make_folder(folder)
        with safeio.explained(folder, "look into"):
            if any(folder.iterdir()):
                raise StorageFault(f"{folder} is not empty.", hint="Choose an empty folder; nothing is overwritten.")
        if not new:
            stack.callback(_empty, folder)
        extractor = Extractor(folder)
        stack.callback(extractor.close)
        yield extractor
        extractor.close()
        stack.pop_all()


def misfit(entries: Iterable[Entry], disk: Disk) -> str:
    """Why these entries cannot stand on the disk together, as a sentence; "" when they can."""
    if disk == LINUX:
        return ""
    paths: dict[str, None] = {}
    for entry in entries:
        path = f"{entry.area}/{entry.path}"
        if why := member_names.refusal(entry.path, disk):
            return f"{path} cannot be written on this disk: {why}"
        while path:
            paths[path] = None
            path = path.rpartition("/")[0]
    if same := member_names.twins(paths, disk):
        return f"this disk takes {same[0]} and {same[1]} for one file"
    return ""


def probe_disk(folder: Path) -> Disk:
    """What the disk of an existing folder tells apart, found by making files there. Raises StorageFault."""
    place = folder / f".probe-{os.urandom(4).hex()}"
    with safeio.explained(folder, "write to"):
        safeio.make_folder(place)
        try:
            return Disk(
                cases=_keeps(place, "a") and _keeps(place, "A"),
                forms=_keeps(place, "\u00e9") and _keeps(place, "e\u0301"),
                windows=sys.platform == "win32" or not _keeps(place, "b?"),
            )
        finally:
            safeio.remove_folder(place)


def _keeps(place: Path, name: str) -> bool:
    try:
        os.close(safeio.calls.open_at(place, name, safeio.PRIVATE_FILE))
    except OSError as error:
        if error.errno in _NAME_REFUSED:
            return False
        raise
    return True


def _names(entry: Entry) -> list[str]:
    return [entry.area, *entry.path.split("/")]


def _below(place: Place, name: str) -> Place:
    with contextlib.suppress(FileExistsError):
        safeio.calls.make_folder_at(place, name)
    if isinstance(place, int):
        return os.open(name, safeio.OPEN_FOLDER, dir_fd=place)
    path = place / name
    if path.is_symlink() or not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is no folder")
    return path


def _empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            _remove_quietly(path)


def _remove_quietly(folder: Path) -> None:
    """The error that made this needed is the one to tell."""
    with contextlib.suppress(StorageFault):
        safeio.remove_folder(folder)
