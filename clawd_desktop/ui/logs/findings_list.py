"""Findings as a calm list: the worst first, each with its way on, what is fine folded into one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line

Mend = Callable[[Finding, QPushButton], None]
_MARKS = {
    Level.OK: ("good", "good"),
    Level.INFO: ("info", "info"),
    Level.WARNING: ("warning", "warning"),
    Level.ERROR: ("error", "bad"),
}


class FindingsList(Card):
    """Shows findings; `mend` is called with the one whose repair is wanted and the button that asked."""

    def __init__(self, theme: Theme, mend: Mend) -> None:
        super().__init__()
        self._theme = theme
        self._mend = mend
        self.body.setSpacing(3 * SPACE)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show them in this order; those that are fine only by their number and names."""
        clear(self.body)
        matter = [one for one in findings if one.level is not Level.OK]
        for number, finding in enumerate(matter):
            if number:
                self.body.addWidget(line())
            self.body.addWidget(self._row(finding))
        fine = [one for one in findings if one.level is Level.OK]
        if fine:
            if matter:
                self.body.addWidget(line())
            self.body.addWidget(self._fine(fine))

    def _row(self, finding: Finding) -> QWidget:
        words = [label(finding.title, "strong", wrap=True)]
        if finding.description:
            words.append(label(finding.description, "muted", wrap=True, selectable=True))
        if finding.recommendation:
            words.append(label(finding.recommendation, "body", wrap=True, selectable=True))
        row = self._framed(finding.level, words)
        row.setAccessibleName(finding.title)
        if finding.repair:
            fix = button(tr("Repair…"), lambda: None)
            fix.setToolTip(finding.repair)
            fix.setAccessibleName(tr("Repair: {title}", title=finding.title))
            fix.clicked.connect(lambda _=False: self._mend(finding, fix))
            layout = row.layout()
            assert layout is not None
            layout.addWidget(fix)
            layout.setAlignment(fix, Qt.AlignmentFlag.AlignTop)
        return row

    def _fine(self, fine: Sequence[Finding]) -> QWidget:
        names = ", ".join(one.title for one in fine)
        head = tr("{count} checks are fine", count=len(fine))
        return self._framed(Level.OK, [label(head, "strong"), label(names, "muted", wrap=True)])

    def _framed(self, level: Level, words: Sequence[QWidget]) -> QWidget:
        row = QWidget()
        sign = StatusDot(self._theme)
        sign.show_icon(*_MARKS[level])
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        for each in words:
            text.addWidget(each)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        return row
