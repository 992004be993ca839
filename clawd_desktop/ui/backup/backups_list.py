"""The backups that exist and the attempts that failed, as a table in which each can be checked and restored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui import words
from clawd_desktop.ui.backup.words import area, cause, holds
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.flow import Flow
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line, tooltip

Check = Callable[[BackupRecord, QPushButton], None]
Restore = Callable[[BackupRecord], None]
SHOWN = 6
# A row takes time to build, and nobody reads hundreds at once.
MORE = 50
# A backup is read back as soon as it is made, which takes a large one some time.
_AT_ONCE_MS = 6 * 3_600_000
_BETWEEN, _LINE = 4 * SPACE, 5 * SPACE
_COLUMNS = 5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BackupsList(Card):
    """Two lines for each; `check` is called with the one that is to be read back, `try_out` with one to be restored
    aside, `restore` with one to bring back."""

    def __init__(self, theme: Theme, check: Check, try_out: Check, restore: Restore) -> None:
        super().__init__()
        self._theme = theme
        self._check = check
        self._try_out = try_out
        self._restore = restore
        self._records: tuple[BackupRecord, ...] = ()
        self._shown: object = None
        self._now_ms = 0
        self._most = SHOWN
        self._buttons: list[QPushButton] = []
        self._enabled = True
        table = QWidget()
        table.setAccessibleName(tr("Backups"))
        self._grid = QGridLayout(table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4 * SPACE)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self.all = button("", self._show_more, role="link")
        self.body.addWidget(table)
        self.body.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)

    def show_records(self, records: Sequence[BackupRecord], now_ms: int) -> None:
        """Show them in this order; built again only when something differs, such as the day."""
        wanted = (tuple(records), [words.moment(record.at_ms, now_ms) for record in records[:1]], self._most)
        if self._shown == wanted:
            return
        self._shown, self._records, self._now_ms = wanted, tuple(records), now_ms
        self._build()

    def set_free(self, free: bool) -> None:
        """Whether something can be done with one now."""
        self._enabled = free
        for made in self._buttons:
            made.setEnabled(free)

    def _show_more(self) -> None:
        former = len(self._buttons)
        self._most += MORE
        self._build()
        if len(self._buttons) > former:
            self._buttons[former].setFocus()

    def _build(self) -> None:
        clear(self._grid)
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, 0)
        self._buttons = []
        for column, text in ((1, tr("Made")), (2, tr("Size")), (3, tr("Checked"))):
            self._grid.addWidget(label(text, "caption"), 0, column, _RIGHT if column == 2 else Qt.AlignmentFlag(0))
        shown = self._records[: self._most]
        for number, record in enumerate(shown):
            self._add(record, 1 + 3 * number)
        left = len(self._records) - len(shown)
        self.all.setVisible(left > 0)
        text = tr("Show all {count}", count=len(self._records))
        self.all.setText(text if left <= MORE else tr("Show {n} more of {count}", n=MORE, count=left))

        self._put_in_order()

    def _put_in_order(self) -> None:
        """The keyboard goes through the rows where they are seen, not behind all that was built before them."""
        before = self.all.previousInFocusChain()
        while before is not None and before.focusPolicy() == Qt.FocusPolicy.NoFocus and before is not self.all:
            before = before.previousInFocusChain()
        if before is not None:
            for former, made in pairwise([before, *self._buttons]):
                QWidget.setTabOrder(former, made)

    def _add(self, record: BackupRecord, row: int) -> None:
        grid = self._grid
        grid.addWidget(line(), row, 0, 1, _COLUMNS)
        sign = StatusDot(self._theme)
        sign.show_icon(*_look(record))
        when = words.moment(record.at_ms, self._now_ms)
        grid.addWidget(sign, row + 1, 0)
        grid.addWidget(label(when, "strong"), row + 1, 1)
        below, across = self._below(record), _COLUMNS - 1
        if record.ok:
            grid.addWidget(label(words.size(record.size)), row + 1, 2, _RIGHT)
            grid.addWidget(label(self._checked(record), "bad" if record.text else "body"), row + 1, 3)
            grid.addWidget(_together(self._row_buttons(record, when)), row + 1, 4, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            across -= 1
        grid.addWidget(below, row + 2, 1, 1, across)
        for part, height in ((row, _BETWEEN), (row + 1, _LINE)):
            grid.setRowMinimumHeight(part, height)

    def _checked(self, record: BackupRecord) -> str:
        if record.text:
            return tr("Damaged")
        if not record.verified_ms:
            return tr("Not yet")
        if record.verified_ms - record.at_ms < _AT_ONCE_MS:
            return tr("When made")
        return words.moment(record.verified_ms, self._now_ms)

    def _row_buttons(self, record: BackupRecord, when: str) -> tuple[QPushButton, ...]:
        check = self._button(tr("Check"), self._check, record)
        check.setToolTip(tr("Read it whole and compare everything in it"))
        check.setAccessibleName(tr("Check the backup of {when}", when=when))
        try_out = self._button(tr("Try it out"), self._try_out, record)
        try_out.setToolTip(tr("Restore it into a folder of its own, start it there, and compare"))
        try_out.setAccessibleName(tr("Try out the backup of {when}", when=when))
        restore = self._button(tr("Restore…"), lambda one, _: self._restore(one), record)
        restore.setToolTip(tr("See what it would bring back, and choose"))
        restore.setAccessibleName(tr("Restore the backup of {when}", when=when))
        return check, try_out, restore

    def _button(self, text: str, chosen: Check, record: BackupRecord) -> QPushButton:
        made = button(text, lambda: None, role="quiet")
        made.setEnabled(self._enabled)
        made.clicked.connect(lambda: chosen(record, made))
        self._buttons.append(made)
        return made

    def _below(self, record: BackupRecord) -> QWidget:
        why = cause(record.cause)
        if fault := record.text:
            text = f"{why} · {fault}" if record.ok else tr("{cause} · failed: {why}", cause=why, why=fault)
            return label(text, "bad", wrap=True, selectable=True)
        said = [why, holds(record.areas) or tr("not looked into yet")]
        if record.sealed:
            said.append(tr("locked"))
        said += record.warnings[:1]
        if len(record.warnings) > 1:
            said.append(tr("and {count} more", count=len(record.warnings) - 1))
        made = label(" · ".join(said), "caption", wrap=True)
        made.setToolTip(tooltip("\n".join([*(area(name) for name in record.areas), *record.warnings])))
        return made


def _together(buttons: Sequence[QPushButton]) -> QWidget:
    """In one line, or in several where type is large and the window small."""
    made = QWidget()
    row = Flow(made, gap=0, line_gap=0)
    for each in buttons:
        row.addWidget(each)
    return made


def _look(record: BackupRecord) -> tuple[str, str]:
    """Drawing and colour."""
    if not record.ok or record.text:
        return "error", "bad"
    if not record.verified_ms:
        return "info", "muted"
    return ("warning", "warning") if record.warnings else ("good", "good")
