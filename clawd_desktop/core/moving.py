"""Renames below a folder that others may change at the same moment: over nothing, and by no link; makes folders last.

Each name on the way is opened by itself and links are not followed. Where the system has no such calls (Windows), the
names are looked at before.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from clawd_desktop.core import safeio
from clawd_desktop.core.safeio import explained

_BY_DESCRIPTOR = os.rename in os.supports_dir_fd and os.open in os.supports_dir_fd


def move(base: Path, source: str, other: Path, target: str) -> None:
    """Rename `source`, a path below `base` with "/", to `target` below `other`; never over something, never by a link.

    It is durable after `sync_below` of both parents. Raises StorageFault.
    """
    with explained(base / source, "move"):
        if not _BY_DESCRIPTOR:
            _refuse_links(base, source)
            _refuse_links(other, target)
            safeio.calls.move(base / source, other / target, None)
            return
        with _parent_of(base, source) as one, _parent_of(other, target) as two:
            if _status(two, _last(target)) is not None:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            with _writable(one, _last(source)):
                safeio.calls.move(base / source, other / target, (one, two))


def sync_below(base: Path, folder: str) -> None:
    """Make renames in a folder below `base` ("" for itself) durable; one that is gone is fine. Raises StorageFault."""
    with explained(base / folder, "save"), contextlib.suppress(FileNotFoundError):
        if not _BY_DESCRIPTOR:
            safeio.calls.sync_folder(base / folder)
            return
        with _parent_of(base, f"{folder}/." if folder else ".") as descriptor:
            safeio.calls.sync_descriptor(descriptor, base / folder)


def status_below(base: Path, path: str) -> os.stat_result | None:
    """What stands at a path below `base`, a link itself and not what it leads to; None when nothing does.

    Raises StorageFault when a link stands on the way.
    """
    with explained(base / path, "read"):
        try:
            if not _BY_DESCRIPTOR:
                _refuse_links(base, path)
                return os.lstat(base / path)
            with _parent_of(base, path) as descriptor:
                return _status(descriptor, _last(path))
        except FileNotFoundError:
            return None


def set_mode_below(base: Path, path: str, mode: int) -> None:
    """Give a folder below `base` these rights; one that is gone, or is none, stays as it is. Raises StorageFault."""
    with explained(base / path, "set the rights of"), contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if _BY_DESCRIPTOR:
            with _parent_of(base, f"{path}/.") as descriptor:
                safeio.calls.change_mode(descriptor, mode)


def same_disk(folder: Path, other: Path) -> bool:
    """Whether something may be renamed from one folder into the other. Neither is changed. Raises StorageFault."""
    with explained(other, "read"):
        if os.stat(folder).st_dev != os.stat(other).st_dev:
            return False
        # A second mount of one disk has its number too. The system looks at the mounts before it looks for the name.
        nothing = f".{os.urandom(16).hex()}"
        try:
            safeio.calls.move(folder / nothing, other / nothing, None)
        except OSError as error:
            return error.errno != errno.EXDEV
        return True


def make_durable_folder(folder: Path) -> tuple[Path, ...]:
    """Make the folder and its parents, private to the user, so that a power cut leaves them; which ones were missing.

    Raises StorageFault when that fails.
    """
    with explained(folder, "make the folder"):
        missing = missing_folders(folder)
        for each in missing:
            with contextlib.suppress(FileExistsError):
                safeio.calls.make_folder_at(each.parent, each.name)
            safeio.calls.sync_folder(each.parent)
        if not missing:
            # Whoever made it may have been killed before its name was on the disk.
            safeio.calls.sync_folder(folder.parent)
        return missing


def missing_folders(folder: Path) -> tuple[Path, ...]:
    """Which of the folder and its parents are not there, the outermost first."""
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    return tuple(reversed(missing))


def remove_empty_folder(folder: Path) -> bool:
    """Remove a folder that holds nothing; False when it holds something or is not there. Raises StorageFault."""
    try:
        safeio.calls.remove_empty(folder)
        safeio.calls.sync_folder(folder.parent)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
            return False
        raise safeio.storage_fault(error, folder, "remove") from error
    return True


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _parent_of(base: Path, path: str) -> Iterator[int]:
    """A descriptor of the folder that holds `path`; no link below `base` is followed."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    descriptor = os.open(base, flags)
    try:
        for name in path.split("/")[:-1]:
            inner = os.open(name, flags | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _writable(parent: int, name: str) -> Iterator[None]:
    """A folder goes to another parent only while it may be written: it holds the name of its parent."""
    status = _status(parent, name)
    if status is None or not stat.S_ISDIR(status.st_mode) or status.st_mode & stat.S_IWUSR:
        yield
        return
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        safeio.calls.change_mode(folder, stat.S_IMODE(status.st_mode) | stat.S_IWUSR)
        try:
            yield
        finally:
            safeio.calls.change_mode(folder, stat.S_IMODE(status.st_mode))
    finally:
        os.close(folder)


def _refuse_links(base: Path, path: str) -> None:
    for above in PurePosixPath(path).parents:
        if (base / above).is_symlink() and str(above) != ".":
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
