"""One visible row as a widget: paints its layout and carries its buttons, so that keyboard and readers reach them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QScrollBar, QToolButton, QWidget

from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.layout import Action, Control, RowLayout
from clawd_desktop.ui.chat.paint import Scene, paint_row
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.theme import Theme

_NAMES = {
    Action.COPY_CODE: mark("Copy code"),
    Action.COPY_MESSAGE: mark("Copy message"),
    Action.COPY_DETAILS: mark("Copy details"),
    Action.RETRY: mark("Try again"),
    Action.TOGGLE: mark("Show or hide what the tool did"),
    Action.MORE: mark("Show more of this message"),
}
_ICON_ONLY = (Action.COPY_CODE, Action.COPY_MESSAGE)
_CLEAR = "QToolButton, QToolButton:hover, QToolButton:pressed { background: transparent; border-color: transparent; }"


class RowWidget(QWidget):
    """Shows one row. `acted` tells which control was used: the row's uid, the Action and the number of the piece."""

    acted = Signal(int, str, int)

    def __init__(self, parent: QWidget, theme: Theme, scene: Callable[[RowLayout], Scene]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scene = scene
        self._controls: dict[tuple[Action, int], QWidget] = {}
        self.layout_: RowLayout | None = None

    def show_layout(self, layout: RowLayout) -> None:
        """Show this layout; controls that are still needed stay, so that the focus is kept while text streams in."""
        if layout is self.layout_:
            return
        self.layout_ = layout
        wanted = {(control.action, control.piece): control for control in layout.controls}
        for key in [key for key in self._controls if key not in wanted]:
            gone = self._controls.pop(key)
            gone.hide()
            gone.deleteLater()
        for key, control in wanted.items():
            widget = self._controls.get(key)
            if widget is None:
                widget = self._controls[key] = self._make(control)
            widget.setGeometry(control.rect)
            if isinstance(widget, QScrollBar):
                self._range(widget, control)
            widget.show()
        self.setAccessibleName(words.spoken(layout.row))
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:  # noqa: N802
        """Paint what is exposed of the row."""
        if self.layout_ is None:
            return
        painter = QPainter(self)
        paint_row(painter, self.layout_, self._scene(self.layout_), event.rect())
        painter.end()

    def _make(self, control: Control) -> QWidget:
        if control.action is Action.SCROLL:
            return self._scroll_bar(control)
        button: QAbstractButton = (
            QToolButton(self) if control.action in (*_ICON_ONLY, Action.TOGGLE) else QPushButton(self)
        )
        name = tr(_NAMES[control.action])
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        if control.action in _ICON_ONLY:
            self._theme.bind_icon(button, "copy", "muted")
            button.setToolTip(name)
        elif control.action is Action.TOGGLE:
            button.setStyleSheet(_CLEAR)
        else:
            button.setText(name)
        button.clicked.connect(lambda: self._act(control))
        return button

    def _act(self, control: Control) -> None:
        if self.layout_ is not None:
            self.acted.emit(self.layout_.row.uid, control.action.value, control.piece)

    def _scroll_bar(self, control: Control) -> QScrollBar:
        bar = QScrollBar(Qt.Orientation.Horizontal, self)
        bar.setAccessibleName(tr("Scroll sideways"))
        bar.valueChanged.connect(lambda value: self._scrolled(control.piece, value))
        return bar

    def _range(self, bar: QScrollBar, control: Control) -> None:
        assert self.layout_ is not None
        piece = self.layout_.pieces[control.piece]
        bar.setRange(0, piece.overflow)
        bar.setPageStep(piece.rect.width())
        bar.setSingleStep(24)
        bar.setValue(piece.offset)

    def _scrolled(self, number: int, value: int) -> None:
        if self.layout_ is not None and number < len(self.layout_.pieces):
            self.layout_.pieces[number].offset = value
            self.update()
