"""Names, values and thresholds stand above the graph, and nothing jumps."""

from __future__ import annotations

import pytest
from ui.staging import Stage, texts
from ui.widgets.graph.graph_stage import SPEC

from clawd_desktop.ui.widgets.graph.legend import Legend, Stroke
from clawd_desktop.ui.widgets.graph.spec import Threshold

pytestmark = pytest.mark.qt


def test_it_names_the_lines_and_their_values(stage: Stage) -> None:
    legend = Legend(stage.services.theme, SPEC)
    assert texts(legend) == ["This computer", "—", "Clawd Desktop", "—"]
    legend.show_values((0.5, None))
    assert texts(legend) == ["This computer", "50 %", "Clawd Desktop", "—"]
    assert legend.spoken((0.5, None)) == "This computer 50 %, Clawd Desktop —"


def test_a_shorter_value_keeps_the_room_of_a_longer_one(stage: Stage) -> None:
    legend = Legend(stage.services.theme, SPEC)
    legend.show_values((1.0, 1.0))
    wide = legend._values[0].minimumWidth()
    legend.show_values((0.5, 0.5))
    assert legend._values[0].minimumWidth() == wide


def test_thresholds_come_and_go(stage: Stage) -> None:
    legend = Legend(stage.services.theme, SPEC)
    legend.show_thresholds((Threshold(0.8, "Warning"), Threshold(0.95, "Critical", "critical")))
    assert texts(legend)[-4:] == ["Warning", "80 %", "Critical", "95 %"]
    legend.show_thresholds(())
    assert legend._limits == []


def test_a_stroke_is_drawn_in_the_colour_of_the_theme(stage: Stage) -> None:
    stroke = Stroke(stage.services.theme, "line_1")
    picture = stroke.grab().toImage()
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2).name()
    assert middle.upper() == stage.services.theme.tokens.line_1
