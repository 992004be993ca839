"""The log as it grows: filtered by level, part and words; it stands still as soon as a person scrolls back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from clawd_desktop.operations.log_tail import tail
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.logs.log_rows import Filter, LogModel
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button, icon_button
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.text import label
from clawd_desktop.ui.widgets.while_seen import WhileSeen

EVERY_MS = 1_000
FIRST_LINES = 2_000
MOST_BYTES = 1_000_000
_LEVELS = (
    ("DEBUG", mark("Everything")),
    ("INFO", mark("Information and above")),
    ("WARN", mark("Warnings and errors")),
    ("ERROR", mark("Errors only")),
)
_WIDTHS = (104, 64, 160)
_DETAIL_LINES = 6


class LogView(QWidget):
    """Reads the newest lines every second while it is seen."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._path: Path | None = None
        self._cursor: int | None = None
        self._reading = False
        self.model = LogModel(services.theme)
        self.table = _table(self.model)
        self.level, self.part, self.words = QComboBox(), QComboBox(), QLineEdit()
        self.follow = button(tr("Go on"), self._go_on, role="primary")
        self._told = label("", "caption")
        self._detail = QPlainTextEdit()
        self.states = States(services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self._tick = WhileSeen(self, self.refresh, EVERY_MS)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.table.selectionModel().currentRowChanged.connect(self._show_detail)
        self.states.loading()

    def refresh(self) -> None:
        """Read what is new."""
        if not self._reading:
            self._reading = True
            self._operations.start(tr("Log"), self._read, report=self._failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy what is chosen."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the chosen lines, all that are shown when none is, on the clipboard."""
        chosen = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        rows = chosen or range(self.model.rowCount())
        QGuiApplication.clipboard().setText("\n".join(self.model.row(number).as_text() for number in rows))

    async def _read(self) -> None:
        try:
            path = self._services.operations.log.path
            anew = path != self._path
            found = await asyncio.to_thread(tail, path, None if anew else self._cursor, FIRST_LINES, MOST_BYTES)
        finally:
            self._reading = False
        if found.reset or anew:
            self.model.clear()
        self._path = path
        self._cursor = found.cursor
        stay = self.follow.isHidden()
        self.model.add(found.lines)
        self._offer_parts()
        if stay:
            self.table.scrollToBottom()
        self._tell()

    def _failed(self, sentence: str) -> None:
        self.states.error(tr("The log cannot be read."), sentence, self.refresh)

    def _tell(self) -> None:
        if not self.model.total:
            self.states.empty(tr("Nothing was written yet."), tr("Look again"), self.refresh, icon="logs")
            return
        self.states.normal()
        self._told.setText(tr("{count} lines", count=f"{self.model.rowCount():,}"))

    def _filter(self) -> None:
        level = self.level.currentData()
        part = self.part.currentData()
        self.model.use(Filter(level or "INFO", part or "", self.words.text().strip()))
        self._tell()
        if self.follow.isHidden():
            self.table.scrollToBottom()

    def _offer_parts(self) -> None:
        parts = self.model.parts()
        known = [self.part.itemData(number) for number in range(1, self.part.count())]
        if parts == known:
            return
        chosen = self.part.currentData()
        self.part.blockSignals(True)
        self.part.clear()
        self.part.addItem(tr("All parts"), "")
        for part in parts:
            self.part.addItem(part, part)
        self.part.setCurrentIndex(max(0, self.part.findData(chosen)))
        self.part.blockSignals(False)

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        self.follow.setVisible(value < bar.maximum() - 2)

    def _go_on(self) -> None:
        self.follow.hide()
        self.table.scrollToBottom()

    def _show_detail(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self._detail.setPlainText(self.model.row(index.row()).as_text())
            self._detail.show()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.operations.log.path.parent)))

    def _build(self) -> QWidget:
        whole = QWidget()
        for key, word in _LEVELS:
            self.level.addItem(tr(word), key)
        self.level.setCurrentIndex(1)
        self.level.setAccessibleName(tr("Least level"))
        self.part.addItem(tr("All parts"), "")
        self.part.setAccessibleName(tr("Part"))
        self.words.setPlaceholderText(tr("Filter by words"))
        self.words.setAccessibleName(tr("Filter by words"))
        self.words.setClearButtonEnabled(True)
        self.level.currentIndexChanged.connect(self._filter)
        self.part.currentIndexChanged.connect(self._filter)
        self.words.textChanged.connect(self._filter)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.level)
        row.addWidget(self.part)
        row.addWidget(self.words, 1)
        theme = self._services.theme
        row.addWidget(icon_button(theme, "copy", tr("Copy the chosen lines"), self.copy))
        row.addWidget(icon_button(theme, "external", tr("Open the folder of the log"), self._open_folder))
        foot = QHBoxLayout()
        foot.addWidget(self._told)
        foot.addStretch(1)
        foot.addWidget(self.follow)
        self.follow.hide()
        self._detail.setReadOnly(True)
        self._detail.setAccessibleName(tr("The whole line"))
        self._detail.setFont(theme.font(mono=True))
        self._detail.setFixedHeight(self._detail.fontMetrics().lineSpacing() * _DETAIL_LINES)
        self._detail.hide()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(PAGE_MARGIN, 4 * SPACE, PAGE_MARGIN, 4 * SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._detail)
        layout.addLayout(foot)
        return whole


def _table(model: LogModel) -> QTableView:
    made = QTableView()
    made.setModel(model)
    made.setAccessibleName(tr("Log"))
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.setTabKeyNavigation(False)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(24)
    header = made.horizontalHeader()
    header.setDefaultAlignment(header.defaultAlignment() & ~header.defaultAlignment().AlignHCenter)
    for number, width in enumerate(_WIDTHS):
        header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
        made.setColumnWidth(number, width)
    header.setStretchLastSection(True)
    return made
