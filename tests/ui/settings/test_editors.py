"""Each kind of setting has an editor that saves what the person meant, and only then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit

from clawd_desktop.core.values import JsonValue
from clawd_desktop.ui.settings.editors import editor, parsed
from clawd_desktop.ui.settings.fields import Field

pytestmark = pytest.mark.qt
PORT = Field("gateway.port", "Port", "TCP port.", "number", minimum=1, maximum=65_535)
SHARE = Field("x.share", "Share", "", "number", minimum=0, maximum=1, decimals=2)


@pytest.mark.parametrize(
    ("field", "text", "number"),
    [
        (PORT, "18789", 18_789), (PORT, "18,789", 18_789), (PORT, " 80 ", 80), (PORT, "0", None), (PORT, "70000", None),
        (PORT, "abc", None), (PORT, "", None), (SHARE, "0.5", 0.5), (SHARE, "nan", None), (SHARE, "1.5", None),
    ],
)  # fmt: skip
def test_numbers_within_their_bounds_are_understood(field: Field, text: str, number: JsonValue) -> None:
    assert parsed(text, field) == number


@pytest.mark.parametrize(
    ("field", "value", "typed", "saved"),
    [
        (PORT, 18_789, "80", [80]),
        (PORT, 18_789, "", [None]),
        (PORT, 18_789, "many", []),
        (PORT, 18_789, "18789", [18_789]),
        (Field("a", "A", "", "text"), "old", " new ", ["new"]),
        (Field("a", "A", "", "text"), "old", "", [None]),
        (Field("a", "A", "", "list"), ["x"], "a, b,,c ", [["a", "b", "c"]]),
        (Field("a", "A", "", "list"), ["x"], " , ", [None]),
    ],
)
def test_typed_text_is_saved_when_it_is_done(
    field: Field, value: JsonValue, typed: str, saved: list[JsonValue]
) -> None:
    seen: list[JsonValue] = []
    line = editor(field, value, seen.append)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, typed or "\b")
    assert seen == []
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert seen == saved


def test_leaving_without_a_change_saves_nothing() -> None:
    seen: list[JsonValue] = []
    line = editor(PORT, 18_789, seen.append)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert seen == []


def test_what_is_no_number_is_marked() -> None:
    line = editor(PORT, 1, lambda _value: None)
    line.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(line, "x")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.property("role") == "wrong"


def test_a_switch_saves_at_once() -> None:
    seen: list[JsonValue] = []
    box = editor(Field("a", "A", "", "switch"), True, seen.append)
    assert isinstance(box, QCheckBox)
    assert box.isChecked()
    box.click()
    assert seen == [False]


def test_choices_show_words_and_save_values() -> None:
    seen: list[JsonValue] = []
    field = Field("gateway.bind", "Reachable from", "", "choice", choices=("loopback", "lan", "other"))
    box = editor(field, "loopback", seen.append)
    assert isinstance(box, QComboBox)
    assert [box.itemText(index) for index in range(box.count())] == ["This computer only", "The local network", "other"]
    box.activated.emit(1)
    assert seen == ["lan"]


def test_a_choice_without_a_value_can_stay_without_one() -> None:
    seen: list[JsonValue] = []
    box = editor(Field("a", "A", "", "choice", choices=("low", "high")), None, seen.append)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Automatic"
    box.activated.emit(0)
    assert seen == [None]


def test_the_wheel_does_not_change_a_choice() -> None:
    box = editor(Field("a", "A", "", "choice", choices=("x", "y")), "x", lambda _value: None)
    middle, down = QPointF(5, 5), QPoint(0, -120)
    none = Qt.MouseButton.NoButton
    wheel = QWheelEvent(
        middle, middle, down, down, none, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentText() == "x"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["text", "number", "switch", "choice", "list"])
def test_every_editor_has_a_name_and_an_explanation(kind: str) -> None:
    made = editor(Field("a", "Port", "TCP port.", kind, choices=("x",)), None, lambda _value: None)
    assert (made.accessibleName(), made.accessibleDescription()) == ("Port", "TCP port.")
