"""A copy of a database is whole, whoever has it open, and the database does not notice."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import apsw
import pytest
from backup_stage import database, rows_of

from clawd_desktop.backup import databases
from clawd_desktop.backup.databases import belongs_to, copied_by_owner, copy_database, is_database, may_be_database
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.storage.database import Database


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_one_at_rest_is_copied_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = database(tmp_path / "d" / "a.sqlite")
    before = bytes_of(path.parent)
    assert copy_database(path, tmp_path / "copy") == ""
    assert rows_of(tmp_path / "copy") == 100
    assert bytes_of(path.parent) == before
    assert {one.name for one in tmp_path.iterdir()} == {"d", "copy"}


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_one_that_is_written_to_all_the_time(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.db"
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA journal_mode={mode}; CREATE TABLE t (x)").fetchall()
    connection.close()
    ended = threading.Event()
    done = threading.Event()

    def write() -> None:
        own = apsw.Connection(str(path))
        own.set_busy_timeout(5_000)
        while not ended.is_set():
            with own:  # pairs: an odd number of rows is a torn copy
                own.execute("INSERT INTO t VALUES (zeroblob(3000)); INSERT INTO t VALUES (1)").fetchall()
            done.set()
        own.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert done.wait(10)
        counts = []
        for number in range(20):
            assert copy_database(path, tmp_path / f"copy{number}") == ""
            counts.append(rows_of(tmp_path / f"copy{number}"))
    finally:
        ended.set()
        thread.join()
    assert not [count for count in counts if count % 2]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_what_is_committed_and_only_in_the_log_is_copied(tmp_path: Path) -> None:
    path = database(tmp_path / "a.sqlite")
    holder = apsw.Connection(str(path))
    holder.execute("INSERT INTO t VALUES (1)")
    assert (tmp_path / "a.sqlite-wal").stat().st_size
    assert copy_database(path, tmp_path / "copy") == ""
    assert rows_of(tmp_path / "copy") == 101
    holder.close()


def test_one_that_another_program_locks_is_refused_in_words(tmp_path: Path) -> None:
    path = database(tmp_path / "a.sqlite")
    code = (
        "import apsw, sys; c = apsw.Connection(sys.argv[1]); c.execute('PRAGMA locking_mode=EXCLUSIVE');"
        "c.execute('INSERT INTO t VALUES (1)'); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StorageFault, match="another program uses it") as refused:
            copy_database(path, tmp_path / "copy")
        assert refused.value.hint
        other.communicate("\n")


async def test_the_owner_in_this_process_is_asked(tmp_path: Path) -> None:
    owner = Database(tmp_path / "a.sqlite", ("CREATE TABLE t (x)",), SystemClock())
    await owner.open()
    await owner.run(lambda connection: connection.execute("INSERT INTO t VALUES (1)").fetchall())
    (tmp_path / "link").symlink_to(tmp_path)
    copy = copied_by_owner(lambda: {owner.path: owner}, asyncio.get_running_loop())
    assert await asyncio.to_thread(copy, tmp_path / "link" / "a.sqlite", tmp_path / "copy")
    assert not await asyncio.to_thread(copy, tmp_path / "b.sqlite", tmp_path / "copy2")
    await owner.run(lambda connection: connection.execute("INSERT INTO t VALUES (2)").fetchall())
    await owner.close()
    assert rows_of(tmp_path / "copy") == 1
    with pytest.raises(Exception, match="not open|ended"):
        await asyncio.to_thread(copy, tmp_path / "a.sqlite", tmp_path / "copy3")


def test_damage_is_told(tmp_path: Path) -> None:
    path = database(tmp_path / "a.sqlite", 5_000)
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 3 + 64] = b"\xff" * 64
    path.write_bytes(data)
    assert copy_database(path, tmp_path / "copy")
    path.write_bytes(bytes(data[:20]) + b"nonsense" * 200)
    with pytest.raises((Unreadable, StorageFault)):
        copy_database(path, tmp_path / "copy")
    path.unlink()
    with pytest.raises(StorageFault):
        copy_database(path, tmp_path / "copy")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    database(tmp_path / "a.sqlite")
    (tmp_path / "b.sqlite").symlink_to("a.sqlite")
    with pytest.raises(StorageFault):
        copy_database(tmp_path / "b.sqlite", tmp_path / "copy")


def test_names_with_marks_of_addresses(tmp_path: Path) -> None:
    path = database(tmp_path / "a?mode=rwc&x#%41.sqlite")
    assert copy_database(path, tmp_path / "copy") == ""
    raw = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db"))
    os.rename(path, raw)
    assert copy_database(raw, tmp_path / "copy") == ""
    assert rows_of(tmp_path / "copy") == 100


def test_it_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        copy_database(database(tmp_path / "a.sqlite"), tmp_path / "copy", lambda: True)


def test_one_that_is_opened_again_and_again_without_a_lock_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(tmp_path / "a.sqlite")
    rests = iter([True, False] * databases._ROUNDS)
    monkeypatch.setattr(databases, "_rests", lambda path: next(rests))
    with pytest.raises(StorageFault, match="all the time"):
        copy_database(path, tmp_path / "copy")


def test_names() -> None:
    assert may_be_database("a/B.SQLITE3")
    assert not may_be_database("a/b.json")
    assert belongs_to("a/b.db-wal") == "a/b.db"
    assert belongs_to("a/b.db") == ""
    assert is_database(databases.MAGIC + b"x")
    assert not is_database(b"SQLite")
