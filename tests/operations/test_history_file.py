"""The table of hours: minutes are put together, bounded in days and bytes, and a damaged row costs one hour."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from log_lines import log_lines

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.operations.history_file import SCHEMA, HistoryFile
from clawd_desktop.operations.rollup import Bin
from clawd_desktop.storage.database import Database

CPU, LOAD = "system.cpuUsage", "system.load"
MINUTE = 29_000_040  # the first of an hour


def of(*values: float) -> Bin:
    each = Bin()
    for value in values:
        each.add(value)
    return each


async def opened(path: Path) -> tuple[Database, HistoryFile]:
    database = Database(path / "h.sqlite", SCHEMA, ManualClock(), durable=False)
    await database.open()
    return database, HistoryFile(database)


async def test_minutes_come_back_and_hours_are_their_sum(tmp_path: Path) -> None:
    database, file = await opened(tmp_path)
    await file.add({MINUTE + at: {CPU: of(0.1 * at, 0.1 * at + 0.5), LOAD: of(1.0)} for at in range(90)})
    found = await file.minutes(CPU, MINUTE + 10, MINUTE + 80)
    assert [minute - MINUTE for minute, _ in found] == list(range(10, 81))
    assert found[0][1].mean == pytest.approx(1.25)
    hours = await file.hours(CPU, MINUTE // 60, MINUTE // 60 + 1)
    assert [each.count for _, each in hours] == [120, 60]
    assert hours[0][1].high == pytest.approx(6.4)
    assert await file.keys() == (CPU, LOAD)
    await database.close()


async def test_the_same_minute_twice_is_one_minute_with_all_samples(tmp_path: Path) -> None:
    database, file = await opened(tmp_path)
    await file.add({MINUTE: {CPU: of(0.2)}})
    await file.add({MINUTE: {CPU: of(0.8, 0.5)}})
    ((_, each),) = await file.minutes(CPU, MINUTE, MINUTE)
    assert (each.count, each.low, each.high) == (3, pytest.approx(0.2), pytest.approx(0.8))
    assert each.mean == pytest.approx(0.5)
    await database.close()


async def test_what_is_too_old_and_too_much_goes(tmp_path: Path) -> None:
    database, file = await opened(tmp_path)
    noise = {f"model.tokens{{m{number}}}": number for number in range(20)}
    for hour in range(100):
        minutes = {
            MINUTE + hour * 60 + at: {key: of((hour * 7919 + at * 104_729 + n) % 1_000 / 7) for key, n in noise.items()}
            for at in range(60)
        }
        await file.add(minutes)
    first = MINUTE // 60
    await file.prune(first + 40, 1 << 30)
    assert (await file.hours("model.tokens{m1}", 0, first + 200))[0][0] == first + 40
    before = await file.size()
    await file.prune(first + 40, before // 2)
    assert await file.size() <= before // 2
    left = await file.hours("model.tokens{m1}", 0, first + 200)
    assert left[-1][0] == first + 99, "the newest stays"
    await database.close()
    assert (tmp_path / "h.sqlite").stat().st_size <= before * 0.6, "the disk gets it back"


async def test_a_month_of_sixty_restless_series_takes_less_than_fifty_megabytes(tmp_path: Path) -> None:
    database, file = await opened(tmp_path)
    generator, hours = random.Random(5), 4
    for minute in range(hours * 60):  # each minute by itself, as it really is
        bins = {f"model.tokens{{m{n}}}": of(*(generator.uniform(1e6, 2e6) for _ in range(4))) for n in range(60)}
        await file.add({MINUTE + minute: bins})
    # What an empty file and the names take is taken once, not each hour.
    assert await file.size() / hours * 720 <= 50_000_000
    await database.close()


async def test_a_limit_that_nothing_fits_in_empties_the_file_and_ends(tmp_path: Path) -> None:
    database, file = await opened(tmp_path)
    await file.add({MINUTE: {CPU: of(0.2)}})
    await file.prune(0, 1)
    assert await file.keys() == ()
    await database.close()


async def test_a_damaged_row_costs_its_hour_and_says_so(tmp_path: Path) -> None:
    database, file = await opened(tmp_path)
    await file.add({MINUTE + at * 60: {CPU: of(0.2)} for at in range(3)})
    await database.run(
        lambda c: c.execute("UPDATE hours SET minutes = zeroblob(40) WHERE hour = ?", (MINUTE // 60 + 1,))
    )
    with log_lines("clawd.metrics") as said:
        found = await file.minutes(CPU, MINUTE, MINUTE + 200)
    assert [minute for minute, _ in found] == [MINUTE, MINUTE + 120]
    assert len(said) == 1
    assert "cannot be unpacked" in said[0]
    await database.close()
