"""A row of words of which one is chosen, and the view that belongs to it below; views are built when first chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.widgets.text import line

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
# Id, word, and what builds the view.
Part = tuple[str, str, Callable[[], QWidget]]


class Segments(QWidget):
    """Words above, the chosen view below; arrow keys go from word to word. `chosen` is sent with the id."""

    chosen = Signal(str)

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self._parts = {part[0]: part for part in parts}
        self._views: dict[str, QWidget] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        words = QHBoxLayout()
        words.setContentsMargins(PAGE_MARGIN - 2 * SPACE, 3 * SPACE, PAGE_MARGIN, 3 * SPACE)
        words.setSpacing(SPACE)
        for key, word, _ in parts:
            words.addWidget(self._button(key, word))
        words.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(words)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)

    @property
    def current(self) -> str:
        """The id of the chosen view, "" before the first."""
        return next((key for key, made in self._buttons.items() if made.isChecked()), "")

    def view(self, key: str) -> QWidget:
        """The view; builds it."""
        if key not in self._views:
            self._views[key] = self._parts[key][2]()
            self._stack.addWidget(self._views[key])
        return self._views[key]

    def choose(self, key: str) -> None:
        """Show the view of that id; an unknown one changes nothing."""
        if key not in self._parts:
            return
        self._buttons[key].setChecked(True)
        self._stack.setCurrentWidget(self.view(key))
        self.chosen.emit(key)

    def _button(self, key: str, word: str) -> QPushButton:
        made = _Word(word, self._step)
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.setProperty("role", "nav")
        made.clicked.connect(lambda _=False: self.choose(key))
        self._group.addButton(made)
        self._buttons[key] = made
        return made

    def _step(self, step: int) -> None:
        keys = list(self._buttons)
        wanted = keys[(keys.index(self.current) + step) % len(keys)] if self.current else keys[0]
        self._buttons[wanted].setFocus()
        self.choose(wanted)


class _Word(QPushButton):
    """A word of which Qt's own arrow keys would move the focus without choosing; has room to be drawn strong."""

    def __init__(self, word: str, step: Callable[[int], None]) -> None:
        super().__init__(word)
        self._step = step

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the chosen word, which the style sheet draws strong, so that choosing does not cut it."""
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        more = QFontMetrics(strong).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return super().sizeHint() + QSize(max(0, more), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._step(step)
