"""Keeps minutes and hours of all series in one SQLite file: packed by the hour, bounded in days and in bytes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from clawd_desktop.operations.rollup import MINUTES, Bin, Hour, packed, summed, unpacked
from clawd_desktop.storage.database import Database

if TYPE_CHECKING:
    import apsw

SCHEMA = (
    """
    CREATE TABLE series (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
    CREATE TABLE hours (
        hour INTEGER NOT NULL, series INTEGER NOT NULL, low REAL NOT NULL, mean REAL NOT NULL, high REAL NOT NULL,
        count INTEGER NOT NULL, minutes BLOB NOT NULL, PRIMARY KEY (hour, series)
    ) WITHOUT ROWID;
    """,
)
HOUR_MIN = MINUTES
# By minute (since the epoch) and series: what was measured then.
Minutes = Mapping[int, Mapping[str, Bin]]
_log = logging.getLogger("clawd.metrics")


class HistoryFile:
    """The table of hours. Everything here waits for the database's thread; see `Database` for what is raised."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, minutes: Minutes) -> None:
        """Put these minutes to those that are kept already."""
        await self._database.run(lambda connection: _add(connection, minutes))

    async def minutes(self, key: str, first: int, last: int) -> list[tuple[int, Bin]]:
        """(minute since the epoch, what was measured) from `first` up to and with `last`, oldest first."""
        return await self._database.run(lambda connection: list(_minutes(connection, key, first, last)))

    async def hours(self, key: str, first: int, last: int) -> list[tuple[int, Bin]]:
        """(hour since the epoch, what was measured) from `first` up to and with `last`, oldest first."""
        return await self._database.run(lambda connection: _hours(connection, key, first, last))

    async def keys(self) -> tuple[str, ...]:
        """All series that have something in the file."""
        return await self._database.run(_keys)

    async def prune(self, oldest_hour: int, most_bytes: int) -> None:
        """Remove what is older, and the oldest of what is too much."""
        await self._database.run(lambda connection: _prune(connection, oldest_hour, most_bytes))
        await self._database.run(_vacuum)

    async def size(self) -> int:
        """Bytes that are in use in the file."""
        return await self._database.run(_used_bytes)


def _add(connection: apsw.Connection, minutes: Minutes) -> None:
    by_row: dict[tuple[int, str], Hour] = {}
    for minute, bins in minutes.items():
        for key, each in bins.items():
            by_row.setdefault((minute // HOUR_MIN, key), {})[minute % HOUR_MIN] = each
    for (hour, key), more in by_row.items():
        series = _id(connection, key)
        row = connection.execute("SELECT minutes FROM hours WHERE hour = ? AND series = ?", (hour, series))
        kept = _unpacked(row.get, key, hour)
        for minute, each in more.items():
            kept.setdefault(minute, Bin()).merge(each)
        whole = summed(kept.values())
        connection.execute(
            "INSERT OR REPLACE INTO hours VALUES (?, ?, ?, ?, ?, ?, ?)",
            (hour, series, whole.low, whole.mean, whole.high, whole.count, packed(kept)),
        )


def _id(connection: apsw.Connection, key: str) -> int:
    """The number of a series, given when it is new."""
    connection.execute("INSERT OR IGNORE INTO series (key) VALUES (?)", (key,))
    return cast(int, connection.execute("SELECT id FROM series WHERE key = ?", (key,)).get)


def _minutes(connection: apsw.Connection, key: str, first: int, last: int) -> Iterator[tuple[int, Bin]]:
    rows = connection.execute(
        "SELECT hour, minutes FROM hours JOIN series ON series = id"
        " WHERE key = ? AND hour BETWEEN ? AND ? ORDER BY hour",
        (key, first // HOUR_MIN, last // HOUR_MIN),
    )
    for hour, data in rows:
        for minute, each in _unpacked(data, key, cast(int, hour)).items():
            at = cast(int, hour) * HOUR_MIN + minute
            if first <= at <= last:
                yield at, each


def _hours(connection: apsw.Connection, key: str, first: int, last: int) -> list[tuple[int, Bin]]:
    rows = connection.execute(
        "SELECT hour, low, mean, high, count FROM hours JOIN series ON series = id"
        " WHERE key = ? AND hour BETWEEN ? AND ? ORDER BY hour",
        (key, first, last),
    )
    return [
        (
            cast(int, hour),
            Bin(cast(float, low), cast(float, mean) * cast(int, count), cast(float, high), cast(int, count)),
        )
        for hour, low, mean, high, count in rows
    ]


def _keys(connection: apsw.Connection) -> tuple[str, ...]:
    # Not by what is in `hours`: that would read the whole file. Pruning takes out the names that have nothing left.
    rows = connection.execute("SELECT key FROM series ORDER BY key")
    return tuple(cast(str, key) for (key,) in rows)


def _unpacked(data: object, key: str, hour: int) -> Hour:
    if not isinstance(data, bytes):
        return {}
    try:
        return unpacked(data)
    except ValueError as error:
        _log.warning("an hour of %s (%s) is lost: %s", key, hour, error)
        return {}


def _prune(connection: apsw.Connection, oldest_hour: int, most_bytes: int) -> None:
    connection.execute("DELETE FROM hours WHERE hour < ?", (oldest_hour,))
    while _used_bytes(connection) > most_bytes:
        first, last = cast(
            tuple[int | None, int | None], connection.execute("SELECT min(hour), max(hour) FROM hours").get
        )
        if first is None or last is None:
            break
        # A twentieth of the time at once, but never without an end.
        connection.execute("DELETE FROM hours WHERE hour <= ?", (first + max(0, (last - first) // 20),))
    connection.execute("DELETE FROM series WHERE id NOT IN (SELECT DISTINCT series FROM hours)")


def _vacuum(connection: apsw.Connection) -> None:
    """Give the free pages back to the disk."""
    for _ in connection.execute("PRAGMA incremental_vacuum"):
        pass


def _used_bytes(connection: apsw.Connection) -> int:
    pages, free = int(connection.pragma("page_count")), int(connection.pragma("freelist_count"))
    return (pages - free) * int(connection.pragma("page_size"))
