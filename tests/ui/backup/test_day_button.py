"""The marks differ in shape, in both themes, so that nobody has to tell colours apart."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from ui.staging import Stage

from clawd_desktop.ui.backup.day_button import DayButton, draw_mark
from clawd_desktop.ui.backup.days import Mark

pytestmark = pytest.mark.qt


def shape(stage: Stage, mark: Mark) -> bytes:
    """The mark without its colours."""
    image = QImage(40, 24, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw_mark(painter, QPointF(20, 12), mark, stage.services.theme)
    painter.end()
    return bytes(image.convertToFormat(QImage.Format.Format_Alpha8).constBits())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_mark_has_a_shape_of_its_own(stage: Stage, theme: str) -> None:
    stage.services.theme.use(theme)
    assert len({shape(stage, mark) for mark in Mark}) == len(Mark)


def test_it_is_drawn_in_every_state_and_named(stage: Stage) -> None:
    pressed: list[date] = []
    made = DayButton(stage.services.theme, pressed.append, lambda _event: False)
    day = date(2026, 11, 26)
    pictures = set()
    for mark in Mark:
        made.show_day(day, mark, "Thursday", inside=True)
        for chosen in (False, True):
            made.show_state(chosen=chosen, today=not chosen, reached=True)
            made.resize(made.sizeHint())
            pictures.add(bytes(made.grab().toImage().constBits()))
    assert len(pictures) == 2 * len(Mark)
    assert made.accessibleName() == "Thursday"
    made.click()
    assert pressed == [day]
    made.show_day(day, Mark.GOOD, "Thursday", inside=False)
    assert not made.isEnabled()
