"""The cache as those who use it see it: two levels, made once, renewed in time, and never wrong or in the way."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.storage.cache import MultiLevelCache, Namespace
from clawd_desktop.storage.cache_rows import CacheLimits, NamespaceRow

ROWS = (
    NamespaceRow("pages", "Pages.", 100.0, missing_s=10.0),
    NamespaceRow("other", "Others."),
    NamespaceRow("quick", "In memory alone.", 100.0, on_disk=False),
)


class On:
    """A cache in a folder."""

    def __init__(self, folder: Path, limits: CacheLimits | None = None) -> None:
        self.folder, self.clock = folder, ManualClock()
        self.limits = limits or CacheLimits(memory=10**6, disk=10**7, ttl_s=50.0)
        self.cache = MultiLevelCache(folder, self.clock, self.limits, ROWS)
        self.calls = 0

    @property
    def pages(self) -> Namespace:
        return self.cache.namespace("pages")

    def make(self, value: bytes = b"made", after: asyncio.Event | None = None) -> Callable[[], Awaitable[bytes]]:
        async def make() -> bytes:
            self.calls += 1
            if after is not None:
                await after.wait()
            return value

        return make

    def fail(self, fault: Exception) -> Callable[[], Awaitable[bytes]]:
        async def make() -> bytes:
            self.calls += 1
            await asyncio.sleep(0)
            raise fault

        return make

    async def restart(self) -> None:
        """The same folder in another process."""
        await self.written()
        await self.cache.close()
        self.cache = MultiLevelCache(self.folder, self.clock, self.limits, ROWS)

    async def written(self) -> None:
        """Wait for what is on its way to the disk."""
        await self.cache._disk.get("-")  # noqa: SLF001

    def counted(self, name: str = "pages") -> tuple[int, int, int]:
        row = next(row for row in self.cache.stats() if row.namespace == name)
        return row.hits_memory, row.hits_disk, row.misses


@pytest.fixture
def on(tmp_path: Path) -> On:
    return On(tmp_path / "cache")


async def test_both_levels_promotion_and_statistics(on: On) -> None:
    assert await on.pages.get("k") is None
    await on.pages.put("k", b"value")
    assert await on.pages.get("k") == b"value"
    await on.restart()
    assert await on.pages.get("k") == b"value", "from the disk"
    assert await on.pages.get("k") == b"value", "from memory: it was promoted"
    assert on.counted() == (1, 1, 0)
    await on.cache.close()


async def test_namespaces_and_odd_keys_do_not_meet(on: On) -> None:
    keys = ["k", "", "k\0", "\0k", "ключ", "\ud800", "x" * 100_000, "../../etc/passwd"]
    for name in ("pages", "other", "quick"):
        for key in keys:
            await on.cache.namespace(name).put(key, f"{name}{len(key)}{key[:1]!r}".encode())
    for name in ("pages", "other", "quick"):
        for key in keys:
            assert await on.cache.namespace(name).get(key) == f"{name}{len(key)}{key[:1]!r}".encode()
    await on.written()
    assert not [path for path in on.folder.rglob("*") if "passwd" in path.name]
    with pytest.raises(BadInput, match='no kind "nonsense"'):
        on.cache.namespace("nonsense")
    await on.cache.close()


async def test_some_kinds_stay_in_memory(on: On) -> None:
    await on.cache.namespace("quick").put("k", b"value")
    await on.restart()
    assert await on.cache.namespace("quick").get("k") is None
    await on.cache.close()


@pytest.mark.parametrize("restart", [False, True])
async def test_nothing_outlives_its_time(on: On, restart: bool) -> None:
    await on.pages.put("row", b"1")
    await on.cache.namespace("other").put("general", b"2")
    await on.pages.put("own", b"3", ttl_s=10)
    await on.pages.put("none", b"4", ttl_s=0)
    on.clock.advance(9)
    if restart:
        await on.restart()
    assert await on.pages.get("own") == b"3"
    assert await on.pages.get("none") is None
    on.clock.advance(1)
    assert await on.pages.get("own") is None
    on.clock.advance(40)
    assert await on.cache.namespace("other").get("general") is None
    assert await on.pages.get("row") == b"1"
    on.clock.advance(50)
    assert await on.pages.get("row") is None
    await on.cache.close()


async def test_a_clock_that_jumps_never_makes_old_things_young(on: On) -> None:
    await on.pages.put("k", b"value")
    on.clock.jump_wall(-3_600)
    assert await on.pages.get("k") == b"value", "in memory time goes on as it does"
    await on.restart()
    assert await on.pages.get("k") is None, "stored in the future: nobody knows how old it is"
    await on.pages.put("k", b"value")
    on.clock.jump_wall(3_600)
    await on.restart()
    assert await on.pages.get("k") is None
    await on.cache.close()


async def test_a_delete_reaches_both_levels(on: On) -> None:
    await on.pages.put("k", b"value")
    await on.pages.delete("k")
    assert await on.pages.get("k") is None
    await on.restart()
    assert await on.pages.get("k") is None
    await on.cache.close()


async def test_clearing_one_kind_or_all(on: On) -> None:
    for name in ("pages", "other", "quick"):
        await on.cache.namespace(name).put("k", b"value")
    assert await on.cache.clear("pages") == 1
    await on.restart()
    assert await on.pages.get("k") is None
    assert await on.cache.namespace("other").get("k") == b"value"
    await on.cache.clear()
    assert not on.folder.exists()
    with pytest.raises(BadInput):
        await on.cache.clear("nonsense")
    await on.cache.close()


# Made once.


async def test_a_thousand_who_ask_at_once_are_served_by_one_making(on: On) -> None:
    gate = asyncio.Event()
    asking = [spawn(on.pages.get_or_make("k", on.make(b"v", gate)), name="ask") for _ in range(1000)]
    while not on.calls:
        await asyncio.sleep(0.001)
    gate.set()
    assert set(await asyncio.gather(*asking)) == {b"v"}
    assert on.calls == 1
    assert await on.pages.get_or_make("k", on.make()) == b"v"
    assert on.calls == 1
    row = on.cache.stats()[0]
    assert (row.misses, row.joined, row.hits_memory, row.made) == (1, 999, 1, 1)
    await on.cache.close()


async def test_a_thousand_who_ask_after_a_restart_read_the_disk_once(on: On, monkeypatch: pytest.MonkeyPatch) -> None:
    await on.pages.put("k", b"v")
    await on.restart()
    reads = []
    real = on.cache._disk.get  # noqa: SLF001

    async def counted(key: str) -> bytes | None:
        reads.append(key)
        return await real(key)

    monkeypatch.setattr(on.cache._disk, "get", counted)  # noqa: SLF001
    found = await asyncio.gather(*(on.pages.get_or_make("k", on.make()) for _ in range(1000)))
    assert (set(found), on.calls, len(reads)) == ({b"v"}, 0, 1)
    await on.cache.close()


async def test_a_failure_reaches_all_who_waited_and_is_not_kept(on: On) -> None:
    broken = on.fail(Unavailable("The server is down."))
    found = await asyncio.gather(*(on.pages.get_or_make("k", broken) for _ in range(10)), return_exceptions=True)
    assert {str(each) for each in found} == {"The server is down."}
    assert on.calls == 1
    assert await on.pages.get_or_make("k", on.make()) == b"made"
    row = on.cache.stats()[0]
    assert (row.made, row.failed) == (1, 1)
    await on.cache.close()


async def test_a_bug_in_a_maker_reaches_all_who_waited_and_the_log(on: On, caplog: pytest.LogCaptureFixture) -> None:
    broken = on.fail(ZeroDivisionError("a bug"))
    found = await asyncio.gather(*(on.pages.get_or_make("k", broken) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in found] == [ZeroDivisionError] * 5
    assert "a bug" in caplog.text
    assert await on.pages.get_or_make("k", on.make()) == b"made"
    await on.cache.close()


async def test_one_who_goes_away_does_not_take_it_from_the_others(on: On) -> None:
    gate = asyncio.Event()
    first = spawn(on.pages.get_or_make("k", on.make(b"v", gate)), name="first")
    second = spawn(on.pages.get_or_make("k", on.make(b"v", gate)), name="second")
    while not on.calls:
        await asyncio.sleep(0.001)
    await asyncio.sleep(0)
    await stop(first)
    gate.set()
    assert await second == b"v"
    assert on.calls == 1
    await on.cache.close()


async def test_when_all_have_gone_nothing_more_is_made(on: On) -> None:
    gate, stopped = asyncio.Event(), asyncio.Event()

    async def make() -> bytes:
        on.calls += 1
        try:
            await gate.wait()
        finally:
            stopped.set()
        return b""

    asking = [spawn(on.pages.get_or_make("k", make), name="ask") for _ in range(3)]
    while not on.calls:
        await asyncio.sleep(0.001)
    for task in asking:
        await stop(task)
    async with asyncio.timeout(5):
        await stopped.wait()
    assert await on.pages.get_or_make("k", on.make()) == b"made"
    await on.cache.close()


async def test_what_was_deleted_while_it_was_made_is_not_kept(on: On) -> None:
    gate = asyncio.Event()
    asking = spawn(on.pages.get_or_make("k", on.make(b"old", gate)), name="ask")
    while not on.calls:
        await asyncio.sleep(0.001)
    await on.pages.delete("k")
    fresh = spawn(on.pages.get_or_make("k", on.make(b"new")), name="fresh")
    assert await fresh == b"new", "who asks after the delete does not get what was begun before"
    gate.set()
    assert await asking == b"old"
    assert await on.pages.get("k") == b"new"
    gate = asyncio.Event()
    asking = spawn(on.pages.get_or_make("j", on.make(b"old", gate)), name="ask")
    while on.calls < 3:
        await asyncio.sleep(0.001)
    await on.cache.clear()
    gate.set()
    await asking
    assert await on.pages.get("j") is None
    await on.cache.close()


async def test_that_something_does_not_exist_is_remembered_for_a_while(on: On) -> None:
    missing = on.fail(NotFound("There is no page.", hint="Look elsewhere."))
    for _ in range(3):
        with pytest.raises(NotFound, match="There is no page. Look elsewhere."):
            await on.pages.get_or_make("k", missing)
    assert on.calls == 1
    assert await on.pages.get("k") is None
    await on.restart()
    with pytest.raises(NotFound):
        await on.pages.get_or_make("k", missing)
    assert on.calls == 1
    on.clock.advance(10)
    assert await on.pages.get_or_make("k", on.make()) == b"made"
    other = on.cache.namespace("other")
    for _ in range(2):
        with pytest.raises(NotFound):
            await other.get_or_make("k", missing)
    assert on.calls == 4, "a kind without such a time asks each time"
    await on.cache.close()


# Renewed before its time is over.


async def test_an_old_value_is_renewed_behind_the_backs_of_those_who_ask(on: On) -> None:
    await on.pages.get_or_make("k", on.make(b"1"))
    on.clock.advance(89)
    await on.pages.get_or_make("k", on.make(b"2"))
    assert on.calls == 1
    on.clock.advance(2)
    gate = asyncio.Event()
    found = [await on.pages.get_or_make("k", on.make(b"3", gate)) for _ in range(100)]
    assert set(found) == {b"1"}, "nobody waits"
    await asyncio.sleep(0)
    assert on.calls == 2, "one renews it"
    gate.set()
    while await on.pages.get_or_make("k", on.make(b"4")) != b"3":
        await asyncio.sleep(0.001)
    on.clock.advance(89)
    assert await on.pages.get_or_make("k", on.make(b"5")) == b"3", "its time began anew"
    await on.cache.close()


async def test_also_after_a_restart(on: On) -> None:
    await on.pages.get_or_make("k", on.make(b"1"))
    on.clock.advance(95)
    await on.restart()
    assert await on.pages.get_or_make("k", on.make(b"2")) == b"1"
    while await on.pages.get_or_make("k", on.make(b"2")) != b"2":
        await asyncio.sleep(0.001)
    await on.cache.close()


async def test_what_cannot_be_renewed_stays_to_its_end_and_is_not_tried_at_each_question(on: On) -> None:
    await on.pages.get_or_make("k", on.make(b"1"))
    on.clock.advance(92)
    broken = on.fail(Unavailable("down"))
    for _ in range(20):
        assert await on.pages.get_or_make("k", broken) == b"1"
        await asyncio.sleep(0.001)
    assert on.calls == 2
    on.clock.advance(5)
    assert await on.pages.get_or_make("k", broken) == b"1"
    await asyncio.sleep(0.001)
    assert on.calls == 3, "half of the rest later once more"
    on.clock.advance(3)
    with pytest.raises(Unavailable):
        await on.pages.get_or_make("k", broken)
    await on.cache.close()


# Bounded, and safe from what lies on the disk.


async def test_memory_is_bounded_and_what_made_room_is_still_on_the_disk(tmp_path: Path) -> None:
    on = On(tmp_path / "cache", CacheLimits(memory=50_000, disk=10**7, ttl_s=50))
    for number in range(100):
        await on.pages.put(str(number), os.urandom(2_000))
        await on.written()
    assert on.cache.memory_bytes <= 50_000
    row = on.cache.stats()[0]
    assert row.evictions == 100 - row.entries
    assert await on.pages.get("0") is not None
    assert on.cache.evict_memory() > 0
    assert on.cache.memory_bytes == 0
    assert await on.pages.get("99") is not None
    assert await on.cache.disk_bytes() > 0
    await on.cache.close()


async def test_flipped_bits_on_the_disk_are_a_miss(on: On) -> None:
    await on.pages.put("k", b"v" * 100_000)
    await on.written()
    file = next(on.folder.rglob("*.val"))
    data = bytearray(file.read_bytes())
    data[50_000] ^= 1
    file.write_bytes(data)
    await on.restart()
    assert await on.pages.get("k") is None
    assert on.cache.stats()[0].faults == 1
    assert await on.pages.get_or_make("k", on.make()) == b"made"
    await on.cache.close()


async def test_an_entry_in_the_place_of_another_is_a_miss(on: On) -> None:
    import sqlite3

    await on.pages.put("a", b"of a")
    await on.pages.put("b", b"of b")
    await on.written()
    await on.cache.close()
    with sqlite3.connect(on.folder / "cache.db") as database:
        database.execute("UPDATE Cache SET value = (SELECT value FROM Cache LIMIT 1)")
    await on.restart()
    assert sorted([await on.pages.get("a") or b"", await on.pages.get("b") or b""]) in ([b"", b"of a"], [b"", b"of b"])
    await on.cache.close()


async def test_other_limits_count_at_once(on: On) -> None:
    for number in range(10):
        await on.pages.put(str(number), b"x" * 1_000)
    on.cache.configure(CacheLimits(memory=0, disk=0, ttl_s=1))
    assert on.cache.memory_bytes == 0
    await on.pages.put("k", b"v")
    assert await on.pages.get("k") is None
    assert not on.cache.stats()[0].on_disk
    on.cache.configure(CacheLimits(memory=10**6, disk=10**6, ttl_s=1, ttls_s={"pages": 5}))
    await on.pages.put("k", b"v")
    on.clock.advance(4.9)
    assert await on.pages.get("k") == b"v"
    on.clock.advance(0.2)
    assert await on.pages.get("k") is None
    await on.cache.close()


async def test_what_is_out_of_date_is_swept_out(on: On) -> None:
    await on.cache.namespace("quick").put("k", b"v")
    on.clock.advance(101)
    assert on.cache.sweep() == 1
    await on.cache.namespace("quick").put("k", b"v")
    on.clock.advance(101)
    await on.cache.namespace("quick").put("j", b"v")
    assert on.cache.stats()[2].entries == 1, "a put sweeps once a minute"


async def test_closing_ends_what_is_being_made(on: On) -> None:
    asking = spawn(on.pages.get_or_make("k", on.make(b"v", asyncio.Event())), name="ask")
    while not on.calls:
        await asyncio.sleep(0.001)
    await on.cache.close()
    with pytest.raises(Unavailable, match="not made any more"):
        await asking


async def test_a_hit_costs_little(on: On, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        await on.pages.put("k", b"v" * 1_000)
        count = 5_000
        began = time.perf_counter()
        for _ in range(count):
            await on.pages.get("k")
    each = (time.perf_counter() - began) / count
    assert each < 0.0005, f"{each * 1e6:.0f} µs"
    await on.cache.close()
