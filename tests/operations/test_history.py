"""What is remembered: in memory, over restarts, over jumps of the clock, on a full disk, and from a damaged file."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from log_lines import log_lines

from clawd_desktop.config.schema.monitoring import Keeping
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.history import MOST_WAITING, NOTICE, MetricHistory
from clawd_desktop.operations.history_file import SCHEMA
from clawd_desktop.operations.ring import Ring
from clawd_desktop.operations.series import Series
from clawd_desktop.storage.database import Database

CPU = "system.cpuUsage"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


class Stage:
    """A history whose time the test moves."""

    def __init__(self, folder: Path, *, places: int = 200, keeping: Keeping | None = None) -> None:
        self.clock = ManualClock(1_760_000_040_000)
        self.notices = NoticeBoard(EventBus())
        self.path = folder / "metrics.sqlite"
        self.keeping = keeping or Keeping()
        self.places = places
        self.history = self.again()

    def again(self) -> MetricHistory:
        """As after a restart."""
        database = Database(self.path, SCHEMA, self.clock, durable=False)
        self.history = MetricHistory(database, self.clock, self.notices, lambda: self.keeping, Ring(self.places))
        return self.history

    async def measure(self, count: int, every_s: float = 15.0, value: float | None = None, **more: float) -> None:
        """So many samplings, with the disk's work in between."""
        for number in range(count):
            values: Mapping[str, float] = {CPU: (number % 4) / 4 if value is None else value, **more}
            self.history.add(self.clock.wall_ms(), values)
            if self.history._writing is not None:
                await self.history._writing
            self.clock.advance(every_s)

    async def last(self, span_ms: int, points: int = 1_000, key: str = CPU) -> Series:
        now = self.clock.wall_ms()
        return await self.history.series(key, now - span_ms, now, points)


@pytest.fixture
def said() -> Iterator[list[str]]:
    """Lines of the log about measuring."""
    with log_lines("clawd.metrics") as lines:
        yield lines


def gaps(series: Series) -> int:
    return sum(math.isnan(value) for value in series.mean)


def in_order(series: Series) -> bool:
    return list(series.times_ms) == sorted(set(series.times_ms))


