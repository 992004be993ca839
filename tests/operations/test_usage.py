"""What runs used is summed up for the day and survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import RunFinished
from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.usage import UsageLedger


def finished(usage: Usage) -> RunFinished:
    return RunFinished("r", "agent:main:main", 3, None, usage, "p", "m", 1, 2)


def test_the_day_is_summed_and_read_again_after_a_restart(tmp_path: Path) -> None:
    bus, clock = EventBus(), ManualClock()
    ledger = UsageLedger(tmp_path / "usage", bus, clock)
    bus.publish(finished(Usage(10, 5, 2, 1, 0.25)))
    bus.publish(finished(Usage(1, 1)))
    assert ledger.today() == Usage(11, 6, 2, 1, 0.25)
    ledger.close()
    bus.publish(finished(Usage(99, 99)))
    again = UsageLedger(tmp_path / "usage", EventBus(), clock)
    again.load()
    assert again.today() == Usage(11, 6, 2, 1, 0.25)


def test_a_new_day_begins_at_nothing_and_the_old_one_is_kept(tmp_path: Path) -> None:
    bus, clock = EventBus(), ManualClock()
    ledger = UsageLedger(tmp_path, bus, clock)
    bus.publish(finished(Usage(10, 5)))
    clock.advance(86_400)
    assert ledger.today() == Usage()
    bus.publish(finished(Usage(1, 1)))
    assert ledger.today() == Usage(1, 1)
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in tmp_path.iterdir()) == 2


def test_lines_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    bus, clock = EventBus(), ManualClock()
    UsageLedger(tmp_path, bus, clock)
    bus.publish(finished(Usage(10, 5)))
    (path,) = tmp_path.iterdir()
    path.write_bytes(b'{"torn\n[]\n' + path.read_bytes() + b"\xff\n")
    again = UsageLedger(tmp_path, EventBus(), clock)
    again.load()
    assert again.today() == Usage(10, 5)


def test_a_full_disk_loses_the_line_but_not_the_sum(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()
    (tmp_path / "usage").write_text("in the way", encoding="utf-8")
    ledger = UsageLedger(tmp_path / "usage", bus, ManualClock())
    bus.publish(finished(Usage(10, 5)))
    assert ledger.today() == Usage(10, 5)


def test_runs_without_usage_leave_no_line(tmp_path: Path) -> None:
    bus = EventBus()
    UsageLedger(tmp_path / "usage", bus, ManualClock())
    bus.publish(finished(Usage()))
    assert not (tmp_path / "usage").exists()
