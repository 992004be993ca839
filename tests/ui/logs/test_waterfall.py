"""The waterfall draws each step where it began and as long as it took."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from ui.staging import Stage

from clawd_desktop.operations.trace_tree import Span
from clawd_desktop.ui.logs.waterfall import NAMES, NAMES_SHARE, ROW, Waterfall, step_name, step_sentence

pytestmark = pytest.mark.qt
WAIT = Span("wait", 0.0, 1.0)
MODEL = Span("model", 1.0, 3.0, {"model": "small"}, "", (Span("first token", 1.0, 0.5),))
TOOL = Span("tool", 3.5, 0.5, {"name": "sessions_list"}, "It failed.")
ROOT = Span("run", 0.0, 4.0, {}, "", (WAIT, MODEL, TOOL))


def test_steps_in_words() -> None:
    assert step_name(MODEL) == "Model answers: small"
    assert step_sentence(TOOL) == "Tool: sessions_list, 500 ms. It failed."
    assert {"run", "wait", "model", "tool", "prompt"} <= NAMES.keys()


def test_bars_lie_where_the_steps_were(stage: Stage) -> None:
    shown = Waterfall(stage.services.theme)
    shown.show_span(ROOT)
    shown.resize(800, shown.height())
    picture = shown.grab().toImage()
    tokens = stage.services.theme.tokens

    def colour_at(share: float, row: int) -> QColor:
        # Within the bars' room, which ends some way before the edge.
        room = 800 - 800 * NAMES_SHARE - shown.fontMetrics().horizontalAdvance("00000 ms") - 8
        return picture.pixelColor(
            int(800 * NAMES_SHARE + room * share), int((row + 0.5) * ROW * stage.services.theme.scale)
        )

    assert colour_at(0.12, 1) == QColor(tokens.warning)
    assert colour_at(0.6, 2) == QColor(tokens.line_1)
    assert colour_at(0.12, 2) != QColor(tokens.line_1)
    assert colour_at(0.93, 4) == QColor(tokens.bad)
    shown.deleteLater()


def test_arrow_keys_and_mouse_point_at_a_step(stage: Stage) -> None:
    shown = Waterfall(stage.services.theme)
    pointed: list[Span] = []
    shown.pointed.connect(pointed.append)
    shown.show_span(ROOT)
    shown.show()
    QTest.keyClick(shown, Qt.Key.Key_Down)
    assert shown.current is WAIT
    assert shown.accessibleDescription() == "Waits for its place, 1 s"
    for _ in range(9):
        QTest.keyClick(shown, Qt.Key.Key_Down)
    assert shown.current is TOOL
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    assert pointed[-1] is ROOT
    QTest.keyClick(shown, Qt.Key.Key_A)
    shown.hide()
    shown.deleteLater()
