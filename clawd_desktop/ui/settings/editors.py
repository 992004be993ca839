"""One editor for each kind of setting; each saves when the person is done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from clawd_desktop.core.values import JsonValue, as_float, as_list, as_text
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.settings.fields import CHOICE_WORDS, Field

Save = Callable[[JsonValue], None]
_WIDTH = 260


class _Number(QDoubleSpinBox):
    """A number that the wheel does not change by accident while the page is scrolled."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()


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
    made = _Number()
    made.setDecimals(field.decimals)
    made.setRange(field.minimum, field.maximum)
    made.setGroupSeparatorShown(True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    if field.unit:
        made.setSuffix(f" {tr(field.unit)}")
    shown = as_float(value, field.minimum)
    made.setValue(shown)

    def finished() -> None:
        if made.value() != shown:
            save(made.value() if field.decimals else round(made.value()))

    made.editingFinished.connect(finished)
    return made


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
