"""Earlier versions stay, whatever is saved how often."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.config.history import History, worth_keeping
from clawd_desktop.core.clock import ManualClock

HOUR = 3_600_000
DAY = 24 * HOUR
START = 20_000 * DAY


def test_a_burst_of_saves_does_not_push_out_what_was_there_before() -> None:
    before = [START, START + 5 * HOUR]
    burst = [START + 6 * HOUR + second * 1000 for second in range(500)]
    kept = worth_keeping([*before, *burst])
    assert set(before) <= kept
    assert len(kept) <= 10 + 12 + 2 * 5


def test_five_days_are_kept_with_their_first_and_last_version() -> None:
    times = [START + day * DAY + hour * HOUR for day in range(9) for hour in range(0, 24, 2)]
    kept = worth_keeping(times)
    expected = {START + day * DAY + hour * HOUR for day in range(4, 9) for hour in (0, 22)}
    assert expected <= kept


@pytest.mark.parametrize("times", [[], [START]])
def test_few_versions_all_stay(times: list[int]) -> None:
    assert worth_keeping(times) == set(times)


def test_versions_are_kept_once_and_read_back(tmp_path: Path) -> None:
    clock = ManualClock()
    history = History(tmp_path / "h", clock)
    for text in (b"one", b"one", b"two"):
        history.keep(text)
        clock.advance(1)
    assert [data for _, data in history.intact()] == [b"two", b"one"]
    assert history.versions()[0].when.startswith("20")


def test_a_clock_that_goes_back_does_not_change_the_order(tmp_path: Path) -> None:
    clock = ManualClock()
    history = History(tmp_path, clock)
    history.keep(b"one")
    clock.jump_wall(-1e6)
    history.keep(b"two")
    assert [data for _, data in history.intact()] == [b"two", b"one"]


def test_a_version_that_changed_on_disk_is_not_intact(tmp_path: Path) -> None:
    history = History(tmp_path, ManualClock())
    history.keep(b"one")
    history.versions()[0].path.write_bytes(b"0ne")
    assert list(history.intact()) == []
    history.keep(b"one")
    assert [data for _, data in history.intact()] == [b"one"]


def test_old_versions_go(tmp_path: Path) -> None:
    clock = ManualClock()
    history = History(tmp_path, clock)
    for number in range(60):
        history.keep(str(number).encode())
        clock.advance(1)
    assert 10 <= len(history.versions()) <= 16


def test_a_version_can_be_rewritten(tmp_path: Path) -> None:
    history = History(tmp_path, ManualClock())
    history.keep(b"secret")
    history.rewrite(history.versions()[0], b"clean")
    assert [data for _, data in history.intact()] == [b"clean"]


def test_the_newest_conflicts_stay(tmp_path: Path) -> None:
    history = History(tmp_path, ManualClock())
    for number in range(9):
        history.keep_conflict(str(number).encode())
    texts = {path.read_text() for path in history.conflicts()}
    assert len(texts) == 5
    assert "8" in texts
