"""What stands in place of the messages: the beginning of a new conversation, and a skeleton while one is loaded."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.icons import app_icon
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.states import SKELETON_AFTER_MS

_EXAMPLES = (
    mark("What can you do for me on this computer?"),
    mark("Plan a calm weekend for two in the countryside."),
    mark("Explain how a heat pump works, in five sentences."),
)
_BARS = ((0.35, True), (0.9, False), (0.82, False), (0.55, False), (0.4, True), (0.86, False), (0.62, False))
_WIDTH = 560


class EmptyState(QWidget):
    """The friendly beginning. `asked` carries the example that was clicked."""

    asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(QSize(64, 64)))
        picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        title = QLabel(tr("What shall we do?"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text = QLabel(tr("Ask a question or give a task. The answer is written here."))
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout()
        column.setSpacing(8)
        for widget in (picture, title, text):
            column.addWidget(widget)
        column.addSpacing(16)
        self.examples = [self._example(tr(example), theme) for example in _EXAMPLES]
        for example in self.examples:
            column.addWidget(example)
        _centred(self, column)

    def _example(self, text: str, theme: Theme) -> QPushButton:
        button = QPushButton(f"  {text}")
        button.setAccessibleName(tr("Ask: {question}", question=text))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setMinimumHeight(44)
        button.setProperty("role", "example")
        button.setStyleSheet(
            "QPushButton { text-align: left; padding: 8px 16px; } QPushButton:focus { padding: 7px 15px; }"
        )
        theme.bind_icon(button, "chat", "muted")
        button.clicked.connect(lambda: self.asked.emit(text))
        return button


class Skeleton(QWidget):
    """Grey bars where messages will be; they appear only when the wait is longer than 150 ms."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Loading messages"))
        column = QVBoxLayout()
        column.setSpacing(12)
        self._bars = QWidget()
        bars = QVBoxLayout(self._bars)
        bars.setSpacing(14)
        for share, right in _BARS:
            bars.addLayout(_bar(share, right=right))
        self._bars.hide()
        column.addWidget(self._bars)
        column.addStretch(1)
        _centred(self, column, stretch=False, width=760)
        self._wait = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._wait.timeout.connect(self._bars.show)

    def begin(self) -> None:
        """The wait begins."""
        self._bars.hide()
        self._wait.start()

    def end(self) -> None:
        """The wait is over."""
        self._wait.stop()
        self._bars.hide()


def _bar(share: float, *, right: bool) -> QHBoxLayout:
    bar = QFrame()
    bar.setProperty("role", "skeleton")
    bar.setFixedHeight(18)
    row = QHBoxLayout()
    if right:
        row.addStretch(round(100 - share * 100))
    row.addWidget(bar, round(share * 100))
    if not right:
        row.addStretch(round(100 - share * 100))
    return row


def _centred(widget: QWidget, column: QVBoxLayout, *, stretch: bool = True, width: int = _WIDTH) -> None:
    inner = QWidget()
    inner.setMaximumWidth(width)
    inner.setLayout(column)
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(inner, 20)
    across.addStretch(1)
    outer = QVBoxLayout(widget)
    outer.setContentsMargins(24, 24, 24, 24)
    if stretch:
        outer.addStretch(2)
    outer.addLayout(across)
    if stretch:
        outer.addStretch(3)
