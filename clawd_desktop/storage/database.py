"""A SQLite file with one thread that reads and writes it; one that is damaged is set aside, never written over.

Source: sqlite.org, "File Format" (header and write-ahead log), "PRAGMA quick_check", "How To Corrupt An SQLite File".
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, StorageFault, Unavailable, Unreadable
from clawd_desktop.core.safeio import (
    AppendFile,
    explained,
    make_folder,
    read_file,
    remove,
    rename,
    set_aside,
    write_file,
)
from clawd_desktop.core.threads import OneThread
from clawd_desktop.storage import seal
from clawd_desktop.storage.snapshots import Snapshots

if TYPE_CHECKING:
    import apsw

T = TypeVar("T")
LABEL = "corrupt"
_LOG, _SHARED, _BACK = "-wal", "-shm", ".back"
_LARGEST = 1 << 30
_LOG_HEADER = struct.Struct(">8I")
_LOG_MAGIC = (0x377F0682, 0x377F0683)
# What SQLite's errors mean, and what helps. The class is found by its name, for apsw is imported late.
_FAULTS = {
    "FullError": ("the disk is full", "Free some space; it goes on by itself."),
    "ReadOnlyError": ("it may not be written", "Give your user the right to write there."),
    "CantOpenError": ("it cannot be opened", "Check the folder's rights and its disk."),
    "IOError": ("the disk reports an error", "Check the disk; make a backup elsewhere."),
    "BusyError": ("another program uses it", "Close that program."),
    "PermissionsError": ("access is denied", "Give your user the right to write there."),
    "NoMemError": ("there is not enough memory", "Close some programs."),
}
_DAMAGE = ("CorruptError", "NotADBError")


@dataclass(frozen=True, slots=True)
class Opened:
    """How the file was found: `fresh` when it is a new one, `damage` says what was wrong, `aside` where that is now.

    `copy_ms` is when the copy was made that took its place (wall-clock ms), 0 when none did.
    """

    fresh: bool
    damage: str = ""
    aside: tuple[Path, ...] = ()
    copy_ms: int = 0


class Database:
    """One file. `schema` are the statements of each version, in order; a file of an older version gets what it lacks.

    With `durable` a committed change survives a power cut; without it the last moments may be lost, never the file.
    With `snapshots` the newest good copy takes the place of a file that is damaged. `on_opened` hears how it was found.
    """

    def __init__(
        self,
        path: Path,
        schema: Sequence[str],
        clock: Clock,
        *,
        durable: bool = True,
        snapshots: Snapshots | None = None,
    ) -> None:
        self.path = path
        self._schema = tuple(schema)
        self._clock = clock
        self._durable = durable
        self._snapshots = snapshots
        self.on_opened: Callable[[Opened], None] = lambda opened: None
        self._thread = OneThread(f"sqlite {path.name}")
        self._connection: apsw.Connection | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can be used now."""
        return self._connection is not None

    async def open(self) -> Opened:
        """Open the file, or begin a new one where there is none or a damaged one was set aside; may be done again.

        Raises StorageFault when the disk refuses, Unreadable when it was written by a newer version of this program.
        """
        opened = await self._thread.run(self._open)
        self.on_opened(opened)
        return opened

    async def run(self, work: Callable[[apsw.Connection], T]) -> T:
        """What `work` gives, done in the thread as one transaction: all of it or nothing.

        Raises StorageFault when the disk refuses, Unreadable when the file turns out to be damaged, Unavailable while
        it is not open, and what `work` raises.
        """
        return await self._thread.run(lambda: self._run(work))

    async def check(self, *, deep: bool = False) -> str:
        """What is wrong inside the file, "" when nothing is. `deep` compares indexes with tables too."""
        return await self._thread.run(lambda: self._inside(lambda connection: _checked(connection, deep=deep)))

    async def snapshot(self, target: Path) -> None:
        """Write the whole database, as it is now, to another file, which is replaced. Raises StorageFault."""
        await self._thread.run(lambda: self._inside(lambda connection: _copy(connection, target)))

    async def recover(self, damage: str) -> Opened:
        """Set the file aside because of what a check found in it, and open its newest good copy. Raises as `open`."""
        opened = await self._thread.run(lambda: self._recovered(damage))
        self.on_opened(opened)
        return opened

    async def close(self) -> None:
        """Close the file; what was handed in before is done first."""
        with contextlib.suppress(ClawdError):
            await self._thread.run(self._close)
        await self._thread.close()

    def _open(self) -> Opened:
        self._close()
        make_folder(self.path.parent)
        existed = self.path.exists()
        if existed and (damage := seal.broken(self.path)):
            return self._recovered(damage)
        damage = _log_damage(self.path) if existed else ""
        if damage:
            aside: tuple[Path, ...] = (set_aside(_beside(self.path, _LOG), LABEL, self._clock.wall_ms()),)
        else:
            aside = ()
        try:
            self._connect()
        except Unreadable as fault:
            return self._recovered(fault.message, aside)
        except ClawdError:
            self._close()
            raise
        return Opened(fresh=not existed, damage=damage, aside=aside)

    def _recovered(self, damage: str, aside: tuple[Path, ...] = ()) -> Opened:
        with contextlib.suppress(ClawdError):
            self._close()
        for copy in self._snapshots.intact(self.path.name) if self._snapshots is not None else ():
            # Written whole before anything is moved: a disk that is full leaves all as it is.
            written = _beside(self.path, _BACK)
            write_file(written, read_file(copy.path, limit=_LARGEST))
            aside = (*aside, *self._set_aside())
            rename(written, self.path)
            try:
                self._connect()
            except (Unreadable, Unavailable):
                self._connection = None
                continue
            return Opened(fresh=False, damage=damage, aside=aside, copy_ms=copy.at_ms)
        aside = (*aside, *self._set_aside())
        self._connect()
        return Opened(fresh=True, damage=damage, aside=aside)

    def _connect(self) -> None:
        """Raises Unreadable when the file is damaged or no database; it is not changed then."""
        import apsw  # 11 ms: not on the start path

        if self.path.exists() and not self.path.is_file():
            raise Unreadable(f"{self.path} is not a file.", path=str(self.path))
        seal.unseal(self.path)
        if not self.path.exists():
            AppendFile(self.path).close()  # SQLite would let others read it
        with self._translated():
            self._connection = connection = apsw.Connection(str(self.path))
            connection.set_busy_timeout(1_000)
            if connection.readonly("main"):
                raise StorageFault(
                    f"Could not open {self.path}: it may not be written.", hint=_FAULTS["ReadOnlyError"][1]
                )
            # One process, one thread: the log's index then needs no file that is mapped into memory.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            if found := _checked(connection, deep=False):
                raise Unreadable(f"{self.path} is damaged: {found}.", path=str(self.path))
            # Only counts for a file that is new, before anything is written to it.
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
            with connection:
                self._bring_up(connection)

    def _bring_up(self, connection: apsw.Connection) -> None:
        version = int(connection.pragma("user_version"))
        if version > len(self._schema):
            raise Unavailable(
                f"{self.path} was written by a newer version of this program.", hint="Update this program."
            )
        for statements in self._schema[version:]:
            connection.execute(statements)
        connection.pragma("user_version", len(self._schema))

    def _set_aside(self) -> tuple[Path, ...]:
        """Rename the file and what belongs to it, under one stamp."""
        stamp = self._clock.wall_ms()
        files = (self.path, _beside(self.path, _LOG), _beside(self.path, _SHARED))
        return tuple(set_aside(file, LABEL, stamp) for file in files if file.exists())

    def _run(self, work: Callable[[apsw.Connection], T]) -> T:
        def in_one(connection: apsw.Connection) -> T:
            outcome: list[T] = []
            with connection:
                outcome.append(work(connection))
            return outcome[0]

        return self._inside(in_one)

    def _inside(self, work: Callable[[apsw.Connection], T]) -> T:
        if self._connection is None:
            raise Unavailable(f"{self.path} is not open.")
        with self._translated():
            return work(self._connection)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with self._translated():
                connection.close()
            # Only what is whole without a log beside it is closed as it should be.
            if not _beside(self.path, _LOG).exists():
                seal.seal(self.path)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        import apsw

        try:
            yield
        except apsw.Error as error:
            name = type(error).__name__
            if name in _DAMAGE:
                raise Unreadable(f"{self.path} is damaged: {error}.", path=str(self.path)) from error
            cause, hint = _FAULTS.get(name, (str(error), "Check the disk and the folder's rights."))
            raise StorageFault(f"Could not use {self.path}: {cause}.", hint=hint) from error


