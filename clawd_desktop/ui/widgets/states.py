"""The four states of a page: loading (a skeleton, and only when it takes long), empty, error and normal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label

SKELETON_AFTER_MS = 150
_WIDEST_MESSAGE = 520
# What stands on a button, what it does, and its role.
Choice = tuple[str, Callable[[], None], str]


class States(QWidget):
    """Shows one of a page's four states; starts with nothing, so that quick data does not flicker."""

    def __init__(self, theme: Theme, normal: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._stack = QStackedLayout(self)
        self._blank, self._skeleton, self._normal = QWidget(), skeleton(), normal
        for widget in (self._blank, self._skeleton, normal):
            self._stack.addWidget(widget)
        self._message: QWidget | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SKELETON_AFTER_MS)
        self._patience.timeout.connect(lambda: self._stack.setCurrentWidget(self._skeleton))

    def state(self) -> str:
        """ "blank", "loading", "empty or error" or "normal"."""
        shown = self._stack.currentWidget()
        named = ((self._blank, "blank"), (self._skeleton, "loading"), (self._normal, "normal"))
        return next((name for widget, name in named if widget is shown), "empty or error")

    def loading(self) -> None:
        """Data is on its way; the skeleton appears if that takes more than 150 ms."""
        self._patience.start()

    def normal(self) -> None:
        """Show the page itself."""
        self._patience.stop()
        self._stack.setCurrentWidget(self._normal)

    def empty(
        self, text: str, action: str, pressed: Callable[[], None], *, icon: str = "calm", other: Choice | None = None
    ) -> None:
        """Nothing is there: one sentence and the one button that fills it; `other` is another way, beside it."""
        choices = [(action, pressed, "primary"), *([other] if other is not None else [])]
        self._show(message(self._theme, icon, "muted", text, "", choices))

    def error(self, what: str, why: str, retry: Callable[[], None], *, details: str = "") -> None:
        """It failed: what, why, what next; the details can be copied."""
        copied = "\n".join(part for part in (what, why, details) if part)
        choices = [
            (tr("Try again"), retry, "primary"),
            (tr("Copy details"), lambda: QGuiApplication.clipboard().setText(copied), "quiet"),
        ]
        self._show(message(self._theme, "error", "bad", what, why, choices))

    def _show(self, widget: QWidget) -> None:
        self._patience.stop()
        former, self._message = self._message, widget
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        if former is not None:
            self._stack.removeWidget(former)
            former.deleteLater()


def message(theme: Theme, icon: str, role: str, title: str, text: str, choices: list[Choice]) -> QWidget:
    """A drawing, a sentence, an explanation and buttons in the middle of the place."""
    made, middle = QWidget(), QWidget()
    middle.setMaximumWidth(_WIDEST_MESSAGE)
    across = QHBoxLayout(made)
    across.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    across.addStretch(1)
    across.addWidget(middle, 1000)
    across.addStretch(1)
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3 * SPACE)
    mark = StatusDot(theme, 32)
    mark.show_icon(icon, role)
    column.addStretch(2)
    column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
    for content, kind in ((title, "heading"), (text, "muted")):
        if content:
            words = label(content, kind, wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
    column.addSpacing(SPACE)
    column.addLayout(_buttons(choices))
    column.addStretch(3)
    return made


def _buttons(choices: list[Choice]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * SPACE)
    row.addStretch(1)
    for name, pressed, style in choices:
        row.addWidget(button(name, pressed, role=style))
    row.addStretch(1)
    return row


def skeleton(rows: int = 4) -> QWidget:
    """Grey bars where content will be."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    column.setSpacing(4 * SPACE)
    for number in range(rows):
        bar = QFrame()
        bar.setProperty("role", "skeleton")
        bar.setFixedHeight(28 if number == 0 else 88)
        column.addWidget(bar)
    column.addStretch(1)
    return made
