"""What a run leaves behind says whether it ended as it should, and when it was last seen."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from fault_disk import FaultDisk

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.operations import run_marker
from clawd_desktop.operations.run_marker import NAME, RunMarker


def marker(folder: Path, clock: ManualClock, boot: str = "b1", version: str = "1.0") -> RunMarker:
    return RunMarker(folder / "own", clock, version, boot)


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    first = marker(tmp_path, clock)
    assert first.begin() is None
    assert (tmp_path / "own" / NAME).stat().st_mode & 0o077 == 0
    first.end()
    assert marker(tmp_path, clock).begin() is None


def test_a_run_that_did_not_end_is_known_to_the_next(tmp_path: Path) -> None:
    clock = ManualClock()
    marker(tmp_path, clock, version="0.9").begin()
    began = clock.wall_ms()
    os.utime(tmp_path / "own" / NAME, (began / 1000 + 90, began / 1000 + 90))
    clock.advance(100)
    last = marker(tmp_path, clock).begin()
    assert last is not None
    assert (last.pid, last.version, last.started_ms, last.seen_ms) == (os.getpid(), "0.9", began, began + 90_000)
    assert last.switched_off is False


def test_a_power_cut_is_not_a_crash(tmp_path: Path) -> None:
    clock = ManualClock()
    marker(tmp_path, clock, boot="b1").begin()
    last = marker(tmp_path, clock, boot="b2").begin()
    assert last is not None
    assert last.switched_off is True


async def test_it_shows_that_it_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    running = marker(tmp_path, clock)
    running.begin()
    clock.advance(1000)
    running.start_beating()
    running.end()
    running = marker(tmp_path, clock)
    running.begin()
    running.start_beating()
    seen = (tmp_path / "own" / NAME).stat().st_mtime
    assert round(seen * 1000) == clock.wall_ms()
    (tmp_path / "own" / NAME).unlink()
    running.start_beating()  # what is gone cannot be touched, and is no reason to stop
    running.end()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"pid": "x", "startedMs": null}', b'{"startedMs": 1e300}', b'{"startedMs": -5}'],
)
def test_a_mark_that_says_nothing_still_says_that_it_did_not_end(tmp_path: Path, garbage: bytes) -> None:
    clock = ManualClock()
    marker(tmp_path, clock).begin()
    (tmp_path / "own" / NAME).write_bytes(garbage)
    last = marker(tmp_path, clock).begin()
    assert last is not None
    assert (last.pid, last.started_ms) == (0, last.seen_ms)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "own" / NAME).mkdir(parents=True)
    with pytest.raises(StorageFault, match=run_marker.NAME):
        marker(tmp_path, ManualClock()).begin()


async def test_a_full_disk_keeps_nobody_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk = FaultDisk(tmp_path)
    monkeypatch.setattr(safeio, "calls", disk)
    disk.fail(1, errno.ENOSPC, lasting=True)
    running = marker(tmp_path, ManualClock())
    assert running.begin() is None
    assert "a crash would not be noticed yet" in caplog.text
    assert "the disk is full" in caplog.text
    disk.heal()
    running.start_beating()
    assert marker(tmp_path, ManualClock()).begin() is not None
    running.end()
