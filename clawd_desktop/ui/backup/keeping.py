"""What is kept and what would go, and the way to tidy up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from clawd_desktop.backup.retention import Rules, Verdict
from clawd_desktop.ui.backup.words import kept, outlook
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.text import label


class KeepingCard(Card):
    """`tidy` asks and then removes."""

    def __init__(self, tidy: Callable[[], None]) -> None:
        super().__init__()
        self._free = True
        self._some = False
        self._outlook = label("", "strong", wrap=True)
        self._rules = label("", "muted", wrap=True)
        self.tidy = button(tr("Tidy up…"), tidy)
        text = QVBoxLayout()
        text.setSpacing(SPACE // 2)
        text.addWidget(self._outlook)
        text.addWidget(self._rules)
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addLayout(text, 1)
        row.addWidget(self.tidy, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self._enable()

    def show_verdicts(self, verdicts: Sequence[Verdict], rules: Rules) -> None:
        """Show what the rules say of what is there."""
        self._some = not all(verdict.kept for verdict in verdicts)
        self._outlook.setText(outlook(verdicts))
        self._rules.setText(kept(rules))
        self._enable()

    def set_free(self, free: bool) -> None:
        """Whether something can be removed now."""
        self._free = free
        self._enable()

    def _enable(self) -> None:
        self.tidy.setVisible(self._some)
        self.tidy.setEnabled(self._free)