async def test_the_last_minutes_come_from_memory_as_they_were(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(40)
    series = await stage.last(5 * MINUTE)
    assert (series.step_ms, len(series.mean), gaps(series)) == (15_000, 20, 0)
    assert list(series.mean[:4]) == [0.0, 0.25, 0.5, 0.75]
    assert stage.history.latest(CPU) == 0.75
    assert stage.history.newest() == {CPU: 0.75}
    await stage.history.close()


async def test_days_come_from_the_disk_by_the_minute_and_a_month_by_the_hour(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(4 * 60 * 30, **{"system.load": 2.0})
    day = await stage.last(29 * HOUR, points=5_000)
    assert (day.step_ms, gaps(day)) == (MINUTE, 0)
    assert len(day.mean) == 29 * 60
    assert (day.low[5], day.mean[5], day.high[5]) == (0.0, 0.375, 0.75)
    month = await stage.last(29 * DAY, points=700)
    assert (month.step_ms, len(month.mean)) == (HOUR, 31)
    assert all(value == pytest.approx(0.375) for value in month.mean)
    coarse = await stage.last(28 * HOUR, points=100)
    assert 90 <= len(coarse.mean) <= 101
    assert in_order(coarse)
    await stage.history.close()


async def test_it_survives_a_restart_in_the_middle_of_a_minute(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(6, value=0.2)
    await stage.history.close()
    before = stage.history
    stage.again()
    assert stage.history is not before
    await stage.measure(6, value=0.6)
    series = await stage.last(10 * MINUTE)
    assert [round(value, 3) for value in series.mean] == [0.2, 0.4, 0.6]
    assert await stage.history.known() == (CPU,)
    await stage.history.close()


async def test_what_only_an_earlier_start_measured_is_still_known(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(9, **{"model.tokens{p/m}": 5.0})
    await stage.history.close()
    stage.again()
    assert "model.tokens{p/m}" in await stage.history.known()
    assert (await stage.last(HOUR, key="model.tokens{p/m}")).mean[0] == 5.0
    await stage.history.close()


async def test_where_nothing_was_measured_is_a_gap_in_memory_and_on_the_disk(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(20)
    stage.clock.advance(600)
    await stage.measure(20)
    for span in (20 * MINUTE, 3 * HOUR):
        series = await stage.last(span)
        assert gaps(series) == 1
        assert in_order(series)
    await stage.history.close()


async def test_a_clock_that_goes_forward_leaves_a_gap(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(20)
    stage.clock.jump_wall(2 * 3_600)
    stage.history.add(stage.clock.wall_ms(), {CPU: 1.0}, 2 * HOUR)
    stage.clock.advance(15)
    await stage.measure(20)
    series = await stage.last(4 * HOUR)
    assert gaps(series) == 1
    assert in_order(series)
    await stage.history.close()


async def test_a_clock_that_is_set_back_loses_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(40)
    stage.clock.jump_wall(-300)
    stage.history.add(stage.clock.wall_ms(), {CPU: 1.0}, -300_000)
    stage.clock.advance(15)
    await stage.measure(40)
    recent = await stage.last(15 * MINUTE)
    assert in_order(recent)
    assert gaps(recent) == 0
    assert max(recent.high) == 1.0
    hours = await stage.last(5 * HOUR)
    assert in_order(hours)
    assert gaps(hours) == 0
    await stage.history.close()
    # 81 samplings, all of them kept, though the clock showed some minutes twice.
    stage.again()
    await stage.history.open()
    kept = await stage.history._file.minutes(CPU, 0, 10**9)
    assert sum(each.count for _, each in kept) == 81
    await stage.history.close()


async def test_a_wrong_year_for_a_moment_does_not_empty_the_history(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(300)
    year = 366 * 86_400
    stage.clock.jump_wall(year)
    stage.history.add(stage.clock.wall_ms(), {CPU: 1.0}, year * 1000)
    await stage.measure(100)  # 25 minutes in the wrong year
    stage.clock.jump_wall(-year)
    stage.history.add(stage.clock.wall_ms(), {CPU: 1.0}, -year * 1000)
    await stage.measure(100)
    series = await stage.last(3 * HOUR)
    assert len(series.mean) > 90
    assert in_order(series)
    await stage.history.close()


async def test_what_is_older_than_it_is_to_be_kept_goes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, keeping=Keeping(days=2))
    await stage.measure(24 * 4, every_s=3_600)
    series = await stage.last(10 * DAY, points=20_000)
    assert 46 <= sum(not math.isnan(value) for value in series.mean) <= 50
    stage.keeping = Keeping(days=1)
    await stage.history.prune()
    shorter = await stage.last(10 * DAY, points=20_000)
    assert 23 <= sum(not math.isnan(value) for value in shorter.mean) <= 26
    await stage.history.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs the right to mount")
async def test_a_full_disk_loses_history_only_and_says_so_once(tmp_path: Path, said: list[str]) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        stage = Stage(folder)
        await stage.measure(8)
        (folder / "film").write_bytes(bytes(os.statvfs(folder).f_bavail * os.statvfs(folder).f_bsize))
        many = {f"model.tokens{{m{number}}}": number * 1.7 for number in range(300)}
        await stage.measure(60, **many)
        assert stage.history.latest(CPU) is not None, "what is new is still there"
        assert [notice.id for notice in stage.notices.current()] == [NOTICE]
        assert "the disk is full" in stage.notices.current()[0].text
        assert len(said) == 1
        assert "is not kept" in said[0]
        assert len(stage.history._waiting) <= MOST_WAITING
        (folder / "film").unlink()
        subprocess.run(["mount", "-o", "remount,size=16m", str(folder)], check=True)
        await stage.measure(8)
        assert stage.notices.current() == ()
        assert said[1:] == ["the history of measurements is kept again"]
        series = await stage.last(5 * HOUR)
        assert gaps(series) == 0, "what had waited in memory is on the disk now"
        await stage.history.close()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_without_a_disk_a_day_of_samplings_takes_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    stage = Stage(tmp_path / "file")
    await stage.measure(4 * 60 * 24)
    assert len(stage.history._waiting) <= MOST_WAITING + 1
    series = await stage.last(DAY)
    assert len(series.mean) == 200, "what is in memory is shown"
    assert len(stage.notices.current()) == 1
    await stage.history.close()


async def test_a_damaged_file_is_set_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(20)
    await stage.history.close()
    stage.path.write_bytes(b"x" * 20_000)
    stage.again()
    await stage.measure(20)
    aside = next(tmp_path.glob("metrics.sqlite.corrupt-*"))
    assert aside.read_bytes() == b"x" * 20_000
    assert len((await stage.last(4 * HOUR)).mean) >= 4
    await stage.history.close()


async def test_damage_while_it_runs_begins_a_new_file_within_minutes(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    many = {f"model.tokens{{m{number}}}": number * 1.7 for number in range(200)}
    await stage.measure(100, **many)
    with stage.path.open("r+b") as file:
        file.seek(0)
        file.write(os.urandom(stage.path.stat().st_size))
    await stage.history._database.run(lambda c: c.execute("PRAGMA shrink_memory"))
    await stage.measure(30, **many)
    await stage.history.close()
    stage.again()
    await stage.history.open()
    assert len(await stage.history.known()) == 201
    await stage.history.close()


async def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    await stage.measure(4)
    now = stage.clock.wall_ms()
    with pytest.raises(NotFound, match="is not known"):
        await stage.history.series("made.up", now - 1, now, 5)
    for since, until, points in ((now, now, 5), (now, now - 5, 5), (0, now, 0), (0, now, 10**9)):
        with pytest.raises(BadInput, match="No such stretch"):
            await stage.history.series(CPU, since, until, points)
    empty = await stage.history.series("backup.age", now - HOUR, now, 50)
    assert len(empty.mean) == 0
    await stage.history.close()


async def test_a_disk_that_hangs_holds_up_neither_the_samplings_nor_what_is_new(tmp_path: Path) -> None:
    import threading

    stage, go = Stage(tmp_path), threading.Event()
    await stage.history.open()
    hung = spawn(stage.history._database.run(lambda c: go.wait(20)), name="hangs")
    await asyncio.sleep(0)
    for _ in range(40):
        stage.history.add(stage.clock.wall_ms(), {CPU: 0.5})
        await asyncio.sleep(0)
        stage.clock.advance(15)
    assert len(stage.history.values(CPU, 0)) == 40
    assert len((await stage.last(5 * MINUTE)).mean) == 20
    go.set()
    await hung
    await stage.history.close()


async def test_many_long_histories_are_not_the_work_of_the_loop(tmp_path: Path) -> None:
    """Measured in processor time of its thread, which other programs do not change."""
    stage = Stage(tmp_path, places=1_800)
    for number in range(1_800):
        stage.history.add(stage.clock.wall_ms() - (1_800 - number) * 2_000, {CPU: number % 4 / 4})
    own, whole = time.thread_time(), time.process_time()
    found = await asyncio.gather(*(stage.last(3_500_000, 20_000) for _ in range(50)))
    own, whole = time.thread_time() - own, time.process_time() - whole
    assert {len(series.mean) for series in found} == {1_750}
    assert own < whole * 0.5
    await stage.history.close()
