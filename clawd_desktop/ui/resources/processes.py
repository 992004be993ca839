"""The processes that this program started: what each uses, and a way to end one after a question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from clawd_desktop.operations.units import Unit, told
from clawd_desktop.system.children import Child
from clawd_desktop.ui import dialogs, words
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.graph.values import UNKNOWN
from clawd_desktop.ui.widgets.text import label, line

End = Callable[[Child], Awaitable[None]]


class ProcessesCard(Card):
    """A row for each process; `end` ends one. `changed` is called after one was ended."""

    def __init__(self, end: End, changed: Callable[[], None]) -> None:
        super().__init__()
        self._end = end
        self._changed = changed
        self._operations = Operations(self)
        self._rows: dict[tuple[int, float], _ProcessRow] = {}
        self._none = label(tr("No other process runs for Clawd Desktop now."), "muted", wrap=True)
        self._table = QWidget()
        self._table.setAccessibleName(tr("Child processes"))
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(5 * SPACE)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(0, 1)
        for column, text in enumerate((tr("Program"), tr("Process"), tr("CPU"), tr("Memory"), tr("Running for"), "")):
            if text:
                self._grid.addWidget(label(text, "caption"), 0, column, _side(column))
        self._grid.addWidget(line(), 1, 0, 1, 6)
        self._next = 2
        self.body.addWidget(label(tr("Child processes"), "heading"))
        self.body.addWidget(self._none)
        self.body.addWidget(self._table)
        self._table.hide()

    def show_children(self, children: Sequence[Child], now_ms: int) -> None:
        """Show those that run now; rows of those that stay keep their place."""
        here = {(child.pid, child.started): child for child in children}
        for key in [key for key in self._rows if key not in here]:
            self._rows.pop(key).remove()
        for key, child in here.items():
            if key not in self._rows:
                self._rows[key] = _ProcessRow(self._grid, self._next, self._ask)
                self._next += 1
            self._rows[key].show_child(child, now_ms)
        self._table.setVisible(bool(here))
        self._none.setVisible(not here)

    def _ask(self, child: Child, which: QPushButton) -> None:
        self._operations.start(tr("End process"), partial(self._confirm, child), busy=which)

    async def _confirm(self, child: Child) -> None:
        title = tr("End {name}?", name=child.name)
        text = tr(
            "What process {pid} is doing now fails. Clawd Desktop starts it again when it is needed.", pid=child.pid
        )
        if await dialogs.confirm(self.window(), title, text, yes=tr("End process"), danger=True):
            await self._end(child)
            self._changed()


class _ProcessRow:
    """The cells of one process."""

    def __init__(self, grid: QGridLayout, at: int, ask: Callable[[Child, QPushButton], None]) -> None:
        self._grid = grid
        self._child: Child | None = None
        self._labels: tuple[QLabel, ...] = tuple(label() for _ in range(5))
        self._ask = ask
        self._button = button(tr("End…"), self._pressed, role="quiet")
        for column, shown in enumerate(self._labels):
            grid.addWidget(shown, at, column, _side(column))
        grid.addWidget(self._button, at, 5)

    def show_child(self, child: Child, now_ms: int) -> None:
        """Show its newest values."""
        self._child = child
        cpu = UNKNOWN if child.cpu is None else told(child.cpu, Unit.SHARE)
        running = words.duration(now_ms / 1000 - child.started)
        cells = (child.name, str(child.pid), cpu, words.size(child.memory), running)
        for shown, text in zip(self._labels, cells, strict=True):
            if shown.text() != text:
                shown.setText(text)
        self._button.setAccessibleName(tr("End {name} (process {pid})", name=child.name, pid=child.pid))

    def _pressed(self) -> None:
        if self._child is not None:
            self._ask(self._child, self._button)

    def remove(self) -> None:
        """Take it out."""
        for widget in (*self._labels, self._button):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
