"""Copies SQLite databases by SQLite's own online backup, so that a copy is whole while the database is in use.

Source: sqlite.org, "SQLite Backup API", "File Format" (header), "URI Filenames" (immutable), "How To Corrupt".
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from clawd_desktop.backup.ground import CopyDatabase
from clawd_desktop.backup.progress import Halt, go_on, never
from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.safeio import remove
from clawd_desktop.storage.database import Database

if TYPE_CHECKING:
    import apsw

MAGIC = b"SQLite format 3\0"
NAMES = (".sqlite", ".sqlite3", ".db", ".db3")
# What SQLite, and our seal, keep beside a database; a restored database must not find an older one's.
BESIDE = ("-wal", "-shm", "-journal", ".seal")
_HEADER = 100
_WAL = 2
_PAGES = 2_000
_BUSY_MS = 2_000
_ROUNDS = 3
_MODE_AT = 18
_DAMAGE = ("CorruptError", "NotADBError")


def is_database(head: bytes) -> bool:
    """Whether a file that begins so is a SQLite database."""
    return head.startswith(MAGIC)


def may_be_database(name: str) -> bool:
    """Whether the file is called like a database: then its owner is asked before anybody opens it.

    Closing a file takes away all locks that this process has on it, SQLite's own too.
    """
    return name.lower().endswith(NAMES)


def is_alone(path: Path) -> bool:
    """Whether nothing of a database stands beside its file, as when nobody writes: the file alone tells of changes."""
    return not any(os.path.lexists(f"{os.fspath(path)}{end}") for end in BESIDE[:3])


def belongs_to(name: str) -> str:
    """The name of the database that a file belongs to by its name, "" for none."""
    return next((name.removesuffix(end) for end in BESIDE[:3] if name.endswith(end)), "")


def copy_database(source: Path, target: Path, stopped: Halt = never) -> str:
    """Write the database, as it is now, to a new file; answers what is wrong inside, "" when nothing is.

    Nothing beside the source is changed or left behind. Raises Unreadable when it is too damaged to be copied,
    StorageFault when another program keeps it locked or the disk refuses, Stopped.
    """
    for _ in range(_ROUNDS):
        remove(target)
        before = _stamp(source)
        quiet = _rests(source)
        with _translated(source), _opened(source, quiet=quiet) as original, _new(target) as copy:
            with copy.backup("main", original, "main") as backup:
                while not backup.done:
                    go_on(stopped)
                    backup.step(_PAGES)
            # A copy is one file: without its own log beside it, it can be moved and read anywhere.
            copy.execute("PRAGMA journal_mode=DELETE")
            found = " ".join(str(copy.execute("PRAGMA quick_check(1)").get).split())
        # Read without locks: that counts only if nobody began to write.
        if not quiet or (_rests(source) and _stamp(source) == before):
            return "" if found == "ok" else found
    raise StorageFault(f"Could not copy {source}: it is opened and changed all the time.", hint="Try again later.")


def copied_by_owner(
    held: Callable[[], Mapping[Path, Database]], loop: asyncio.AbstractEventLoop, seconds: float = 300.0
) -> CopyDatabase:
    """Asks the owner of an open database of this process, in `loop`, for a copy; for a worker thread.

    The copy raises what Database.snapshot raises, StorageFault when it takes longer than `seconds`.
    """

    def copy(source: Path, target: Path) -> bool:
        here = os.path.realpath(source)
        owner = next((one for path, one in held().items() if os.path.realpath(path) == here), None)
        if owner is None:
            return False
        waiting = asyncio.run_coroutine_threadsafe(owner.snapshot(target), loop)
        try:
            waiting.result(seconds)
        except TimeoutError as error:
            waiting.cancel()
            raise StorageFault(f"Could not copy {source}: its disk does not answer.", hint="Check the disk.") from error
        return True

    return copy


def _stamp(path: Path) -> tuple[int, int, int, int]:
    with contextlib.suppress(OSError):
        facts = os.stat(path)
        return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
    return (0, 0, 0, 0)


def _rests(path: Path) -> bool:
    """Whether it is kept with a log, and there is none: nobody has it open, and to open it would leave files behind."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except OSError:
        return False
    logged = is_database(head) and _WAL in head[_MODE_AT : _MODE_AT + 2]
    return logged and is_alone(path)


@contextlib.contextmanager
def _opened(path: Path, *, quiet: bool) -> Iterator[apsw.Connection]:
    import apsw

    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_NOFOLLOW
    name = f"file:{quote(os.fsencode(path))}?mode=ro{'&immutable=1' if quiet else ''}"
    connection = apsw.Connection(name, flags=flags)
    try:
        connection.set_busy_timeout(_BUSY_MS)
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _new(path: Path) -> Iterator[apsw.Connection]:
    import apsw

    connection = apsw.Connection(str(path))
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    import apsw

    try:
        yield
    except apsw.Error as error:
        name = type(error).__name__
        if name in _DAMAGE:
            raise Unreadable(f"{path} is damaged: {error}.", path=str(path)) from error
        cause = "another program uses it" if name == "BusyError" else str(error)
        hint = "Close that program." if name == "BusyError" else "Check the disk and the folder's rights."
        raise StorageFault(f"Could not copy {path}: {cause}.", hint=hint) from error
