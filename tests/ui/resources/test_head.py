"""The head says what is seen and offers the ranges and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage, texts

from clawd_desktop.ui.resources.head import Head
from clawd_desktop.ui.resources.ranges import RANGES, Range

pytestmark = pytest.mark.qt


def test_ranges_are_chosen_and_now_is_offered_only_when_it_is_left(stage: Stage) -> None:
    chosen: list[Range] = []
    back: list[bool] = []
    head = Head(stage.services.theme, chosen.append, lambda: back.append(True))
    head.show_range(RANGES[0])
    buttons = {button.text(): button for button in head.findChildren(QPushButton)}
    assert buttons["5 min"].isChecked()
    assert "Back to now" not in texts(head)
    buttons["24 h"].click()
    assert [one.id for one in chosen] == ["24h"]
    head.show_following(False, "from A to B")
    assert {"Back to now", "from A to B"} <= set(texts(head))
    buttons["Back to now"].click()
    assert back == [True]
    assert buttons["1 h"].accessibleName() == "Show the last 1 h"
