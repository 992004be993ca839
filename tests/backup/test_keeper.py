"""Backups are made by themselves: lived through by a clock of the test, with real backups in real folders."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keeper_stage import SMALL, KeeperStage
from remote_programs import installed

from clawd_desktop.backup import keeper as keeper_module
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.keeper import MAKING, Keeper
from clawd_desktop.backup.past import past_of
from clawd_desktop.backup.planned import FILE, Outlook
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.schedule import GRACE_MS, gap_ms
from clawd_desktop.backup.telling import FAILED, NOT_MADE
from clawd_desktop.backup.wall_times import after, upto
from clawd_desktop.core.events import BackupEnded, BackupPlanChanged, ConfigChanged, Resumed
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.system.battery import Battery
from clawd_desktop.system.network import Network

BERLIN = ZoneInfo("Europe/Berlin")
HOUR_S, DAY_S = 3_600.0, 86_400.0
FEW = {"days": 0, "daily": 3, "weekly": 0, "monthly": 0}


def at(stage: KeeperStage, text: str) -> None:
    """Set both clocks to that moment in Berlin, as if time had passed."""
    moment = datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()
    stage.clock.advance(moment - stage.clock.wall_ms() / 1000)


def shown(moment_ms: int) -> str:
    return f"{datetime.fromtimestamp(moment_ms / 1000, BERLIN):%m-%d %H:%M}"


def days(records: list[BackupRecord]) -> list[str]:
    return [shown(record.at_ms) for record in records]


async def settled_keeper(stage: KeeperStage, **backup: object) -> Keeper:
    """One whose computer has been awake for a while and has a backup of the last turn."""
    keeper = await stage.keeper(**backup)
    await stage.live(keeper, 120)
    assert len(await stage.made()) == 1
    return keeper


@pytest.mark.timeout(180)
async def test_a_year_of_days(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-12-31T12:00")
    ended: list[int] = []
    stage.bus.subscribe(BackupEnded, lambda event: ended.append(stage.clock.wall_ms()))
    keeper = await settled_keeper(stage, retention=FEW)
    await stage.live(keeper, 10 * DAY_S)
    assert stage.looks < 10 * 30, "it does not look all the time"
    await stage.live(keeper, 355 * DAY_S, hourly=False)
    first, *made = [shown(moment) for moment in ended]
    assert first == "12-31 12:01", "a minute after the start, as there was none"
    # In summer and in winter, and once on the days on which the clock is turned.
    expected = [datetime(2027, 1, 1) + timedelta(days=number) for number in range(365)]
    assert made == [f"{day:%m-%d} 03:30" for day in expected]
    assert len(await stage.made()) == 3, "the others went, day by day"
    assert stage.problem is None


async def test_three_days_of_sleep_are_caught_up_once(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await settled_keeper(stage)
    stage.clock.jump_wall(3 * DAY_S)  # the other clock stands still meanwhile
    keeper._resumed()
    await stage.live(keeper, 30)
    assert stage.made_desk.planned.outlook is not None
    assert stage.made_desk.planned.outlook.code == "settling"
    await stage.live(keeper, 2 * HOUR_S)
    assert days(await stage.made()) == ["11-26 12:01", "11-29 12:03"]
    await stage.live(keeper, DAY_S)
    assert days(await stage.made())[2:] == ["11-30 03:30"]


async def test_a_turn_that_is_near_is_waited_for(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await settled_keeper(stage)
    at(stage, "2026-11-29T02:45")
    await stage.live(keeper, 2 * HOUR_S)
    assert days(await stage.made()) == ["11-26 12:01", "11-29 03:30"]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-0.5, ["11-27 03:30", "11-28 03:30"]),
        # The last one lies in the future then: one is made at once, and not one after the other.
        (-2.0, ["11-26 10:02", "11-27 03:30"]),
        (-30.0, ["11-25 06:02", "11-26 03:30"]),
        (-24 * 400.0, ["10-22 13:02", "10-23 03:30"]),
        (24 * 400.0, ["12-31 12:02", "01-01 03:30"]),
    ],
)
async def test_the_clock_is_set(tmp_path: Path, hours: float, expected: list[str]) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await settled_keeper(stage)
    before = {one.id for one in await stage.made()}
    stage.clock.jump_wall(hours * HOUR_S)
    await stage.live(keeper, 46 * HOUR_S)
    assert days([one for one in await stage.made() if one.id not in before])[:2] == expected


async def test_battery_and_network_hold_it_back(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await settled_keeper(stage)
    stage.power = Battery(True, 0.1)
    await stage.live(keeper, DAY_S)
    outlook = stage.made_desk.planned.outlook
    assert outlook is not None
    assert (outlook.code, shown(outlook.due_ms or 0)) == ("battery", "11-27 03:30")
    assert outlook.why == "The battery is at 10%; it is made as soon as there is power."
    assert len(await stage.made()) == 1
    stage.power = Battery(False, 0.1)
    await stage.live(keeper, 15 * 60)
    assert len(await stage.made()) == 2
    # To a place elsewhere there has to be a network that does not cost by volume.
    installed("rclone")
    far = {"kind": "rclone", "repository": str(tmp_path / "far")}
    desk = await stage.desk(**(SMALL | {"destinations": [far]}))
    keeper = stage.over(desk)
    stage.net = Network(online=True, metered=True)
    await stage.live(keeper, DAY_S)
    assert desk.planned.outlook is not None
    assert desk.planned.outlook.code == "metered"
    assert len(await stage.made()) == 2
    stage.net = Network(online=True, metered=False)
    await stage.live(keeper, HOUR_S)
    assert len(await stage.made()) == 3


async def test_a_disk_that_is_away_and_comes_back(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    disk = tmp_path / "stick" / "backups"
    disk.parent.mkdir()
    keeper = await settled_keeper(stage, destinations=[{"path": str(disk)}])
    shutil.move(disk.parent, tmp_path / "unplugged")
    at(stage, "2026-11-27T03:29")
    await stage.live(keeper, DAY_S - 60)
    tried = days(await stage.failed())
    assert tried == ["11-27 03:30", "11-27 03:35", "11-27 03:50", "11-27 04:35", "11-27 06:35", "11-27 12:35",
                     "11-27 18:35", "11-28 00:35"], "more and more rarely"  # fmt: skip
    notice = stage.problem
    assert notice is not None
    assert notice.title == FAILED
    assert notice.text.startswith(f"{disk} is not there or is empty. Connect the disk or the share;")
    outlook = stage.made_desk.planned.outlook
    assert outlook is not None
    assert (outlook.code, shown(outlook.next_ms or 0)) == ("failed", "11-28 06:35")
    # The next start knows it all.
    stage.notices.clear(notice.id)
    keeper = stage.over(await stage.desk(**(SMALL | {"destinations": [{"path": str(disk)}]})))
    await keeper.look()
    assert stage.problem is not None
    assert stage.problem.text == notice.text
    shutil.move(tmp_path / "unplugged", disk.parent)
    await stage.live(keeper, DAY_S)
    assert len(await stage.made()) == 2
    assert stage.problem is None


async def test_a_disk_that_is_away_for_months_leaves_the_list_usable(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    away = {"path": str(tmp_path / "stick" / "backups")}
    keeper = await stage.keeper(destinations=[away, {"path": str(tmp_path / "here")}], retention={"days": 20})
    await stage.live(keeper, 60 * DAY_S)
    assert 20 <= len(await stage.made()) <= 31, "each night one in the place that is there, and the rules hold"
    assert len(await stage.failed()) == 50
    assert stage.problem is not None


async def test_settings_are_live(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await settled_keeper(stage)

    async def change(**backup: object) -> Outlook:
        stage.paths.config_file.write_text(json.dumps({"backup": SMALL | backup}))
        await stage.config.load()
        await keeper.look()
        assert stage.made_desk.planned.outlook is not None
        return stage.made_desk.planned.outlook

    outlook = await change(schedule={"kind": "hours", "everyHours": 2, "time": "00:00", "timezone": "Europe/Berlin"})
    assert (outlook.code, shown(outlook.next_ms or 0)) == ("waiting", "11-26 14:00")
    assert (await change(enabled=False)).code == "off"
    await stage.live(keeper, 2 * DAY_S)
    assert len(await stage.made()) == 1
    outlook = await change(schedule={"timezone": "Nowhere/Never"})
    assert (outlook.code, outlook.next_ms) == ("off", None)
    assert "Nowhere/Never" in outlook.why
    assert stage.problem is not None
    assert stage.problem.title == NOT_MADE
    outlook = await change(schedule={"kind": "weekly", "days": ["mon"], "time": "04:00", "timezone": "Europe/Berlin"})
    assert (outlook.code, shown(outlook.next_ms or 0)) == ("waiting", "11-30 04:00")
    assert stage.problem is None
    await change(notify="always")
    await stage.live(keeper, HOUR_S)
    assert len(await stage.made()) == 2
    await change(notify="never")
    in_the_way = stage.usual.rename(stage.usual.with_name("moved"))
    stage.usual.write_text("in the way")
    await stage.live(keeper, DAY_S)
    assert in_the_way.is_dir()
    assert await stage.failed() != []
    assert stage.problem is None


async def test_a_pause_ends_by_itself_or_by_a_person(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await settled_keeper(stage)
    plan = stage.made_desk.planned
    await plan.pause(stage.clock.wall_ms() + round(3 * DAY_S * 1000))
    await stage.live(keeper, 3 * DAY_S - 60)
    assert plan.outlook is not None
    assert (plan.outlook.code, shown(plan.outlook.paused_until_ms or 0)) == ("paused", "11-29 12:02")
    await stage.live(keeper, HOUR_S)
    assert days(await stage.made()) == ["11-26 12:01", "11-29 12:02"]
    await plan.pause()
    await stage.live(keeper, 9 * DAY_S)
    assert plan.outlook.paused_until_ms == 0
    assert len(await stage.made()) == 2
    # The next start is paused still.
    keeper = stage.over(await stage.desk(**SMALL))
    await stage.live(keeper, DAY_S)
    assert len(await stage.made()) == 2
    await stage.made_desk.planned.resume()
    await stage.live(keeper, HOUR_S)
    assert len(await stage.made()) == 3
    # Nobody can say: then backups are made.
    (stage.paths.own / FILE).write_text("{")
    await stage.live(keeper, DAY_S)
    assert len(await stage.made()) == 4


async def test_it_rests_in_safe_mode_and_during_a_restore(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    keeper = await stage.keeper()
    plan = stage.made_desk.planned
    stage.rests = "It rests."
    await stage.live(keeper, 2 * DAY_S)
    assert plan.outlook == Outlook("off", "It rests.")
    stage.rests, stage.restoring = "", True
    plan.ask()
    await stage.live(keeper, 2 * HOUR_S)
    assert plan.outlook.code == "running"
    assert await stage.made() == []
    stage.restoring = False
    await stage.live(keeper, 60)
    assert [one.cause for one in await stage.made()] == ["person"], "what was asked for is not forgotten"
    assert stage.news is not None
    await stage.live(keeper, HOUR_S)
    assert stage.news is None


async def test_the_age_counts_from_when_a_first_one_was_wanted(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    keeper = await stage.keeper()
    stage.power = Battery(True, 0.1)
    began = stage.clock.wall_ms()
    await stage.live(keeper, 2 * DAY_S)
    assert stage.made_desk.planned.wanted_ms == began
    stage.power = Battery()
    await stage.live(keeper, HOUR_S)
    assert stage.made_desk.planned.wanted_ms is None


async def test_a_list_that_cannot_be_read_is_told_and_a_list_that_cannot_be_written_is_no_loop(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    keeper = await stage.keeper(destinations=[{"path": str(stage.usual)}])
    stage.usual.mkdir(parents=True)
    stage.paths.own.mkdir(parents=True, exist_ok=True)
    records = stage.paths.own / "backups.json"
    records.write_text("{")
    await stage.live(keeper, 2 * DAY_S)
    assert stage.problem is not None
    assert (stage.problem.title, "cannot be understood" in stage.problem.text) == (NOT_MADE, True)
    assert stage.leftovers() == []
    records.unlink()
    stage.made_desk._records._file.change = _full  # type: ignore[method-assign]
    await stage.live(keeper, 3 * DAY_S)
    assert 3 <= len(stage.leftovers()) <= 4, "one a day, though nothing could be remembered"


async def _full(change: object) -> dict[str, object]:
    from clawd_desktop.core.errors import StorageFault

    raise StorageFault("The disk is full.")


async def test_it_goes_round_and_is_woken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "FIRST_S", 0.0)
    stage = KeeperStage(tmp_path)
    at(stage, "2026-11-26T12:00")
    keeper = await stage.keeper()
    codes: list[str] = []
    stage.bus.subscribe(BackupPlanChanged, lambda event: codes.append(event.code))

    async def until(*wanted: str) -> None:
        async with asyncio.timeout(20):
            while codes[-len(wanted) :] != [*wanted]:
                await asyncio.sleep(0.002)

    going = spawn(keeper.go_round(), name="keeper")
    await until("settling")
    stage.clock.advance(61)
    stage.bus.publish(ConfigChanged(("backup",), ()))
    await until("settling", "running", "waiting")
    stage.clock.advance(DAY_S)
    stage.bus.publish(Resumed(DAY_S))
    await until("settling")
    await stage.made_desk.planned.pause()
    await until("paused")
    stage.clock.advance(61)
    stage.made_desk.planned.ask()
    async with asyncio.timeout(20):
        while [one.cause for one in await stage.made()] != ["schedule", "person"]:
            await asyncio.sleep(0.002)
    await stop(going)
    assert len(codes) < 20
    stage.made_desk.planned.woken.clear()
    stage.bus.publish(Resumed(1))
    assert not stage.made_desk.planned.woken.is_set(), "nobody listens any more"


async def test_ended_while_it_makes_one_it_leaves_nothing_and_the_next_start_catches_up(tmp_path: Path) -> None:
    stage = KeeperStage(tmp_path)
    (tmp_path / "clawd" / "big.bin").write_bytes(bytes(range(256)) * (96 << 10))
    keeper = await stage.keeper(leaveOut=[], destinations=[{"path": str(stage.usual)}])
    stage.usual.mkdir(parents=True, exist_ok=True)
    await keeper.look()
    stage.clock.advance(61)
    looking = spawn(keeper.look(), name="keeper")
    async with asyncio.timeout(20):
        while not stage.progressed:
            await asyncio.sleep(0.002)
    assert stage.made_desk.planned.outlook is not None
    assert stage.made_desk.planned.outlook.why == MAKING
    await stop(looking)
    assert (await stage.made_desk.remembered(), stage.leftovers()) == ((), [])
    keeper = await stage.keeper()
    await stage.live(keeper, 120)
    assert len(await stage.made()) == 1


MAKES_ONE = """
import asyncio, sys
from pathlib import Path
from keeper_stage import KeeperStage

