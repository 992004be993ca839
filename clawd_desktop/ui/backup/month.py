"""A calendar of one month that marks the days with a good backup, those with failed ones, and those without."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.ui.backup.day_button import DayButton, Sample
from clawd_desktop.ui.backup.days import (
    SHORT_WEEKDAYS,
    WEEKS,
    Days,
    Mark,
    days_of,
    month_after,
    month_name,
    same_day_in,
    told,
    weeks_of,
)
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import icon_button
from clawd_desktop.ui.widgets.flow import Flow
from clawd_desktop.ui.widgets.text import label

_LEGEND = (
    (Mark.GOOD, mark("Good")), (Mark.PARTIAL, mark("Partial")), (Mark.UNCHECKED, mark("Not checked")),
    (Mark.FAILED, mark("Failed")), (Mark.WITHOUT, mark("None")),
)  # fmt: skip
_DAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
_MONTHS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class MonthView(QWidget):
    """One day at a time is reached by Tab; arrows, Page Up and Down, Home and End go to others, Space chooses.

    `chosen` is sent with the date, or with None when the choice is taken back.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._days: Days = days_of((), 0)
        self._month = date(1970, 1, 1)
        self._cursor = self._month
        self.day: date | None = None
        self._first_weekday = QLocale.system().firstDayOfWeek().value - 1
        self.title = label("", "strong")
        self.before = icon_button(theme, "back", tr("The month before"), lambda: self._turn(-1))
        self.after = icon_button(theme, "forward", tr("The month after"), lambda: self._turn(1))
        self.buttons = tuple(DayButton(theme, self._press, self._step) for _ in range(7 * WEEKS))
        self.setAccessibleName(tr("Calendar of backups"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(self._head())
        layout.addLayout(self._grid())
        layout.addLayout(_legend(theme))

    def show_days(self, days: Days) -> None:
        """Show these; the month stays unless it is the first time or the day has changed."""
        if days == self._days:
            return
        if days.today != self._days.today:
            self._cursor, self._month = days.today, days.today.replace(day=1)
        self._days = days
        self._fill()

    def unchoose(self) -> None:
        """Take the choice back."""
        self.day = None
        self._fill()
        self.chosen.emit(None)

    @property
    def month(self) -> date:
        """The first day of the month that is shown."""
        return self._month

    def _press(self, when: date) -> None:
        if self.day == when:
            self.unchoose()
            return
        self.day = self._cursor = when
        self._month = when.replace(day=1)
        self._fill()
        self.chosen.emit(when)

    def _step(self, event: QKeyEvent) -> bool:
        """Go where a key says; False for keys that say nothing."""
        key = Qt.Key(event.key())
        column = (self._cursor.weekday() - self._first_weekday) % 7
        ends = {Qt.Key.Key_Home: -column, Qt.Key.Key_End: 6 - column}
        if key in _MONTHS:
            month = min(max(month_after(self._month, _MONTHS[key]), self._earliest), self._days.today.replace(day=1))
            wanted = same_day_in(self._cursor, month)
        elif key in _DAYS or key in ends:
            step = _DAYS.get(key, ends.get(key, 0))
            mirrored = self.isRightToLeft() and key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            wanted = self._cursor + timedelta(days=-step if mirrored else step)
        elif key == Qt.Key.Key_Escape and self.day is not None:
            self.unchoose()
            return True
        else:
            return False
        self._cursor = min(max(wanted, self._earliest), self._days.today)
        self._month = self._cursor.replace(day=1)
        self._fill()
        next(one for one in self.buttons if one.when == self._cursor).setFocus()
        return True

    def _turn(self, step: int) -> None:
        self._month = month_after(self._month, step)
        self._cursor = min(max(same_day_in(self._cursor, self._month), self._earliest), self._days.today)
        self._fill()

    @property
    def _earliest(self) -> date:
        return (self._days.first or self._days.today).replace(day=1)

    def _fill(self) -> None:
        self.title.setText(month_name(self._month))
        self.before.setEnabled(self._month > self._earliest)
        self.after.setEnabled(self._month < self._days.today.replace(day=1))
        for made, when in zip(self.buttons, weeks_of(self._month, self._first_weekday), strict=True):
            inside = when.month == self._month.month and self._earliest <= when <= self._days.today
            made.show_day(when, self._days.mark(when), told(when, self._days), inside=inside)
            made.show_state(chosen=when == self.day, today=when == self._days.today, reached=when == self._cursor)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.before)
        row.addStretch(1)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.after)
        return row

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(0)
        grid.setRowMinimumHeight(0, 6 * SPACE)
        for column in range(7):
            name = label(tr(SHORT_WEEKDAYS[(column + self._first_weekday) % 7]), "caption")
            name.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(name, 0, column)
            grid.setColumnStretch(column, 1)
        for number, made in enumerate(self.buttons):
            grid.addWidget(made, 1 + number // 7, number % 7)
        return grid


def _legend(theme: Theme) -> Flow:
    flow = Flow(gap=3 * SPACE)
    for kind, name in _LEGEND:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(Sample(theme, kind))
        row.addWidget(label(tr(name), "caption"))
        flow.addWidget(part)
    return flow