def _checked(connection: apsw.Connection, *, deep: bool) -> str:
    """The first line of SQLite's own check, "" when it finds nothing."""
    found = str(connection.execute(f"PRAGMA {'integrity' if deep else 'quick'}_check(1)").get)
    return "" if found == "ok" else " ".join(found.split())


def _copy(connection: apsw.Connection, target: Path) -> None:
    import apsw

    beside = _beside(target, ".new")
    remove(beside)
    copy = apsw.Connection(str(beside))
    try:
        with copy.backup("main", connection, "main") as backup:
            backup.step()
        # A copy is one file: without its own log beside it, it can be moved and read anywhere.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    rename(beside, target)


def _log_damage(path: Path) -> str:
    """What is wrong with the head of the write-ahead log, "" when nothing is or there is none.

    SQLite takes a log with a broken head for an empty one and writes over it.
    """
    log = _beside(path, _LOG)
    if not log.exists() or not log.stat().st_size:
        return ""
    head = _head(log, _LOG_HEADER.size)
    if len(head) == _LOG_HEADER.size and _is_log_head(head):
        return ""
    return f"{log} is not a write-ahead log of SQLite."


def _is_log_head(head: bytes) -> bool:
    magic, *_, first, second = _LOG_HEADER.unpack(head)
    if magic not in _LOG_MAGIC:
        return False
    order = ">" if magic & 1 else "<"
    words = struct.unpack(f"{order}6I", head[:24])
    one = two = 0
    for low, high in zip(words[::2], words[1::2], strict=True):
        one = (one + low + two) & 0xFFFFFFFF
        two = (two + high + one) & 0xFFFFFFFF
    return (one, two) == (first, second)


def _head(path: Path, size: int) -> bytes:
    with explained(path, "read"), path.open("rb") as file:
        return file.read(size)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
