"""A damaged database goes back to its newest good copy; the damaged file is kept, and nothing is silently different."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from fault_disk import FaultDisk

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.storage.database import Database, Opened
from clawd_desktop.storage.snapshots import KEPT, SPACED_MS, Snapshots

SCHEMA = ("CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT NOT NULL); CREATE INDEX by_text ON notes(text);",)
DAY_S = 86_400


class Kept:
    """A database with its copies."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.snapshots = Snapshots(folder / "snapshots", self.clock)
        self.path = folder / "x.sqlite"
        self.database = self.another()

    def another(self) -> Database:
        return Database(self.path, SCHEMA, self.clock, durable=False, snapshots=self.snapshots)

    async def write(self, *texts: str) -> None:
        def work(connection: apsw.Connection) -> None:
            connection.executemany("INSERT INTO notes(text) VALUES(?)", [(text,) for text in texts])

        await self.database.run(work)

    async def read(self) -> list[str]:
        return await self.database.run(
            lambda connection: [str(row[0]) for row in connection.execute("SELECT text FROM notes ORDER BY id")]
        )

    async def copy(self) -> None:
        await self.database.snapshot(self.snapshots.place(self.path.name))
        self.snapshots.keep(self.path.name)

    async def reopened(self) -> Opened:
        await self.database.close()
        return await self.open()

    async def open(self) -> Opened:
        self.database = self.another()
        return await self.database.open()


TEXTS = tuple(f"note {number} " + "x" * 50 for number in range(400))


async def filled(folder: Path) -> Kept:
    """Closed, with 400 notes, of which the copy knows 200."""
    kept = Kept(folder)
    await kept.database.open()
    await kept.write(*TEXTS[:200])
    await kept.copy()
    await kept.write(*TEXTS[200:])
    await kept.database.close()
    return kept


def swapped(data: bytes) -> bytes:
    return data[:4096] + data[8192:12288] + data[4096:8192] + data[12288:]


def flipped(at: int, bit: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


DAMAGES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("empty", lambda data: b""),
    ("garbage", lambda data: random.Random(1).randbytes(len(data))),
    ("garbage behind", lambda data: data + b"garbage"),
    ("blocks swapped", swapped),
    ("half", lambda data: data[: len(data) // 2]),
    ("one byte short", lambda data: data[:-1]),
    ("zeros", lambda data: b"\0" * len(data)),
    ("text", lambda data: b"not a database\n"),
    *((f"bit {at}.{bit}", flipped(at, bit)) for at, bit in ((0, 0), (18, 1), (100, 3), (4100, 7), (9000, 2))),
    *((f"a letter at {at}", flipped(at, 1)) for at in range(12_300, 16_300, 500)),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGES, ids=[row[0] for row in DAMAGES])
async def test_damage_of_a_closed_file_means_the_newest_copy(
    tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    kept = await filled(tmp_path)
    data = damage(kept.path.read_bytes())
    kept.path.write_bytes(data)
    opened = await kept.open()
    assert opened.copy_ms == kept.snapshots.copies("x.sqlite")[0].at_ms
    assert opened.damage
    assert await kept.read() == list(TEXTS[:200])
    assert opened.aside[0].read_bytes() == data, "the damaged file is kept as it was"
    await kept.write("and on")
    again = await kept.reopened()
    assert (again.aside, (await kept.read())[-1]) == ((), "and on")
    await kept.database.close()


async def test_a_folder_in_its_place_is_set_aside(tmp_path: Path) -> None:
    kept = await filled(tmp_path)
    kept.path.unlink()
    kept.path.mkdir()
    opened = await kept.open()
    assert opened.copy_ms
    assert await kept.read() == list(TEXTS[:200])
    assert opened.aside[0].is_dir()
    await kept.database.close()


async def test_a_file_that_is_gone_begins_anew(tmp_path: Path) -> None:
    kept = await filled(tmp_path)
    kept.path.unlink()
    opened = await kept.open()
    assert (opened.fresh, opened.copy_ms, await kept.read()) == (True, 0, [])
    await kept.database.close()


async def test_a_copy_that_is_damaged_itself_is_passed_over(tmp_path: Path) -> None:
    kept = await filled(tmp_path)
    older = kept.snapshots.copies("x.sqlite")[0]
    await kept.open()
    kept.clock.advance(DAY_S)
    await kept.copy()
    await kept.database.close()
    newest = kept.snapshots.copies("x.sqlite")[0]
    assert newest.at_ms > older.at_ms
    newest.path.write_bytes(flipped(5000, 0)(newest.path.read_bytes()))
    kept.path.write_bytes(b"")
    opened = await kept.open()
    assert opened.copy_ms == older.at_ms
    assert newest.path.exists(), "nothing is thrown away"
    await kept.database.close()


async def test_without_a_good_copy_a_new_one_is_begun(tmp_path: Path) -> None:
    kept = await filled(tmp_path)
    kept.snapshots.copies("x.sqlite")[0].path.write_bytes(b"")
    kept.path.write_bytes(b"garbage")
    opened = await kept.open()
    assert (opened.fresh, opened.copy_ms, await kept.read()) == (True, 0, [])
    await kept.database.close()


async def test_what_a_check_finds_while_it_is_open(tmp_path: Path) -> None:
    kept = await filled(tmp_path)
    await kept.open()
    opened = await kept.database.recover("row 7 missing from index by_text")
    assert (opened.damage, await kept.read()) == ("row 7 missing from index by_text", list(TEXTS[:200]))
    await kept.database.close()


async def test_a_disk_that_is_full_leaves_all_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = await filled(tmp_path)
    kept.path.write_bytes(b"garbage")
    disk = FaultDisk(tmp_path)
    monkeypatch.setattr(safeio, "calls", disk)
    disk.fail(1, errno.ENOSPC, lasting=True)
    with pytest.raises(StorageFault):
        await kept.open()
    assert kept.path.read_bytes() == b"garbage"
    disk.heal()
    assert (await kept.database.open()).copy_ms
    assert await kept.read() == list(TEXTS[:200])
    await kept.database.close()


async def test_a_crash_is_no_damage(tmp_path: Path) -> None:
    kept = await filled(tmp_path)
    await kept.open()
    await kept.write("written before the crash")
    crashed = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    await kept.database.close()
    for path in tmp_path.glob("x.sqlite*"):
        path.unlink()
    for name, data in crashed.items():
        (tmp_path / name).write_bytes(data)
    opened = await kept.open()
    assert (opened.aside, (await kept.read())[-1]) == ((), "written before the crash")
    await kept.database.close()


async def test_few_copies_are_kept_and_not_of_every_minute(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    await kept.database.open()
    assert kept.snapshots.due("x.sqlite")
    times = []
    for _ in range(KEPT + 2):
        await kept.copy()
        assert not kept.snapshots.due("x.sqlite")
        times.append(kept.clock.wall_ms())
        kept.clock.advance(SPACED_MS / 1000)
        assert kept.snapshots.due("x.sqlite")
    assert [copy.at_ms for copy in kept.snapshots.copies("x.sqlite")] == times[:1:-1]
    kept.clock.jump_wall(-30 * DAY_S)
    assert kept.snapshots.due("x.sqlite"), "a clock that was set back does not keep it from going on"
    await kept.copy()
    assert kept.snapshots.copies("x.sqlite")[0].at_ms == times[-1] + 1
    assert kept.snapshots.copies("other.sqlite") == []
    await kept.database.close()
