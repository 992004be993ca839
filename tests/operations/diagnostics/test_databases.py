"""Databases: real ones, and real ones that were damaged in each way that disks and programs do it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import databases
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.storage.database import Database


def make(path: Path) -> Path:
    """A database with an index and some pages."""
    connection = apsw.Connection(str(path))
    connection.execute("create table t(a integer primary key, b text); create index i on t(b)")
    with connection:
        connection.executemany("insert into t(b) values(?)", [(f"row {number} {'x' * 50}",) for number in range(2_000)])
    connection.close()
    return path


def cut(path: Path) -> None:
    """Half of it is gone."""
    os.truncate(path, path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    """Pages in its middle hold something else."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 8192))


def behead(path: Path) -> None:
    """Its first bytes are another file's."""
    with path.open("r+b") as file:
        file.write(b"#!/bin/sh\nexit 0\n")


def lose_index(path: Path) -> None:
    """An index that does not fit its table: only a thorough look sees it."""
    connection = apsw.Connection(str(path))
    connection.execute("pragma writable_schema=on")
    connection.execute("update sqlite_schema set sql='create index i on t(a)' where name='i'")
    connection.close()


@pytest.mark.parametrize("damage", [cut, overwrite, behead])
async def test_damage_is_seen_and_put_aside(ground: Ground, damage: Callable[[Path], None]) -> None:
    path = make(ground.paths.state / "metrics.sqlite")
    assert await databases.quick(ground) == ()
    damage(path)
    before = path.read_bytes()
    (one,) = await databases.quick(ground)
    assert (one.id, one.level) == ("databases.quick.metrics.sqlite", Level.ERROR)
    assert one.repair
    assert path.read_bytes() == before, "looking changes nothing"
    assert databases.put_aside(ground, one.id, True).text == f"move {path}"
    done = databases.put_aside(ground, one.id, False)
    assert not path.exists()
    assert (Path(done.backup) / "0-metrics.sqlite").read_bytes() == before
    assert await databases.quick(ground) == ()


async def test_an_index_that_lies_is_seen_by_the_thorough_look(ground: Ground) -> None:
    path = make(ground.paths.state / "x.db")
    assert await databases.thorough(ground) == ()
    lose_index(path)
    assert [one.id for one in await databases.thorough(ground)] == ["databases.whole.x.db"]


def test_one_that_is_used_is_not_put_aside(ground: Ground) -> None:
    path = make(ground.paths.state / "x.db")
    cut(path)
    from status_stage import FakeStatus

    with pytest.raises(BadInput, match="is using its databases"):
        databases.put_aside(replace(ground, status=FakeStatus()), "databases.quick.x.db", False)
    assert path.exists()


async def test_one_that_is_locked_is_not_called_damaged(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_MS", 50)
    path = make(ground.paths.state / "x.db")
    holder = apsw.Connection(str(path))
    holder.execute("begin exclusive")
    (one,) = await databases.quick(ground)
    assert (one.level, one.repair) == (Level.WARNING, "")
    holder.close()
    assert await databases.quick(ground) == ()


async def test_one_in_use_with_a_write_ahead_log_is_whole(ground: Ground) -> None:
    path = make(ground.paths.state / "x.db")
    writer = apsw.Connection(str(path))
    writer.execute("pragma journal_mode=wal")
    writer.execute("insert into t(b) values('fresh')")
    assert await databases.quick(ground) == ()
    writer.close()


async def test_empty_files_and_other_files_are_no_fault(ground: Ground) -> None:
    (ground.paths.state / "new.db").touch()
    (ground.paths.state / "notes.txt").write_text("SQLite")
    assert await databases.quick(ground) == ()


@pytest.mark.parametrize(("text", "found"), [("3.51.3", 0), ("3.52.0", 0), ("3.51.2", 1), ("3.40.1", 1)])
def test_old_versions(text: str, found: int) -> None:
    assert len(databases.version_finding(text)) == found


def test_the_version_in_use_is_read(ground: Ground) -> None:
    assert databases.version(ground) == databases.version_finding(apsw.sqlite_lib_version())


async def test_one_that_is_open_here_is_asked_itself(ground: Ground) -> None:
    path = ground.paths.own / "metrics.sqlite"
    database = Database(path, ("create table t(a integer primary key, b text);",), SystemClock(), durable=False)
    await database.open()
    await database.run(lambda connection: connection.execute("insert into t(b) values(?)", ("x" * 20_000,)))
    held = replace(ground, held=lambda: {path: database})
    assert await databases.quick(held) == ()
    assert await databases.thorough(held) == ()
    await database.close()
    (one,) = await databases.quick(held)
    assert (one.level, one.repair) == (Level.WARNING, "")
