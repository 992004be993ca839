"""Databases are looked into when it is due; one that is damaged goes back to its copy, and that is told."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.database_care import DatabaseCare
from clawd_desktop.operations.told import Told
from clawd_desktop.storage.database import Database
from clawd_desktop.storage.snapshots import Snapshots

SCHEMA = ("CREATE TABLE notes(text TEXT NOT NULL); CREATE INDEX by_text ON notes(text);",)
DAY_S = 86_400


class Room:
    """One database that is looked after."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.bus = ManualClock(), EventBus()
        self.notices = NoticeBoard(self.bus)
        self.repaired: list[Repaired] = []
        self.bus.subscribe(Repaired, self.repaired.append)
        self.snapshots = Snapshots(folder / "snapshots", self.clock)
        self.path = folder / "x.sqlite"
        self.checks: list[bool] = []
        self.begin()

    def begin(self) -> None:
        room = self

        class Watched(Database):
            async def check(self, *, deep: bool = False) -> str:
                room.checks.append(deep)
                return await super().check(deep=deep)

        self.database = Watched(self.path, SCHEMA, self.clock, durable=False, snapshots=self.snapshots)
        self.care = DatabaseCare(self.snapshots, Told(self.bus, self.notices, self.clock))
        self.care.add(self.database, "The history")

    async def write(self, text: str) -> None:
        await self.database.run(lambda connection: connection.execute("INSERT INTO notes VALUES(?)", (text,)) and None)

    async def read(self) -> list[str]:
        def all_of_it(connection: apsw.Connection) -> list[str]:
            return [str(row[0]) for row in connection.execute("SELECT text FROM notes NOT INDEXED ORDER BY rowid")]

        return await self.database.run(all_of_it)


async def test_daily_and_once_a_week_thoroughly(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await room.database.open()
    for _ in range(24 * 15):
        await room.care.look()
        room.clock.advance(3_600)
    assert (len(room.checks), sum(room.checks)) == (15, 3)
    assert len(room.snapshots.copies("x.sqlite")) == 3
    await room.database.close()
    room.begin()
    await room.database.open()
    await room.care.look()
    assert len(room.checks) == 16, "a restart does not make it forget what was looked at"
    await room.care.look()
    assert len(room.checks) == 16
    await room.database.close()


async def test_an_index_that_misses_a_row_is_seen_and_mended(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await room.database.open()
    await room.write("in the copy")
    await room.care.look()
    await room.write("after it")

    def break_it(connection: apsw.Connection) -> None:
        connection.pragma("writable_schema", 1)
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'by_text'")
        connection.execute("INSERT INTO notes VALUES('not in the index')")

    await room.database.run(break_it)
    await room.database.run(lambda connection: connection.pragma("writable_schema", "RESET"))
    room.clock.advance(8 * DAY_S)
    await room.care.look()
    assert await room.read() == ["in the copy"]
    assert [event.ok for event in room.repaired] == [True]
    assert "The copy of 2025-" in room.repaired[0].text
    (notice,) = room.notices.current()
    assert (notice.id, notice.title) == ("database.x.sqlite", "The history was damaged")
    assert str(tmp_path / "x.sqlite.corrupt-") in notice.text
    await room.database.close()


async def test_a_file_that_was_damaged_while_it_was_closed_is_told(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await room.database.open()
    await room.write("x")
    await room.care.look()
    await room.database.close()
    room.path.write_bytes(b"garbage")
    room.begin()
    await room.database.open()
    assert await room.read() == ["x"]
    assert len(room.repaired) == 1
    await room.database.close()
    for copy in room.snapshots.copies("x.sqlite"):
        copy.path.unlink()
    room.path.write_bytes(b"garbage")
    room.begin()
    await room.database.open()
    assert "There was no good copy, so a new one was begun." in room.notices.current()[0].text
    assert room.repaired[-1].ok is False
    await room.database.close()


async def test_what_is_not_open_is_left_alone(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await room.care.look()
    assert (room.checks, room.path.exists()) == ([], False)
    await room.database.close()


async def test_what_could_not_be_looked_after_is_said_to_the_supervisor(tmp_path: Path) -> None:
    room = Room(tmp_path)
    (tmp_path / "snapshots").write_text("in the way")
    await room.database.open()
    service = room.care.service()
    await room.care.look()
    with pytest.raises(Exception, match="snapshots"):
        await service.is_well()
    (tmp_path / "snapshots").unlink()
    await room.care.look()
    assert await service.is_well()
    await room.database.close()


async def test_it_does_not_go_round_where_nothing_runs(tmp_path: Path) -> None:
    room = Room(tmp_path)
    with pytest.raises(Unavailable):
        await room.read()
    await room.database.close()
