"""The dialog that says what a conversation consists of and what is wrong with it, without a word that was said."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from clawd_desktop.operations.inspection import Inspection
from clawd_desktop.operations.inspection_form import inspection_form
from clawd_desktop.operations.session_scan import Scan
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.storage.session_entry import entry_of
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.logs.turn_words import state_word
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.resources.tables import Row, Table
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.page import scrolled
from clawd_desktop.ui.widgets.text import label

_SIZE = (680, 560)
_ROLES = {"user": mark("You"), "assistant": mark("Assistant"), "toolResult": mark("Tool results")}
Fact = tuple[str, str]


class InspectDialog(QDialog):
    """`found` is what the inspector said; `now_ms` what its times are told against."""

    def __init__(self, found: Inspection, now_ms: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._found = found
        self.setWindowTitle(tr("Conversation"))
        self.resize(*_SIZE)
        buttons = QDialogButtonBox()
        copy = button(tr("Copy as JSON"), self.copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(label(found.session_key or found.asked, "heading", wrap=True, selectable=True))
        if found.error:
            layout.addWidget(label(found.error, "warning", wrap=True, selectable=True))
        layout.addWidget(scrolled(_content(found, now_ms), tr("What the conversation consists of")), 1)
        layout.addWidget(buttons)

    def copy(self) -> None:
        """Put all of it on the clipboard, in the form that programs are told."""
        text = json.dumps(inspection_form(self._found), indent=2, ensure_ascii=False)
        QGuiApplication.clipboard().setText(text)


def facts(found: Inspection, now_ms: int) -> tuple[Fact, ...]:
    """What was found as names and values, in the order to be read; what is not known is left out."""
    rows = [(tr("Exists"), tr("Yes") if found.exists else tr("No"))]
    if found.path:
        rows.append((tr("File"), found.path))
    if found.scan is not None:
        lines = words.count(found.scan.lines, tr("{n} line"), tr("{n} lines"))
        rows.append((tr("Size"), f"{told(found.scan.size, Unit.BYTES)} · {lines}"))
    if found.modified_ms:
        rows.append((tr("Last change"), _when(found.modified_ms, now_ms)))
    if found.scan is not None:
        rows += _inside(found.scan)
    if model := _model(found):
        rows.append((tr("Model"), model))
    return tuple(rows)


def _inside(scan: Scan) -> list[Fact]:
    reported = [tr("{n} reported by models", n=words.amount(scan.usage.total))] if scan.usage.total else []
    ends = [
        words.count(number, tr(one), tr(many))
        for number, one, many in (
            (scan.errors, mark("{n} answer failed"), mark("{n} answers failed")),
            (scan.aborted, mark("{n} answer was stopped"), mark("{n} answers were stopped")),
            (scan.compactions, mark("{n} summary"), mark("{n} summaries")),
            (scan.stray_results, mark("{n} tool result without a call"), mark("{n} tool results without a call")),
        )
        if number
    ]
    return [
        (tr("Messages"), _by_role(scan.messages, scan.roles)),
        (tr("Tokens, estimated"), " · ".join([_by_role(sum(scan.tokens.values()), scan.tokens), *reported])),
        (tr("Unanswered tool calls"), _open_calls(scan)),
        (tr("Lines that cannot be read"), _torn(scan)),
        *([(tr("Besides"), " · ".join(ends))] if ends else []),
    ]


def _by_role(whole: int, counts: dict[str, int]) -> str:
    each = ", ".join(f"{_role(role)} {number:,}" for role, number in counts.items())
    return f"{whole:,} ({each})" if each else f"{whole:,}"


def _role(role: str) -> str:
    return tr(_ROLES.get(role, role))


def _open_calls(scan: Scan) -> str:
    if not scan.open_count:
        return tr("None")
    named = ", ".join(f"{call.tool} ({call.call_id})" for call in scan.open_calls)
    more = scan.open_count - len(scan.open_calls)
    return tr("{named} and {n} more", named=named, n=more) if more else named


def _torn(scan: Scan) -> str:
    said = []
    if scan.torn_count:
        places = ", ".join(f"{at:,}" for at in scan.torn)
        said.append(tr("{n}, at byte {places}", n=f"{scan.torn_count:,}", places=places))
    if scan.unfinished:
        said.append(tr("the last line has no end"))
    return " · ".join(said) or tr("None")


def _model(found: Inspection) -> str:
    said = []
    if found.session_key and (chosen := entry_of(found.session_key, "", found.entry).model_override):
        said.append(tr("{model} is chosen", model=chosen))
    if found.scan is not None:
        said += [
            tr("{model}: {answers}", model=model, answers=words.count(number, tr("{n} answer"), tr("{n} answers")))
            for model, number in found.scan.models.items()
        ]
    return " · ".join(said)


def _when(then_ms: int, now_ms: int) -> str:
    return f"{words.moment(then_ms, now_ms)} · {words.ago(then_ms, now_ms)}"


def _content(found: Inspection, now_ms: int) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4 * SPACE)
    layout.addLayout(_grid(facts(found, now_ms)))
    for title, table in (
        (tr("Largest messages"), _largest(found, now_ms)),
        (tr("Last turns"), _turns(found, now_ms)),
    ):
        if table is not None:
            layout.addWidget(label(title, "strong"))
            layout.addWidget(table)
    layout.addStretch(1)
    return made


def _grid(rows: tuple[Fact, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(4 * SPACE)
    grid.setVerticalSpacing(2 * SPACE)
    grid.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(rows):
        shown = label(value, wrap=True, selectable=True)
        shown.setAccessibleName(f"{name}: {value}")
        for column, each in enumerate((label(name, "muted"), shown)):
            each.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(each, number, column)
    return grid


def _largest(found: Inspection, now_ms: int) -> Table | None:
    if found.scan is None or not found.scan.largest:
        return None
    table = Table(tr("Largest messages"), (tr("From"), tr("Size"), tr("Tokens"), tr("When")))
    table.show_rows(
        [
            Row((
                _role(one.role), told(one.size, Unit.BYTES), f"{one.tokens:,}",
                words.moment(one.at_ms, now_ms) if one.at_ms else "—",
            ), tip=one.entry_id)
            for one in found.scan.largest
        ]
    )  # fmt: skip
    return table


def _turns(found: Inspection, now_ms: int) -> Table | None:
    if not found.runs:
        return None
    table = Table(tr("Last turns"), (tr("When"), tr("End"), tr("Time"), tr("Tokens")))
    table.show_rows(
        [
            Row((
                words.moment(row.started_ms, now_ms), state_word(row.sums.state),
                told(row.sums.total_s, Unit.SECONDS), words.amount(row.sums.usage.total),
            ), tip=row.sums.error)
            for row in found.runs
        ]
    )  # fmt: skip
    return table
