"""Walks a folder and opens what is in it without ever following a link, also one that is put there meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeAlias

# With descriptors of folders a link that takes a folder's place leads nowhere; without (Windows) names are looked at.
BY_DESCRIPTOR = {os.open, os.stat, os.readlink} <= os.supports_dir_fd and os.scandir in os.supports_fd
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NOFOLLOW
_FILE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NOFOLLOW
Handle: TypeAlias = int | Path
Kind: TypeAlias = Literal["file", "folder", "link", "special", "mount", "unreadable"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing below a folder. `path` has "/" between names; `target` is a link's, `fault` why it cannot be read.

    A folder that could not be listed comes twice: as a folder, and as unreadable.
    """

    path: str
    kind: Kind
    facts: os.stat_result
    target: str = ""
    fault: str = ""


def walk(root: Path, enter: Callable[[str], bool]) -> Iterator[Seen]:
    """All that lies below `root`, by name, folders before what is in them.

    A folder is entered when `enter` agrees to its path, and when no other disk is mounted there. `root` itself may be
    a link. Raises OSError when it cannot be listed.
    """
    real = Path(os.path.realpath(root))
    with _Opened(real if not BY_DESCRIPTOR else os.open(real, _FOLDER)) as handle:
        yield from _below(handle, "", os.stat(handle), enter)


def _below(handle: Handle, above: str, root: os.stat_result, enter: Callable[[str], bool]) -> Iterator[Seen]:
    with os.scandir(handle) as items:
        names = sorted(item.name for item in items)
    for name in names:
        path = f"{above}{name}"
        try:
            facts = _facts(handle, name)
        except FileNotFoundError:
            continue  # it went while we looked
        kind = _kind(facts, root)
        if kind == "link":
            yield from _link(handle, name, path, facts)
        elif kind != "folder":
            yield Seen(path, kind, facts)
        elif enter(path):
            yield Seen(path, kind, facts)
            try:
                with _Opened(_into(handle, name, facts)) as inner:
                    yield from _below(inner, f"{path}/", root, enter)
            except FileNotFoundError:
                continue
            except OSError as error:
                yield Seen(path, "unreadable", facts, fault=error.strerror or str(error))


def _kind(facts: os.stat_result, root: os.stat_result) -> Kind:
    if stat.S_ISLNK(facts.st_mode) or _is_junction(facts):
        return "link"
    if stat.S_ISDIR(facts.st_mode):
        return "folder" if facts.st_dev == root.st_dev else "mount"
    return "file" if stat.S_ISREG(facts.st_mode) else "special"


def _is_junction(facts: os.stat_result) -> bool:
    return getattr(facts, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


def _link(handle: Handle, name: str, path: str, facts: os.stat_result) -> Iterator[Seen]:
    try:
        target = os.readlink(handle / name) if isinstance(handle, Path) else os.readlink(name, dir_fd=handle)
    except FileNotFoundError:
        return
    except OSError as error:
        yield Seen(path, "unreadable", facts, fault=error.strerror or str(error))
        return
    yield Seen(path, "link", facts, target)


def _facts(handle: Handle, name: str) -> os.stat_result:
    return os.lstat(handle / name) if isinstance(handle, Path) else os.lstat(name, dir_fd=handle)


def _into(handle: Handle, name: str, facts: os.stat_result) -> Handle:
    if isinstance(handle, Path):
        return handle / name
    descriptor = os.open(name, _FOLDER, dir_fd=handle)
    if not os.path.samestat(os.fstat(descriptor), facts):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "another folder took its place", name)
    return descriptor


class _Opened:
    """A handle that is closed at the end of the block."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def __enter__(self) -> Handle:
        return self._handle

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(self._handle, Path):
            os.close(self._handle)


class Opener:
    """Opens files below `root` for reading; keeps the last folder open, for files come folder by folder."""

    def __init__(self, root: Path) -> None:
        self._root = Path(os.path.realpath(root))
        self._above = ""
        self._handle: Handle | None = None

    def open(self, path: str) -> int:
        """The descriptor of the file; never follows a link below the root, never waits for a pipe.

        Raises OSError, also when a link or a folder stands there now.
        """
        above, _, name = path.rpartition("/")
        handle = self._folder(above)
        if isinstance(handle, Path):
            if os.path.realpath(handle / name) != str(handle / name):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(handle / name))
            return os.open(handle / name, _FILE)
        return os.open(name, _FILE, dir_fd=handle)

    def facts(self, path: str) -> os.stat_result:
        """What stands there now, be it a link. Raises OSError."""
        above, _, name = path.rpartition("/")
        return _facts(self._folder(above), name)

    def close(self) -> None:
        """Close the folder that is kept open."""
        if self._handle is not None and not isinstance(self._handle, Path):
            os.close(self._handle)
        self._handle = None

    def _folder(self, above: str) -> Handle:
        if self._handle is not None and self._above == above:
            return self._handle
        self.close()
        self._handle, self._above = self._stepped(above), above
        return self._handle

    def _stepped(self, above: str) -> Handle:
        if not BY_DESCRIPTOR:
            return self._root.joinpath(*above.split("/")) if above else self._root
        here = os.open(self._root, _FOLDER)
        for name in above.split("/") if above else ():
            try:
                below = os.open(name, _FOLDER, dir_fd=here)
            finally:
                os.close(here)
            here = below
        return here

    def __enter__(self) -> Opener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
