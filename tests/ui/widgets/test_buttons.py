"""Buttons do what they say and have a name."""

from __future__ import annotations

import pytest
from ui.staging import Stage

from clawd_desktop.ui.widgets.buttons import button, icon_button

pytestmark = pytest.mark.qt


def test_a_button_calls_without_arguments() -> None:
    pressed: list[int] = []
    button("Go", lambda: pressed.append(1), role="primary").click()
    assert pressed == [1]


def test_a_drawing_still_has_words(stage: Stage) -> None:
    made = icon_button(stage.services.theme, "refresh", "Refresh", lambda: None)
    assert (made.accessibleName(), made.toolTip(), made.icon().isNull()) == ("Refresh", "Refresh", False)
