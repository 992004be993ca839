"""The disk level: broken, full, slow or taken by others, it never stops who asks."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.storage.cache_disk import MOST_PENDING, REST_S, DiskLevel

MIB = 2**20


class On:
    """A level in a folder, and the clock that it goes by."""

    def __init__(self, folder: Path, limit: int = 4 * MIB, patience_s: float = 5.0) -> None:
        self.folder, self.clock = folder, ManualClock()
        self.level = DiskLevel(folder, limit, self.clock, patience_s=patience_s)

    async def put(self, key: str, data: bytes) -> None:
        self.level.put(key, data, "t", 60)
        await self.done()

    async def done(self) -> None:
        """One thread does one thing after the other: what was begun before is done."""
        await self.level.get("-")

    async def again(self) -> None:
        """The same folder opened anew."""
        await self.level.close()
        self.level = DiskLevel(self.folder, 4 * MIB, self.clock, patience_s=5.0)


@pytest.fixture
def on(tmp_path: Path) -> Iterator[On]:
    made = On(tmp_path / "cache")
    yield made
    asyncio.run(made.level.close())


async def test_what_is_put_is_there_after_a_restart(on: On) -> None:
    await on.put("k", b"value")
    await on.again()
    assert await on.level.get("k") == b"value"
    assert await on.level.get("other") is None
    await on.level.remove("k")
    assert await on.level.get("k") is None
    assert oct(on.folder.stat().st_mode & 0o777) == "0o700"


async def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    on = On(tmp_path / "cache")
    assert await on.level.size() == 0
    await on.level.clear()
    await on.level.close()
    assert not on.folder.exists()
    code = "import sys, clawd_desktop.app; print('diskcache' in sys.modules, 'sqlite3.dbapi2' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert out.split()[0] == "False"


async def test_one_tag_or_all_can_be_cleared(on: On) -> None:
    on.level.put("a", b"1", "x", 60)
    on.level.put("b", b"2", "y", 60)
    await on.level.clear("x")
    assert (await on.level.get("a"), await on.level.get("b")) == (None, b"2")
    await on.level.clear()
    assert not on.folder.exists()
    await on.put("c", b"3")
    assert await on.level.get("c") == b"3"


async def test_nothing_too_large_and_nothing_at_all_where_nothing_may_be(tmp_path: Path) -> None:
    on = On(tmp_path / "cache", limit=8_000)
    await on.put("k", b"x" * 1_001)
    assert await on.level.get("k") is None
    on.level.resize(0)
    await on.put("k", b"x")
    assert await on.level.get("k") is None
    on.level.resize(MIB)
    await on.put("k", b"x" * 5_000)
    assert await on.level.get("k") is not None
    await on.level.close()


def garble(folder: Path) -> None:
    (folder / "cache.db").write_bytes(os.urandom(50_000))


def cut(folder: Path) -> None:
    file = folder / "cache.db"
    file.write_bytes(file.read_bytes()[:5_000])


def middle(folder: Path) -> None:
    file = folder / "cache.db"
    data = bytearray(file.read_bytes())
    for position in range(4096, len(data), 64):
        data[position : position + 32] = os.urandom(32)
    file.write_bytes(data)


def empty(folder: Path) -> None:
    (folder / "cache.db").write_bytes(b"")


def other_tables(folder: Path) -> None:
    with sqlite3.connect(folder / "cache.db") as database:
        database.execute("DROP TABLE Cache")


def nonsense_settings(folder: Path) -> None:
    with sqlite3.connect(folder / "cache.db") as database:
        database.execute("INSERT OR REPLACE INTO Settings VALUES ('disk_surprise', 1)")


def files_gone(folder: Path) -> None:
    for file in folder.rglob("*.val"):
        file.unlink()


BREAKS = [garble, cut, middle, empty, other_tables, nonsense_settings, files_gone]


@pytest.mark.parametrize("damage", BREAKS)
async def test_a_broken_database_is_a_miss_and_soon_works_again(on: On, damage: object) -> None:
    await on.put("long", b"x" * 100_000)
    for number in range(50):
        on.level.put(f"k{number}", b"v" * 500, "t", 60)
    await on.done()
    await on.level.close()
    for side in ("cache.db-wal", "cache.db-shm"):
        (on.folder / side).unlink(missing_ok=True)
    damage(on.folder)  # type: ignore[operator]
    await on.again()
    assert await on.level.get("long") in (None, b"x" * 100_000)
    await on.put("new", b"value")
    if await on.level.get("new") is None:  # it broke in a second way
        on.clock.advance(REST_S + 1)
        await on.put("new", b"value")
    assert await on.level.get("new") == b"value"


async def test_damage_while_it_is_open(on: On, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(200):
        await on.put(f"k{number}", b"v" * 2_000)
    for file in on.folder.glob("cache.db*"):
        size = file.stat().st_size
        with file.open("r+b") as opened:
            opened.write(os.urandom(size))
    for number in range(0, 200, 20):
        assert await on.level.get(f"k{number}") in (None, b"v" * 2_000)
    on.clock.advance(REST_S + 1)
    await on.put("new", b"value")
    on.clock.advance(REST_S + 1)
    await on.put("new", b"value")
    assert await on.level.get("new") == b"value"


async def test_a_file_in_the_place_of_the_folder_is_left_alone(on: On, caplog: pytest.LogCaptureFixture) -> None:
    on.folder.write_text("somebody's file")
    for _ in range(3):
        await on.put("k", b"x")
        assert await on.level.get("k") is None
    assert on.folder.read_text() == "somebody's file"
    assert caplog.text.count("is not used for 60 s") == 1
    on.folder.unlink()
    on.clock.advance(REST_S + 1)
    await on.put("k", b"x")
    assert await on.level.get("k") == b"x"


async def test_a_full_disk_stops_nobody_and_costs_nothing_that_is_there(
    on: On, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await on.put("old", b"value")
    from clawd_desktop.storage.cache_bytes import BytesDisk

    def full(*arguments: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(BytesDisk, "store", full)
        await on.put("new", b"value")
    assert "No space left" in caplog.text
    assert await on.level.get("old") is None, "for a minute the disk is left alone"
    on.clock.advance(REST_S + 1)
    assert await on.level.get("old") == b"value"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs root on Linux")
async def test_a_real_disk_that_is_full(tmp_path: Path) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(mount)], check=False).returncode:
        pytest.skip("no tmpfs may be mounted here")
    on = On(mount / "cache", limit=64 * MIB)
    try:
        for number in range(40):
            await on.put(f"k{number}", os.urandom(60_000))
        assert on.level.resting
        assert await on.level.get("k0") is None
    finally:
        await on.level.close()
        subprocess.run(["umount", "-l", str(mount)], check=True)


async def test_a_disk_that_hangs_is_a_miss_after_a_second_and_then_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    on = On(tmp_path / "cache", patience_s=0.05)
    free = threading.Event()
    real = safeio.make_folder

    def hangs(folder: Path) -> None:
        free.wait(10)
        real(folder)

    monkeypatch.setattr(safeio, "make_folder", hangs)
    assert await on.level.get("k") is None
    began = time.monotonic()
    for _ in range(100):
        assert await on.level.get("k") is None
    assert time.monotonic() - began < 0.05
    assert caplog.text.count("it does not answer") == 1
    free.set()
    await on.level.close()


async def test_a_database_that_another_program_holds_is_a_miss(on: On) -> None:
    await on.put("k", b"x")
    holder = sqlite3.connect(on.folder / "cache.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        await on.put("k2", b"x")
        assert on.level.resting
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    on.clock.advance(REST_S + 1)
    assert await on.level.get("k") == b"x", "it was not thrown away"


async def test_closing_takes_no_longer_than_its_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on = On(tmp_path / "cache", patience_s=0.05)
    free = threading.Event()
    monkeypatch.setattr(safeio, "make_folder", lambda folder: free.wait(10))
    on.level.put("k", b"x", "t", 60)
    began = time.monotonic()
    await asyncio.wait_for(on.level.close(), 5)
    assert time.monotonic() - began < 1
    free.set()


async def test_a_disk_that_falls_behind_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = On(tmp_path / "cache")
    free = threading.Event()
    real = safeio.make_folder

    def slow(folder: Path) -> None:
        free.wait(10)
        real(folder)

    monkeypatch.setattr(safeio, "make_folder", slow)
    for number in range(1_000):
        on.level.put(str(number), b"x", "t", 60)
    assert on.level._pending == MOST_PENDING  # noqa: SLF001
    free.set()
    await on.done()
    assert on.level._pending == 0  # noqa: SLF001
    assert (await on.level.get("0"), await on.level.get("999")) == (b"x", None)
    await on.level.close()
