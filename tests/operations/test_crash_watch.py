"""The next start says how the one before ended, and starts with as little as possible after three crashes."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from fault_disk import FaultDisk

from clawd_desktop.core import safeio
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.operations.crash_watch import NAME, CrashWatch, told
from clawd_desktop.operations.run_marker import LastRun


class Start:
    """One start of the application in a folder."""

    def __init__(self, folder: Path, clock: ManualClock, boot: str = "b1", *, asked: bool = False) -> None:
        self.watch = CrashWatch(folder / "own", folder / "logs", clock, "1.0", boot)
        self.notices = NoticeBoard(EventBus())
        self.watch.begin(asked=asked)
        self.watch.start(self.notices)

    @property
    def notice(self) -> Notice | None:
        return next(iter(self.notices.current()), None)

    def crash(self) -> None:
        """What is left when the process is gone: the handle and the timer die with it, the files stay."""
        self.watch._marker._beat.cancel()  # type: ignore[union-attr]
        self.watch._file._file.close()  # type: ignore[union-attr]

    def end(self, kind: type[BaseException] | None = None) -> None:
        self.watch.ended(kind, None, None)


async def test_the_first_start_and_a_clean_one_say_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    for _ in range(2):
        start = Start(tmp_path, clock)
        assert (start.notice, start.watch.safe.on) == (None, False)
        start.end()


async def test_one_crash_is_told_and_three_mean_safe_mode(tmp_path: Path) -> None:
    clock = ManualClock()
    for number in range(3):
        start = Start(tmp_path, clock)
        assert start.watch.safe.on is False
        assert (start.notice is not None) is (number > 0)
        if start.notice is not None:
            assert (start.notice.id, start.notice.severity) == ("app.crashed", Severity.WARNING)
            assert "left no trace" in start.notice.text
            assert [action.id for action in start.notice.actions] == ["page:logs/report", "page:logs"]
        start.crash()
        clock.advance(20)
    start = Start(tmp_path, clock)
    assert start.watch.safe.on is True
    assert start.notice is not None
    assert start.notice.title == "Clawd Desktop runs in safe mode"
    assert "3 times within 5 minutes" in start.notice.text
    assert start.notice.actions[0].id == "app.start_normally"
    start.end()
    again = Start(tmp_path, clock)
    assert (again.watch.safe.on, again.notice) == (False, None), "it ended as it should: all is as before"
    again.end()


async def test_the_way_out(tmp_path: Path) -> None:
    clock = ManualClock()
    for _ in range(3):
        Start(tmp_path, clock).crash()
    start = Start(tmp_path, clock)
    assert start.watch.safe.on
    start.watch.forget()
    start.crash()
    again = Start(tmp_path, clock)
    assert again.watch.safe.on is False
    again.end()


async def test_slow_crashes_are_none_of_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    for _ in range(6):
        start = Start(tmp_path, clock)
        assert not start.watch.safe.on
        start.crash()
        import os

        at = clock.wall_ms() / 1000
        os.utime(tmp_path / "own" / "running.json", (at, at))
        clock.advance(200)
    assert start.notice is not None


async def test_power_cuts_are_told_as_such_and_count_for_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    for number in range(4):
        start = Start(tmp_path, clock, boot=f"b{number}")
        assert not start.watch.safe.on
        if number:
            assert start.notice is not None
            assert (start.notice.title, start.notice.severity) == ("The computer was switched off", Severity.INFO)
        start.crash()
    assert not (tmp_path / "own" / NAME).exists()


async def test_a_failure_that_nobody_foresaw_is_a_crash_and_one_that_somebody_did_is_not(tmp_path: Path) -> None:
    clock = ManualClock()
    start = Start(tmp_path, clock)
    start.end(ZeroDivisionError)
    start.crash()
    told = Start(tmp_path, clock)
    assert told.notice is not None
    told.end(StorageFault)
    quiet = Start(tmp_path, clock)
    assert quiet.notice is None
    quiet.end()


async def test_asked_for(tmp_path: Path) -> None:
    start = Start(tmp_path, ManualClock(), asked=True)
    assert start.watch.safe.on
    assert start.notice is not None
    assert "--safe-mode" in start.notice.text
    start.end()


@pytest.mark.parametrize("garbage", [b"", b"[1", b"[]", b'{"crashes": "x"}', b'{"crashes": ["a", null]}', b"\xff"])
async def test_a_list_that_cannot_be_understood_counts_for_none(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / NAME).write_bytes(garbage)
    start = Start(tmp_path, ManualClock())
    assert not start.watch.safe.on
    start.end()


def test_the_words() -> None:
    crash = LastRun(1, "1.0", 0, 1_760_000_000_000, False)
    assert "Segmentation fault. Where it happened" in told(crash, "Segmentation fault")
    assert "2025-10-0" in told(crash, "")


async def test_a_full_disk_keeps_nobody_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    Start(tmp_path, clock).crash()
    disk = FaultDisk(tmp_path)
    monkeypatch.setattr(safeio, "calls", disk)
    disk.fail(1, errno.ENOSPC, lasting=True)
    full = Start(tmp_path, clock)
    assert full.notice is not None
    assert full.notice.title == "Clawd Desktop ended unexpectedly"
    assert "will not count towards safe mode" in caplog.text
    assert not (tmp_path / "own" / NAME).exists()
    disk.heal()
    full.end()
