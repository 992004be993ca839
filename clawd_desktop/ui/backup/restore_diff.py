"""How one text of the backup differs from the one that is there now, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label

# By the beginning of a line: the first that fits.
_COLOURS = (("---", "muted"), ("+++", "muted"), ("@@", "muted"), ("-", "bad"), ("+", "good"))


class DiffView(QWidget):
    """`back` is called when a person has seen enough."""

    def __init__(self, theme: Theme, back: Callable[[], None]) -> None:
        super().__init__()
        self._title = label("", "heading", wrap=True, selectable=True)
        self._said = label("", "muted", wrap=True)
        self.back = button(tr("Back"), back)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(theme.font(mono=True))
        self.text.setAccessibleName(tr("Differences"))
        self._colours = _Colours(theme, self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(2 * SPACE)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.back)
        column.addWidget(self._title)
        column.addWidget(self._said)
        column.addWidget(self.text, 1)
        column.addLayout(foot)

    def show_lines(self, path: str, lines: Sequence[str]) -> None:
        """Show the lines of a unified difference; none of them: it is no text, or too large to be shown."""
        self._title.setText(path)
        shown = tr("Lines with - are here now, lines with + are in the backup. Secrets are not shown.")
        self._said.setText(shown if lines else tr("It is no text, or too large to be shown line by line."))
        self.text.setPlainText("\n".join(lines))
        self.text.setVisible(bool(lines))
        (self.text if lines else self.back).setFocus()


class _Colours(QSyntaxHighlighter):
    """The sign at the beginning says it too: colour never carries meaning alone."""

    def __init__(self, theme: Theme, shown: QPlainTextEdit) -> None:
        super().__init__(shown.document())
        self._theme = theme
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:  # noqa: N802
        """Colour one line."""
        role = next((role for sign, role in _COLOURS if text.startswith(sign)), "")
        if role:
            form = QTextCharFormat()
            form.setForeground(QColor(self._theme.tokens.colours()[role]))
            self.setFormat(0, len(text), form)
