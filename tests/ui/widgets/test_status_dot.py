"""States are told by shape, colour and word."""

from __future__ import annotations

import pytest
from ui.staging import Stage

from clawd_desktop.ui.tray_state import Look
from clawd_desktop.ui.widgets.status_dot import LOOKS, StatusDot

pytestmark = pytest.mark.qt


def test_every_state_has_a_drawing_of_its_own() -> None:
    assert set(LOOKS) == set(Look)
    assert len({name for name, _ in LOOKS.values()}) == len(Look)


def test_it_is_drawn_anew_in_the_colours_of_the_theme(stage: Stage) -> None:
    dot = StatusDot(stage.services.theme, 24)
    dot.show_look(Look.ERROR)
    dot.show()
    light = dot.grab().toImage()
    stage.services.theme.use("dark")
    dark = dot.grab().toImage()
    assert light != dark
    dot.show_look(Look.OK)
    assert dot.grab().toImage() != dark
    dot.hide()
