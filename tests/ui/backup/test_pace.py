"""The speed of long work and the time that is left."""

from __future__ import annotations

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.pace import Pace, Speed

MIB = 1 << 20


def at(done: int, total: int = 100 * MIB, stage: str = "write") -> Progress:
    return Progress(stage, done, total)


def test_the_first_word_says_nothing_of_the_speed() -> None:
    assert Pace().add(0, at(MIB)) == Speed()


def test_rate_and_time_left_come_from_the_last_seconds() -> None:
    pace = Pace()
    for second in range(11):
        slow = pace.add(second, at(second * MIB))
    assert slow == Speed(MIB, 90)
    for second in range(11, 21):
        fast = pace.add(second, at((10 + 4 * (second - 10)) * MIB))
    assert fast == Speed(4 * MIB, 50 / 4)


def test_a_new_stage_and_a_new_beginning_start_anew() -> None:
    pace = Pace()
    pace.add(0, at(0))
    assert pace.add(2, at(50 * MIB)).rate == 25 * MIB
    assert pace.add(3, at(60 * MIB, stage="verify")) == Speed()
    assert pace.add(4, at(MIB, stage="verify")) == Speed()
    assert pace.add(6, at(3 * MIB, stage="verify")) == Speed(MIB, 97)


def test_nobody_knows_what_is_left_of_an_unknown_size_or_of_work_that_stands() -> None:
    pace = Pace()
    pace.add(0, at(0, total=0))
    assert pace.add(1, at(MIB, total=0)) == Speed(MIB, None)
    still = Pace()
    still.add(0, at(MIB))
    assert still.add(4, at(MIB)) == Speed()


def test_hardly_any_time_says_nothing() -> None:
    pace = Pace()
    pace.add(0, at(0))
    assert pace.add(0.1, at(50 * MIB)) == Speed()
