"""Mouse, wheel and keyboard do to a graph what people expect."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from ui.staging import Stage

from clawd_desktop.ui.widgets.graph.hands import Hands, Wishes
from clawd_desktop.ui.widgets.graph.span import Span

pytestmark = pytest.mark.qt


@dataclass
class Heard:
    """A graph of 100,000 ms over 100 pixels that writes down what is asked of it."""

    span: Span = Span(0, 100_000)
    shown: list[Span] = field(default_factory=list)
    points: list[float | None] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    resets: list[bool] = field(default_factory=list)

    def wishes(self) -> Wishes:
        return Wishes(
            lambda: self.span, lambda x: x * 1_000, self.shown.append, self.points.append, self.steps.append,
            lambda: self.resets.append(True),
        )  # fmt: skip


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def plot(stage: Stage, heard: Heard) -> QPlainTextEdit:
    # Any area with a viewport will do: the hands know nothing of the library.
    made = QPlainTextEdit()
    made.resize(200, 100)
    made.show()
    Hands(made, heard.wishes())
    return made


def wheel(plot: QPlainTextEdit, dx: int, dy: int, *, ctrl: bool = False) -> bool:
    keys = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(50, 20), QPointF(50, 20), QPoint(), QPoint(dx, dy), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), event)
    return event.isAccepted()


def move(view: QWidget, x: int) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(x, 20), QPointF(x, 20), none, none, Qt.KeyboardModifier(0))
    QApplication.sendEvent(view, event)


@pytest.mark.parametrize(
    ("key", "steps", "spans"),
    [
        (Qt.Key.Key_Left, [-1], []),
        (Qt.Key.Key_Right, [1], []),
        (Qt.Key.Key_Home, [-2], []),
        (Qt.Key.Key_End, [2], []),
        (Qt.Key.Key_PageUp, [], [Span(-50_000, 50_000)]),
        (Qt.Key.Key_PageDown, [], [Span(50_000, 150_000)]),
        (Qt.Key.Key_Minus, [], [Span(-25_000, 125_000)]),
    ],
)
def test_keys(plot: QPlainTextEdit, heard: Heard, key: Qt.Key, steps: list[int], spans: list[Span]) -> None:
    QTest.keyClick(plot, key)
    assert (heard.steps, heard.shown) == (steps, spans)


def test_plus_zooms_in_zero_goes_back_and_escape_points_at_nothing(plot: QPlainTextEdit, heard: Heard) -> None:
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert heard.shown[0].width_ms == pytest.approx(66_667, abs=1)
    QTest.keyClick(plot, Qt.Key.Key_0)
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert heard.resets == [True]
    assert heard.points == [None]


def test_keys_of_the_window_go_to_the_window(plot: QPlainTextEdit, heard: Heard) -> None:
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert heard.steps == []


def test_the_wheel_scrolls_the_page_until_the_graph_was_chosen(plot: QPlainTextEdit, heard: Heard) -> None:
    plot.clearFocus()
    assert not wheel(plot, 0, 120)
    assert heard.shown == []
    assert wheel(plot, 0, 120, ctrl=True)
    assert heard.shown[-1].width_ms < 100_000
    near = heard.shown[-1]
    assert (50_000 - near.since_ms) / near.width_ms == pytest.approx(0.5, abs=0.01)


def test_a_sideways_wheel_pans(plot: QPlainTextEdit, heard: Heard) -> None:
    assert wheel(plot, 120, 0, ctrl=True)
    assert heard.shown == [Span(-10_000, 90_000)]


def test_dragging_pans_and_hovering_points(plot: QPlainTextEdit, heard: Heard) -> None:
    view = plot.viewport()
    move(view, 40)
    assert heard.points[-1] == 40_000
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    move(view, 60)
    assert heard.shown[-1] == Span(-20_000, 80_000)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert heard.points[-1] is None


def test_a_double_click_goes_back_to_now(plot: QPlainTextEdit, heard: Heard) -> None:
    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton)
    assert heard.resets == [True]