async def main():
    stage = KeeperStage(Path(sys.argv[1]))
    keeper = await stage.keeper(leaveOut=[], destinations=[{"path": str(stage.usual)}])
    stage.usual.mkdir(parents=True, exist_ok=True)
    await keeper.look()
    stage.clock.advance(61)
    await keeper.look()

asyncio.run(main())
"""


def test_killed_while_it_makes_one_the_next_start_catches_up(tmp_path: Path) -> None:
    big = tmp_path / "clawd" / "big.bin"
    big.parent.mkdir()
    big.write_bytes(os.urandom(64 << 20))
    path = os.pathsep.join(entry for entry in sys.path if entry)
    command = [sys.executable, "-c", MAKES_ONE, str(tmp_path)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})
    places = KeeperStage(tmp_path)
    ends = time.monotonic() + 30
    while not any(one.stat().st_size > 1 << 20 for one in places.leftovers()):
        assert process.poll() is None, "it was made before it could be killed"
        assert time.monotonic() < ends
        time.sleep(0.002)
    process.kill()
    process.wait()
    assert places.leftovers() != []

    async def next_start() -> None:
        keeper = await places.keeper(destinations=[{"path": str(places.usual)}])
        await places.live(keeper, 120)
        (made,) = await places.made()
        assert (made.cause, made.verified_ms > 0) == ("schedule", True)
        assert places.leftovers() == [Path(made.path)], "what was half done is gone"
        await places.live(keeper, HOUR_S)
        assert len(await places.made()) == 1

    asyncio.run(next_start())


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("live"), st.floats(0.1, 60)),
        st.tuples(st.just("sleep"), st.floats(1, 90)),
        st.tuples(st.just("clock"), st.floats(-60, 60)),
        st.tuples(st.sampled_from(("unplug", "plug", "empty", "charge", "hand", "restart")), st.just(0.0)),
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.timeout(180)
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_happens_it_is_made_when_it_is_owed_and_only_then(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, float]]
) -> None:
    asyncio.run(_against_the_model(tmp_path_factory.mktemp("keeper"), steps))


async def _against_the_model(folder: Path, steps: list[tuple[str, float]]) -> None:
    stage = KeeperStage(folder)
    disk, away = folder / "stick", folder / "away"
    disk.mkdir()
    backup = {"destinations": [{"path": str(disk / "b")}], "retention": {"days": 0, "daily": 2}}
    keeper = await stage.keeper(**backup)
    awake = stage.clock.monotonic()

    async def look() -> int:
        """One look, of which the model knows what has to come."""
        now = stage.clock.wall_ms()
        settled = stage.clock.monotonic() - awake >= 60
        records = await stage.made_desk.remembered()
        past = past_of(records, keeper._work.memory, await stage.made_desk.planned.paused(), now)
        believable = [one.at_ms for one in records if one.ok and one.at_ms <= now + HOUR_S * 1000]
        assert past.done_ms == max(believable, default=max([one.at_ms for one in records if one.ok], default=0))
        plan = stage.made_desk.wanted.plan().when
        last, coming = upto(plan, now) or 0, after(plan, now) or 0
        if past.failures:
            owed = now >= past.tried_ms + gap_ms(past.failures)
        elif not past.done_ms or past.done_ms > now + HOUR_S * 1000:
            owed = True
        else:
            owed = last > past.done_ms and (now - last < 15 * 60_000 or coming - now > GRACE_MS)
        tries = owed and settled and stage.power != Battery(True, 0.1)
        before = {one.id for one in records}
        next_ms = await keeper.look()
        new = [one for one in await stage.made_desk.remembered() if one.id not in before]
        assert [one.ok for one in new] == ([disk.is_dir()] if tries else []), (owed, settled, past, shown(now))
        assert (stage.problem is not None) == bool([one for one in new if not one.ok] or (past.failures and not new))
        return next_ms

    async def live(hours: float) -> None:
        end_ms = stage.clock.wall_ms() + round(hours * 3_600_000)
        while (now := stage.clock.wall_ms()) < end_ms:
            next_ms = await look()
            stage.clock.advance(max(min(next_ms, end_ms) - now, 1_000) / 1000)

    for step, number in steps:
        if step == "live":
            await live(number)
        elif step == "sleep":
            stage.clock.jump_wall(number * HOUR_S)
            keeper._resumed()
            awake = stage.clock.monotonic()
        elif step == "clock":
            stage.clock.jump_wall(number * HOUR_S)
        elif step == "hand" and disk.is_dir():
            await stage.made_desk.create(Order())
        elif step == "restart":
            keeper = await stage.keeper(**backup)
            awake = stage.clock.monotonic()
        elif step in ("empty", "charge"):
            stage.power = Battery(True, 0.1) if step == "empty" else Battery()
        elif step == "unplug" and disk.is_dir():
            disk.rename(away)
        elif step == "plug" and away.is_dir():
            away.rename(disk)
        await look()
