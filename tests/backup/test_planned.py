"""What is known of planned backups outlives the application: a pause, and since when a first one is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.backup.past import Pause
from clawd_desktop.backup.planned import FILE, Outlook, Planned, outlook_of
from clawd_desktop.backup.schedule import FOREVER_MS, Decision
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, Unreadable
from clawd_desktop.core.events import BackupPlanChanged


def planned(folder: Path, clock: ManualClock, bus: EventBus | None = None) -> Planned:
    return Planned(folder / FILE, bus or EventBus(), clock)


async def test_a_pause_is_remembered(tmp_path: Path) -> None:
    clock = ManualClock(1_000)
    plan = planned(tmp_path, clock)
    assert await plan.paused() == Pause()
    await plan.pause(5_000)
    assert plan.woken.is_set()
    assert await planned(tmp_path, clock).paused() == Pause(5_000, 1_000)
    await plan.pause()
    assert await plan.paused() == Pause(FOREVER_MS, 1_000)
    await plan.resume()
    assert await plan.paused() == Pause()
    with pytest.raises(BadInput, match="must lie ahead"):
        await plan.pause(1_000)


async def test_since_when_a_first_one_is_wanted(tmp_path: Path) -> None:
    clock = ManualClock(1_000)
    plan = planned(tmp_path, clock)
    await plan.want_first(wanted=False)
    assert not (tmp_path / FILE).exists(), "nothing is written of nothing"
    await plan.want_first(wanted=True)
    clock.advance(5)
    await plan.want_first(wanted=True)
    assert plan.wanted_ms == 1_000
    again = planned(tmp_path, clock)
    await again.want_first(wanted=True)
    assert again.wanted_ms == 1_000
    clock.jump_wall(-5.5)
    await again.want_first(wanted=True)
    assert again.wanted_ms == 500, "it was noted before the clock was set back"
    last = planned(tmp_path, clock)
    await last.want_first(wanted=False)
    assert last.wanted_ms is None
    await last.want_first(wanted=True)
    assert last.wanted_ms == 500 == clock.wall_ms()


async def test_a_file_that_is_not_understood_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    plan = planned(tmp_path, ManualClock())
    for doing in (plan.pause(), plan.resume(), plan.paused(), plan.want_first(wanted=True)):
        with pytest.raises(Unreadable, match="planned backups"):
            await doing
    assert (tmp_path / FILE).read_text() == "{"


def test_a_change_is_published_once(tmp_path: Path) -> None:
    bus, told = EventBus(), []
    bus.subscribe(BackupPlanChanged, lambda event: told.append(event.code))
    plan = planned(tmp_path, ManualClock(), bus)
    for outlook in (Outlook("waiting", "W.", 5), Outlook("waiting", "W.", 5), Outlook("off", "O.")):
        plan.show(outlook)
    assert told == ["waiting", "off"]
    assert plan.outlook == Outlook("off", "O.")
    assert not plan.woken.is_set()
    plan.ask()
    assert (plan.asked, plan.woken.is_set()) == (True, True)


def test_a_decision_as_it_is_shown() -> None:
    assert outlook_of(Decision(False, 5, "waiting", "W.", 5)) == Outlook("waiting", "W.", 5, 5)
    assert outlook_of(Decision(False, 7, "paused", "P.", 7)) == Outlook("paused", "P.", 7, 7, 7)
    assert outlook_of(Decision(False, None, "paused", "P.")) == Outlook("paused", "P.", None, None, 0)
