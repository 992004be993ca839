"""One editor for each kind of setting; each saves when the person is done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from clawd_desktop.core.values import JsonValue, as_float, as_int, as_list, as_text
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.settings.fields import CHOICE_WORDS, Field
from clawd_desktop.ui.widgets.text import set_role

Save = Callable[[JsonValue], None]
_WIDTH = 260


class _Choice(QComboBox):
    """A choice that the wheel does not change by accident while the page is scrolled."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()


def editor(field: Field, value: JsonValue, save: Save) -> QWidget:
    """The widget for the setting, showing `value`; `save` gets what the person chose (None for nothing)."""
    make = {"switch": _switch, "choice": _choice, "number": _number, "list": _list}.get(field.kind, _text)
    made = make(field, value, save)
    made.setAccessibleName(tr(field.label))
    made.setAccessibleDescription(tr(field.help))
    if field.kind != "switch":
        made.setFixedWidth(_WIDTH)
    return made


def _switch(_field: Field, value: JsonValue, save: Save) -> QWidget:
    made = QCheckBox()
    made.setChecked(value is True)
    made.toggled.connect(lambda on: save(on))
    return made


def _choice(field: Field, value: JsonValue, save: Save) -> QWidget:
    made = _Choice()
    chosen = as_text(value)
    if not chosen:
        made.addItem(tr("Automatic"), "")
    for choice in field.choices:
        made.addItem(tr(CHOICE_WORDS.get(choice, choice)), choice)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.activated.connect(lambda index: save(made.itemData(index) or None))
    return made


def _number(field: Field, value: JsonValue, save: Save) -> QWidget:
    # Not a spin box: under a style sheet, without arrows, Qt gives its text no room.
    made = QLineEdit("" if value is None else f"{as_float(value):g}" if field.decimals else f"{as_int(value)}")
    made.setPlaceholderText(tr(field.unit) if field.unit else "")

    def finished() -> None:
        if not made.isModified():
            return
        number = parsed(made.text(), field)
        set_role(made, "wrong" if number is None and made.text().strip() else "")
        if number is not None or not made.text().strip():
            save(number)

    made.editingFinished.connect(finished)
    return made


def parsed(text: str, field: Field) -> JsonValue:
    """The number that the text says, None when it is none or lies outside what the field may hold."""
    try:
        number = float(text.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    whole = number if field.decimals else round(number)
    return whole if field.minimum <= whole <= field.maximum else None


def _list(_field: Field, value: JsonValue, save: Save) -> QWidget:
    made = QLineEdit(", ".join(as_text(item) for item in as_list(value)))
    made.setPlaceholderText(tr("Separated by commas"))

    def finished() -> None:
        parts: list[JsonValue] = [part.strip() for part in made.text().split(",") if part.strip()]
        if made.isModified():
            save(parts or None)

    made.editingFinished.connect(finished)
    return made


def _text(field: Field, value: JsonValue, save: Save) -> QWidget:
    made = QLineEdit(as_text(value))
    made.setPlaceholderText(field.placeholder)
    made.editingFinished.connect(lambda: save(made.text().strip() or None) if made.isModified() else None)
    return made
