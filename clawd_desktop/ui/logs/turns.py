"""What the last turns did: a list at the left, the chosen one as a waterfall with its tokens, cost and ways on."""

from __future__ import annotations

import json
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from clawd_desktop.core import safeio
from clawd_desktop.core.events import TraceStored
from clawd_desktop.operations.trace_files import TraceRow
from clawd_desktop.operations.trace_tree import Span, tree
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui import dialogs, words
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.logs.inspect_dialog import InspectDialog
from clawd_desktop.ui.logs.turn_words import facts_of, state_word
from clawd_desktop.ui.logs.waterfall import Waterfall, step_sentence
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.page import scrolled
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.text import label

LISTED = 200
LIST_WIDTH = 260


class TurnsView(QWidget):
    """Follows TraceStored while it lives; a trace is read from the disk when it is chosen."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._rows: tuple[TraceRow, ...] = ()
        self.list = QListWidget()
        self.waterfall = Waterfall(services.theme)
        self._title = label("", "heading", wrap=True)
        self._facts = label("", "muted", wrap=True, selectable=True)
        self._step = label("", "caption", wrap=True, selectable=True)
        self._told = label("", "body", wrap=True, selectable=True)
        self._replay = button(tr("Run it again"), self.replay)
        self._export = button(tr("Export…"), self.export)
        self._conversation = button(tr("Conversation…"), self.inspect)
        self.states = States(services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self.list.currentRowChanged.connect(self._chosen)
        self.waterfall.pointed.connect(self._pointed)
        self._bridge = Bridge(services.bus, (TraceStored,), lambda _: self.refresh(), self)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look for new ones."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """List the newest turns; the chosen one stays chosen."""
        if not self.isVisible():
            return
        rows = self._services.operations.traces.list(LISTED)
        if not rows:
            text = tr("No turn was traced yet. Each answer of the assistant is shown here with all its steps.")
            self.states.empty(text, tr("Open chat"), self._open_chat, icon="chat")
            return
        if rows != self._rows:
            self._fill(rows)
        self.states.normal()

    def replay(self) -> None:
        """Run the chosen turn again against what its model said then."""
        if (row := self._row) is not None:
            self._operations.start(tr("Run it again"), partial(self._replayed, row), busy=self._replay)

    def export(self) -> None:
        """Ask where, and write the chosen turn for a trace viewer."""
        if (row := self._row) is not None:
            self._operations.start(tr("Export"), partial(self._exported, row), busy=self._export)

    def inspect(self) -> None:
        """Show what the conversation of the chosen turn consists of."""
        if (row := self._row) is not None:
            self._operations.start(tr("Conversation"), partial(self._inspected, row), busy=self._conversation)

    @property
    def _row(self) -> TraceRow | None:
        at = self.list.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _fill(self, rows: tuple[TraceRow, ...]) -> None:
        former = self._row.run_id if self._row is not None else ""
        self._rows = rows
        now = self._services.clock.wall_ms()
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            word = state_word(row.sums.state)
            time = told(row.sums.total_s, Unit.SECONDS)
            text = f"{words.moment(row.started_ms, now)}  {word}, {time}\n{row.session_key}"
            QListWidgetItem(text, self.list)
        self.list.blockSignals(False)
        names = [row.run_id for row in rows]
        self.list.setCurrentRow(names.index(former) if former in names else 0)
        if former in names:
            return
        self._chosen()

    def _chosen(self) -> None:
        if (row := self._row) is not None:
            self._operations.start(tr("Turn"), partial(self._read, row), report=self._told.setText)

    async def _read(self, row: TraceRow) -> None:
        trace = await self._services.operations.traces.get(row.run_id)
        if row == self._row:
            self._show(row, tree(trace))

    def _show(self, row: TraceRow, root: Span) -> None:
        now = self._services.clock.wall_ms()
        self._title.setText(f"{state_word(row.sums.state)} · {words.moment(row.started_ms, now)}")
        self._facts.setText(facts_of(row.sums))
        self._told.setText(row.sums.error)
        self._replay.setEnabled(row.recording > 0)
        self._replay.setToolTip("" if row.recording else tr("What its model said was not recorded."))
        self.waterfall.show_span(root)
        self._step.setText("")

    def _pointed(self, span: Span) -> None:
        parts = span.facts.get("parts")
        said = step_sentence(span)
        if isinstance(parts, dict):
            said += " · " + ", ".join(f"{name} {count}" for name, count in parts.items())
        self._step.setText(said)

    async def _replayed(self, row: TraceRow) -> None:
        again = await self._services.operations.traces.replay(row.run_id)
        if again.same:
            self._told.setText(
                tr("Run again: the same answer after {count} questions to the model.", count=again.calls)
            )
        else:
            self._told.setText(tr("Run again: not the same. {difference}", difference=again.difference))

    async def _exported(self, row: TraceRow) -> None:
        whole = await self._services.operations.traces.export(row.run_id)
        path = await dialogs.choose_new_file(self, tr("Export"), f"turn-{row.run_id[:12]}.json", suffix="json")
        if path is not None:
            safeio.write_file(path, json.dumps(whole).encode())

    async def _inspected(self, row: TraceRow) -> None:
        found = await self._services.operations.inspector.inspect(row.session_key)
        await dialogs.ask(InspectDialog(found, self._services.clock.wall_ms(), self))

    def _open_chat(self) -> None:
        self._operations.start(tr("Chat"), partial(self._services.run_action, "page:chat"))

    def _build(self) -> QWidget:
        whole, right = QWidget(), QWidget()
        self.list.setFixedWidth(round(LIST_WIDTH * self._services.theme.scale))
        self.list.setAccessibleName(tr("Turns"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self._title, 1)
        head.addWidget(self._replay)
        head.addWidget(self._export)
        head.addWidget(self._conversation)
        detail = QVBoxLayout(right)
        detail.setContentsMargins(0, 0, 0, 0)
        detail.setSpacing(3 * SPACE)
        detail.addLayout(head)
        for each in (self._facts, self._told, self.waterfall, self._step):
            detail.addWidget(each)
        detail.addStretch(1)
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(PAGE_MARGIN, 4 * SPACE, PAGE_MARGIN, 4 * SPACE)
        layout.setSpacing(6 * SPACE)
        layout.addWidget(self.list)
        layout.addWidget(scrolled(right, tr("Turn")), 1)
        return whole
