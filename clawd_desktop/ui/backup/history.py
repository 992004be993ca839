"""What was made and what failed: a calendar beside the places, and below them the backups of all days or of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui.backup.backups_list import BackupsList
from clawd_desktop.ui.backup.days import day_name, day_of, days_of
from clawd_desktop.ui.backup.month import MonthView
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.side_by_side import SideBySide
from clawd_desktop.ui.widgets.text import label

_NARROWEST = 300


class History(QWidget):
    """`backups` shows those of the chosen day, or all; `places` stands beside the calendar."""

    def __init__(self, theme: Theme, backups: BackupsList, places: Card) -> None:
        super().__init__()
        self._list = backups
        self._records: tuple[BackupRecord, ...] = ()
        self._now_ms = 0
        self.month = MonthView(theme)
        self.month.chosen.connect(self._choose)
        card = Card()
        card.body.addWidget(self.month)
        places.body.insertWidget(0, label(tr("Where they go"), "strong"))
        places.body.addStretch(1)
        beside = SideBySide(_NARROWEST)
        beside.add(card)
        beside.add(places)
        self._of = label("", "muted", wrap=True)
        self.all = button(tr("Show all days"), self.month.unchoose, role="link")
        self._chosen = QWidget()
        row = QHBoxLayout(self._chosen)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * SPACE)
        row.addWidget(self._of, 1)
        row.addWidget(self.all)
        self._chosen.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for part in (beside, self._chosen, backups):
            layout.addWidget(part)

    def show_records(self, records: Sequence[BackupRecord], now_ms: int) -> None:
        """Show these, the newest first."""
        self._records, self._now_ms = tuple(records), now_ms
        self.month.show_days(days_of(self._records, now_ms))
        self._show()

    def _choose(self, day: date | None) -> None:
        if day is None and self.all.hasFocus():
            next(one for one in self.month.buttons if one.focusPolicy() == one.focusPolicy().StrongFocus).setFocus()
        self._show()

    def _show(self) -> None:
        day = self.month.day
        shown = [one for one in self._records if day is None or day_of(one.at_ms) == day]
        self._chosen.setVisible(day is not None)
        self._list.setVisible(bool(shown))
        if day is not None:
            text = tr("{day}: {count}", day=day_name(day), count=len(shown))
            self._of.setText(text if shown else tr("{day}: nothing was made.", day=day_name(day)))
        self._list.show_records(shown, self._now_ms)
