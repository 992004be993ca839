"""Cards stand in two columns where there is room, else in one."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from ui.staging import Stage

from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.side_by_side import SideBySide

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(("width", "places"), [(616, [(0, 0), (1, 0), (0, 1)]), (615, [(0, 0), (0, 1), (0, 2)])])
def test_they_go_where_there_is_room(stage: Stage, width: int, places: list[tuple[int, int]]) -> None:
    whole = SideBySide(300)
    cards: list[QWidget] = [Card() for _ in range(3)]
    for card in cards:
        whole.add(card)
    whole.resize(width, 300)
    whole.show()
    whole._grid.activate()
    assert [(round(card.x() / width + 0.01), round(card.y() / 110)) for card in cards] == places
    whole.hide()


def test_two_columns_do_not_keep_the_page_wide(stage: Stage) -> None:
    whole = SideBySide(100)
    for _ in range(2):
        card = Card()
        card.setMinimumWidth(250)
        card.body.addWidget(QLabel("many words that cannot be broken into lines"))
        whole.add(card)
    whole.resize(900, 300)
    whole.show()
    assert whole._columns == 2
    assert whole.minimumSizeHint().width() < 450
    whole.resize(450, 300)
    assert whole._columns == 1
    whole.hide()
