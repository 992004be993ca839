"""Pausing and resuming from Overview."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtWidgets import QWidget
from ui.staging import NOW, Stage, settled

from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.overview.pause_button import PauseButton
from clawd_desktop.ui.pauses import pause_until

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(
    ("until", "said"),
    [(None, "Pause assistant"), (0, "Resume"), (NOW + 25 * 60_000, "Resume (25 min left)")],
)
def test_it_says_what_it_would_do(stage: Stage, until: int | None, said: str) -> None:
    button = PauseButton(stage.services, Operations(QWidget()))
    button.show_pause(until, NOW)
    assert button.text() == said


async def test_resuming_is_one_click(stage: Stage) -> None:
    button = PauseButton(stage.services, Operations(QWidget()))
    button.show_pause(0, NOW)
    button.click()
    await settled(lambda: stage.actions)
    assert stage.actions == ["assistant.resume"]


async def test_a_pause_is_chosen_from_the_menu(stage: Stage) -> None:
    button = PauseButton(stage.services, Operations(QWidget()))
    button.show_pause(None, NOW)
    button._menu.actions()[0].trigger()
    await settled(lambda: stage.actions)
    until = pause_until("pause:30m", datetime.fromtimestamp(NOW / 1000))
    assert stage.actions == [f"assistant.pause:{until}"]
