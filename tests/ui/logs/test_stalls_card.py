"""A time in which the loop really stood still is shown with its innermost lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from operations.test_watchdog import guilty_function, until_told
from ui.staging import Stage, texts

from clawd_desktop.core.bus import EventBus
from clawd_desktop.operations.profiling import Profiler
from clawd_desktop.operations.stalls import Seen, Stall, StallStack
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.ui.logs.stalls_card import SEEN, SHOWN, StallsCard, innermost, telling

pytestmark = pytest.mark.qt
OVER = StallStack(0.5, Seen.OVER, ("a", "b"))
BUSY = StallStack(1.0, Seen.BUSY, ("a", "b", "c", "d"))


def card(stage: Stage, profiler: Profiler) -> StallsCard:
    operations = replace(stage.services.operations, profiler=profiler)
    return StallsCard(replace(stage.services, operations=operations))


def test_every_way_to_stand_still_has_a_word() -> None:
    assert set(SEEN) == set(Seen)


def test_the_look_that_tells_most() -> None:
    assert telling(Stall(0, 1.0, (OVER, BUSY))) is BUSY
    assert telling(Stall(0, 1.0, (OVER,))) is OVER
    assert telling(Stall(0, 1.0, ())) is None
    assert innermost(BUSY) == ("d", "c", "b")
    assert innermost(OVER) == ("b", "a")


def test_without_a_stall_it_says_so(stage: Stage) -> None:
    made = StallsCard(stage.services)
    made.refresh()
    assert texts(made) == ["When it stood still", "It has not stood still since the start."]
    made.deleteLater()


async def test_a_real_stall_is_shown_with_the_guilty_lines(stage: Stage) -> None:
    dog = Watchdog(EventBus(), beat_s=0.01, stall_s=0.05)
    made = card(stage, Profiler(stage.clock, lambda: dog.stalls))
    made.refresh()
    dog.start()
    guilty_function(0.3)
    await until_told(dog)
    dog.close()
    made.refresh()
    said = texts(made)
    assert any(text.endswith(" ms") and ", for " in text for text in said)
    assert "It was busy in:" in said
    assert any("guilty_function" in text for text in said)
    made.deleteLater()


def test_the_newest_stand_first_and_only_some(stage: Stage) -> None:
    stalls = tuple(Stall(stage.clock.wall_ms(), 1.0 + number, (BUSY,)) for number in range(SHOWN + 2))
    made = card(stage, Profiler(stage.clock, lambda: stalls))
    made.refresh()
    heads = [text for text in texts(made) if ", for " in text]
    assert len(heads) == SHOWN
    assert heads[0].endswith(f"for {SHOWN + 2} s")
    first = made._list.itemAt(0)
    made.refresh()
    assert made._list.itemAt(0).widget() is first.widget()
    made.deleteLater()
