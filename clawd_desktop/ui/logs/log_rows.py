"""What the log's lines say, which of them are shown, and the model that hands them to the table; at most 5,000."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from clawd_desktop.core.log_text import read_text_line
from clawd_desktop.core.values import JsonValue, as_object, as_text
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.theme import Theme

MOST = 5_000
LEVELS = ("DEBUG", "INFO", "WARN", "ERROR", "FATAL")
COLUMNS = (mark("Time"), mark("Level"), mark("Part"), mark("Message"))
_ROLES = {"WARN": "warning", "ERROR": "bad", "FATAL": "bad", "DEBUG": "muted"}
_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line: local time of day, level as LEVELS has it, part of the application, text."""

    time: str
    level: str
    part: str
    text: str

    @property
    def first_line(self) -> str:
        """The text up to where a traceback begins."""
        return self.text.partition("\n")[0]

    def as_text(self) -> str:
        """How it is copied."""
        return f"{self.time} {self.level} {self.part}: {self.text}"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are shown: those of at least `level`, of `part` ("" for all), that hold `words`."""

    level: str = "INFO"
    part: str = ""
    words: str = ""

    def lets(self, row: LogRow) -> bool:
        """Whether the row is shown."""
        if LEVELS.index(row.level) < LEVELS.index(self.level) or (self.part and not _below(row.part, self.part)):
            return False
        wanted = self.words.casefold()
        return not wanted or wanted in row.text.casefold() or wanted in row.part.casefold()


def parsed(line: str) -> LogRow:
    """The row of one line of the file; a line that is not ours is shown as it is."""
    try:
        value: JsonValue = json.loads(line)
    except ValueError:
        value = read_text_line(line)
        if value is None:
            return LogRow("", "INFO", "", line)
    entry = as_object(value)
    meta = as_object(entry.get("_meta"))
    level = as_text(meta.get("logLevelName")).upper()
    return LogRow(
        _local(as_text(entry.get("time"))), level if level in LEVELS else "INFO", _part(as_text(meta.get("name"))),
        as_text(entry.get("0")) or line,
    )  # fmt: skip


def _below(part: str, chosen: str) -> bool:
    return part == chosen or part.startswith(f"{chosen}.")


def _local(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S.%f")[:-3]
    except ValueError:
        return moment


def _part(name: str) -> str:
    try:
        value: JsonValue = json.loads(name)
    except ValueError:
        return name
    return as_text(as_object(value).get("subsystem"))


class LogModel(QAbstractTableModel):
    """The newest lines that the filter lets through, oldest first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._all: deque[LogRow] = deque(maxlen=MOST)
        self._shown: list[LogRow] = []
        self.filter = Filter()

    def add(self, lines: Iterable[str]) -> None:
        """Append lines of the file; the oldest go when there are too many."""
        rows = [parsed(line) for line in lines][-MOST:]
        overflow = len(self._all) + len(rows) > MOST
        self._all.extend(rows)
        if overflow:
            self._again()
            return
        new = [row for row in rows if self.filter.lets(row)]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(new) - 1)
            self._shown += new
            self.endInsertRows()

    def clear(self) -> None:
        """Forget all lines: the file began anew."""
        self._all.clear()
        self._again()

    def use(self, wanted: Filter) -> None:
        """Show what this filter lets through."""
        if wanted != self.filter:
            self.filter = wanted
            self._again()

    @property
    def total(self) -> int:
        """How many lines there are, shown or not."""
        return len(self._all)

    def row(self, number: int) -> LogRow:
        """The shown row."""
        return self._shown[number]

    def parts(self) -> list[str]:
        """The parts of the application that have spoken, by their first word."""
        return sorted({row.part.partition(".")[0] for row in self._all if row.part})

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802
        """Time, level, part, message."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        """The columns' names."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        """Text, colour and tooltip of a cell."""
        row = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.time, row.level, row.part, row.first_line)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            wanted = _ROLES.get(row.level, "text") if index.column() in (1, 3) else "muted"
            return QColor(self._theme.tokens.colours()[wanted])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.as_text()
        return None

    def _again(self) -> None:
        self.beginResetModel()
        self._shown = [row for row in self._all if self.filter.lets(row)]
        self.endResetModel()
