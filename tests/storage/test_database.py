"""A database that is whole, missing, damaged in every way, read-only, in use elsewhere, or on a full disk."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault, Unavailable, Unreadable
from clawd_desktop.storage.database import Database, _is_log_head

SCHEMA = ("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL);",)
ROWS = 400


def make(path: Path, schema: tuple[str, ...] = SCHEMA) -> Database:
    return Database(path, schema, ManualClock())


def names(folder: Path) -> list[str]:
    """The files there, without the seals of those that are closed."""
    return sorted(file.name for file in folder.iterdir() if file.suffix != ".seal")


def count(connection: apsw.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM t").get)  # type: ignore[arg-type]


async def filled(path: Path) -> None:
    database = make(path)
    await database.open()
    rows = [(number, f"row {number} " * 20) for number in range(ROWS)]
    await database.run(lambda connection: connection.executemany("INSERT INTO t VALUES (?, ?)", rows).fetchall())
    await database.close()


async def test_a_new_one_is_private_and_keeps_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "d.sqlite"
    database = make(path)
    opened = await database.open()
    assert (opened.fresh, opened.damage, opened.aside) == (True, "", ())
    await database.run(lambda connection: connection.execute("INSERT INTO t VALUES (1, 'x')"))
    assert await database.check() == ""
    assert await database.check(deep=True) == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    await database.close()
    again = make(path)
    assert not (await again.open()).fresh
    assert await again.run(count) == 1
    await again.close()
    assert names(path.parent) == ["d.sqlite"]


async def test_all_of_a_transaction_or_nothing(tmp_path: Path) -> None:
    database = make(tmp_path / "d.sqlite")
    await database.open()

    def half(connection: apsw.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (1, 'x')")
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        await database.run(half)
    assert await database.run(count) == 0
    await database.close()


def overwrite(at: int, data: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(data)

    return damage


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "truncated": truncated,
    "cut to a page": lambda path: os.truncate(path, 4096),
    "cut to some bytes": lambda path: os.truncate(path, 50),
    "zeroed page": overwrite(3 * 4096, bytes(4096)),
    "bad header": overwrite(0, b"NotSQLite at all"),
    "bad page size": overwrite(16, b"\xff\xff"),
    "not a database": lambda path: path.write_bytes(b"Dear diary,\n" * 1000),
    "random page": lambda path: overwrite(4096 * 2, random.Random(1).randbytes(4096))(path),
    "two pages swapped": lambda path: _swap(path),
}


def _swap(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192], data[12288:16384] = data[12288:16384], data[4096:8192]
    path.write_bytes(data)


@pytest.mark.parametrize("kind", DAMAGE)
async def test_a_damaged_file_is_set_aside_whole_and_a_new_one_begins(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "d.sqlite"
    await filled(path)
    DAMAGE[kind](path)
    before = path.read_bytes()
    database = make(path)
    opened = await database.open()
    assert opened.fresh
    assert "damaged" in opened.damage
    (aside,) = opened.aside
    assert aside.name.startswith("d.sqlite.corrupt-")
    assert aside.read_bytes() == before, "not a byte of it was changed"
    assert await database.run(count) == 0
    await database.run(lambda connection: connection.execute("INSERT INTO t VALUES (1, 'x')"))
    await database.close()


async def test_every_cut_and_many_flipped_bytes_are_found_or_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    await filled(path)
    whole, generator = path.read_bytes(), random.Random(4)
    lengths = [generator.randrange(1, len(whole)) for _ in range(12)]
    flips = [generator.randrange(100) for _ in range(12)] + [generator.randrange(len(whole)) for _ in range(12)]
    for number, data in enumerate([*(whole[:length] for length in lengths), *(_flipped(whole, at) for at in flips)]):
        folder = tmp_path / f"case {number}"
        folder.mkdir()
        (folder / "d.sqlite").write_bytes(data)
        database = make(folder / "d.sqlite")
        opened = await database.open()
        for aside in opened.aside:
            assert aside.read_bytes() == data
        assert opened.aside or await database.run(count) == ROWS
        await database.close()


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


async def _left_with_log(path: Path) -> bytes:
    """A database that was killed with its log beside it; returns the log."""
    code = (
        "import apsw, os, sys\n"
        "c = apsw.Connection(sys.argv[1])\n"
        "c.execute('PRAGMA journal_mode=WAL')\n"
        "c.execute(\"INSERT INTO t VALUES (100000, 'in the log')\")\n"
        "os._exit(0)\n"
    )
    await filled(path)
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=30)
    return path.with_name("d.sqlite-wal").read_bytes()


async def test_a_log_that_a_crash_left_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    log = await _left_with_log(path)
    assert _is_log_head(log[:32])
    database = make(path)
    assert (await database.open()).aside == ()
    assert await database.run(count) == ROWS + 1
    await database.close()


@pytest.mark.parametrize("kind", ["garbage", "short", "flipped checksum"])
async def test_a_log_that_is_none_is_set_aside_and_the_database_goes_on(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "d.sqlite"
    log = await _left_with_log(path)
    bad = {"garbage": b"\x01garbage" * 600, "short": log[:20], "flipped checksum": _flipped(log, 26)}[kind]
    path.with_name("d.sqlite-wal").write_bytes(bad)
    path.with_name("d.sqlite-shm").unlink(missing_ok=True)
    database = make(path)
    opened = await database.open()
    assert not opened.fresh
    (aside,) = opened.aside
    assert aside.read_bytes() == bad
    assert "write-ahead log" in opened.damage
    assert await database.run(count) == ROWS
    await database.close()


async def test_a_log_whose_tail_is_torn_gives_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    log = await _left_with_log(path)
    path.with_name("d.sqlite-wal").write_bytes(log + b"\x00half a frame" * 30)
    path.with_name("d.sqlite-shm").unlink(missing_ok=True)
    database = make(path)
    assert (await database.open()).aside == ()
    assert await database.run(count) == ROWS + 1
    await database.close()


async def test_a_missing_and_an_empty_file_are_new_ones(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    for name in ("missing.sqlite", "empty.sqlite"):
        database = make(tmp_path / name)
        assert (await database.open()).aside == ()
        assert await database.run(count) == 0
        await database.close()


async def test_a_folder_in_its_place_is_moved_away_whole(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    path.mkdir()
    (path / "kept").write_text("kept")
    database = make(path)
    (aside,) = (await database.open()).aside
    assert (aside / "kept").read_text() == "kept"
    assert await database.run(count) == 0
    await database.close()


async def test_a_file_that_may_only_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    await filled(path)
    before = path.read_bytes()
    database = make(path)
    reading = apsw.Connection
    with pytest.MonkeyPatch.context() as patch:
        # Root may write everywhere, so that SQLite is asked to open it as it does for others.
        patch.setattr(apsw, "Connection", lambda name: reading(name, flags=apsw.SQLITE_OPEN_READONLY))
        with pytest.raises(StorageFault, match="may not be written"):
            await database.open()
    assert path.read_bytes() == before
    assert names(tmp_path) == ["d.sqlite"]
    with pytest.raises(Unavailable, match="is not open"):
        await database.run(count)
    assert not (await database.open()).fresh, "it can be tried again"
    await database.close()


async def fill(database: Database) -> None:
    """Rows until no more fit."""
    for number in range(1_000):
        await database.run(lambda c, n=number: c.execute("INSERT INTO t VALUES (?, ?)", (n, "x" * 4_000)))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs the right to mount")
async def test_a_disk_that_is_full_is_told_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        database = make(folder / "d.sqlite")
        await database.open()
        with pytest.raises(StorageFault, match="the disk is full. Free some space"):
            await fill(database)
        assert await database.check() == ""
        kept = await database.run(count)
        assert kept > 0
        subprocess.run(["mount", "-o", "remount,size=8m", str(folder)], check=True)
        await database.run(lambda c: c.execute("INSERT INTO t VALUES (-1, 'more')"))
        assert await database.run(count) == kept + 1
        await database.close()
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with pytest.raises(StorageFault):
            await make(folder / "d.sqlite").open()
        assert (folder / "d.sqlite").exists()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_two_programs_do_not_use_one_file(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    first, second = make(path), make(path)
    await first.open()
    with pytest.raises(StorageFault, match="another program uses it"):
        await second.open()
    await first.close()
    await second.open()
    await second.close()


async def test_an_older_file_gets_what_it_lacks_and_a_newer_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    await filled(path)
    newer = (*SCHEMA, "CREATE TABLE more (n INTEGER);")
    database = make(path, newer)
    await database.open()
    assert await database.run(lambda c: c.execute("SELECT count(*) FROM more").get) == 0
    assert await database.run(count) == ROWS
    await database.close()
    with pytest.raises(Unavailable, match="newer version"):
        await make(path).open()
    assert path.exists()


async def test_damage_that_is_found_later_is_told_and_opening_again_sets_the_file_aside(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    await filled(path)
    database = make(path)
    await database.open()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(2).randbytes(20 * 4096))
    await database.run(lambda c: c.execute("PRAGMA shrink_memory"))
    with pytest.raises(Unreadable, match="is damaged"):
        await database.run(lambda c: c.execute("SELECT sum(length(text)) FROM t").get)
    opened = await database.open()
    assert opened.fresh
    assert opened.aside[0].exists()
    await database.close()


async def test_a_snapshot_is_a_whole_database_of_its_own(tmp_path: Path) -> None:
    database = make(tmp_path / "d.sqlite")
    await database.open()
    await database.run(lambda c: c.execute("INSERT INTO t VALUES (1, 'x')"))
    target = tmp_path / "copy.sqlite"
    target.write_bytes(b"what was there before")
    await database.snapshot(target)
    await database.run(lambda c: c.execute("INSERT INTO t VALUES (2, 'later')"))
    await database.close()
    copy = make(target)
    assert not (await copy.open()).fresh
    assert await copy.run(count) == 1
    assert await copy.check(deep=True) == ""
    await copy.close()
    assert names(tmp_path) == ["copy.sqlite", "d.sqlite"]
