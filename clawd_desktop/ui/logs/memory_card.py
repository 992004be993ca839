"""Where the memory is: what the process holds, its largest types of object, and what changed since the last look."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from clawd_desktop.operations.heap import TypeRow
from clawd_desktop.operations.profiling import MemoryDiff, MemoryProfile
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.resources.tables import Row, Table
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.text import label

SHOWN = 15
_LONGEST_NAME = 48


class MemoryCard(Card):
    """Looks only when it is asked to: counting holds the event loop up for some milliseconds."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self.look_button = button(tr("Look"), self.look, role="primary")
        self.compare_button = button(tr("Compare with before"), self.compare)
        self.compare_button.setEnabled(False)
        self.sentence = label("", "body", wrap=True, selectable=True)
        self.table = Table(tr("Types of object"), (tr("Type"), tr("Objects"), tr("Size")))
        self.table.hide()
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.look_button)
        row.addWidget(self.compare_button)
        row.addStretch(1)
        self.body.addWidget(label(tr("Where the memory is"), "heading"))
        about = tr("Counts what lives in memory by its type. Texts and numbers belong to what holds them.")
        self.body.addWidget(label(about, "muted", wrap=True))
        self.body.addLayout(row)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.table)

    def look(self) -> None:
        """Measure now, and keep it to compare with."""
        self._operations.start(tr("Look"), self._look, busy=self.look_button, report=self.sentence.setText)

    def compare(self) -> None:
        """Measure again, and show what changed since the last look."""
        self._operations.start(tr("Compare"), self._compare, busy=self.compare_button, report=self.sentence.setText)

    async def _look(self) -> None:
        profile = await self._services.operations.profiler.snapshot()
        self.sentence.setText(memory_line(profile))
        self._show([_row(row) for row in profile.heap.types[:SHOWN]])
        self.compare_button.setEnabled(True)

    async def _compare(self) -> None:
        # Lines may be traced for somebody else, who ends that.
        diff = await self._services.operations.profiler.compare(keep=True)
        self.sentence.setText(difference_line(diff))
        self._show([_changed(row) for row in diff.types[:SHOWN]])

    def _show(self, rows: list[Row]) -> None:
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))


def memory_line(profile: MemoryProfile) -> str:
    """What the process holds, in one line; what this system does not tell is left out."""
    told_by = profile.allocators
    said = [tr("{size} in all", size=told(profile.process.resident, Unit.BYTES))]
    if told_by.arenas is not None and told_by.arenas_used is not None:
        kept, used = told(told_by.arenas, Unit.BYTES), told(told_by.arenas_used, Unit.BYTES)
        said.append(tr("{size} for small Python objects, {used} of it in use", size=kept, used=used))
    if told_by.malloc_used is not None:
        native = told(told_by.malloc_used, Unit.BYTES)
        said.append(tr("{size} for native libraries and large objects", size=native))
    return " · ".join(said)


def difference_line(diff: MemoryDiff) -> str:
    """What changed as a whole, in one line."""
    before, after = diff.before, diff.after
    size = after.process.resident - before.process.resident
    count = after.heap.objects - before.heap.objects
    return tr(
        "Since {time}: {size} in all, {count} objects",
        time=told(diff.seconds, Unit.SECONDS),
        size=_signed(size, told(abs(size), Unit.BYTES)),
        count=_signed(count, f"{abs(count):,}"),
    )


def _row(row: TypeRow) -> Row:
    return Row((_short(row.name), f"{row.count:,}", told(row.size, Unit.BYTES)), tip=row.name)


def _changed(row: TypeRow) -> Row:
    count = _signed(row.count, f"{abs(row.count):,}")
    return Row((_short(row.name), count, _signed(row.size, told(abs(row.size), Unit.BYTES))), tip=row.name)


def _signed(number: int, text: str) -> str:
    return f"+{text}" if number > 0 else f"\N{MINUS SIGN}{text}" if number < 0 else text


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"
