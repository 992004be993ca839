"""The profile measures the running process: time and memory when asked, stalls while it is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.staging import Stage, settled, texts
from ui.test_accessibility import clipped, mute

from clawd_desktop.operations.profiling import Profiler
from clawd_desktop.operations.stalls import Seen, Stall, StallStack
from clawd_desktop.ui.logs import profile_view
from clawd_desktop.ui.logs.profile_view import ProfileView

pytestmark = pytest.mark.qt


async def test_three_cards_that_a_keyboard_and_a_screen_reader_can_use(stage: Stage) -> None:
    view = ProfileView(stage.services)
    view.resize(760, 700)
    view.show()
    said = texts(view)
    assert [text for text in said if text in ("Where the time goes", "Where the memory is", "When it stood still")] == [
        "Where the time goes", "Where the memory is", "When it stood still",
    ]  # fmt: skip
    assert mute(view) == []
    view.memory.look()
    await settled(lambda: view.memory.compare_button.isEnabled(), "the look")
    # What it has found is laid out a moment after it stands there.
    await settled(lambda: clipped(view) == [], "all to have its room")
    view.hide()
    view.deleteLater()


async def test_stalls_are_followed_only_while_it_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_view, "EVERY_MS", 5)
    stalls: list[Stall] = []
    operations = replace(stage.services.operations, profiler=Profiler(stage.clock, lambda: tuple(stalls)))
    view = ProfileView(replace(stage.services, operations=operations))
    view.show()
    await settled(lambda: "It has not stood still since the start." in texts(view))
    stalls.append(Stall(stage.clock.wall_ms(), 1.5, (StallStack(1.0, Seen.BUSY, ("file.py:1 in slow",)),)))
    await settled(lambda: "file.py:1 in slow" in texts(view))
    view.hide()
    assert not view._tick.isActive()
    view.deleteLater()
