"""What is seen in each step of a restore: one card, the choice, or a difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QStackedLayout, QWidget

from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.restore_cards import EndCard, FaultCard, KeyCard, WorkCard, as_page
from clawd_desktop.ui.backup.restore_diff import DiffView
from clawd_desktop.ui.backup.restore_flow import Flow, Step
from clawd_desktop.ui.backup.restore_preview import Preview
from clawd_desktop.ui.backup.restore_tree import Node
from clawd_desktop.ui.backup.restore_words import ending, origin
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.theme import Theme


@dataclass(frozen=True)
class Asked:
    """What the buttons of the steps call."""

    stop: Callable[[], None]
    open: Callable[[str], None]
    again: Callable[[], None]
    compare: Callable[[Node], None]
    restore: Callable[[Choice | None], None]
    settings: Callable[[], None]
    undo: Callable[[], None]
    done: Callable[[], None]
    leave: Callable[[], None]


class RestoreSteps(QWidget):
    """Shows where a person is."""

    def __init__(self, theme: Theme, asked: Asked) -> None:
        super().__init__()
        self.work = WorkCard(theme, asked.stop)
        self.key = KeyCard(theme, asked.open, asked.leave)
        self.fault = FaultCard(theme, asked.again, asked.leave)
        self.end = EndCard(theme, asked.settings, asked.undo, asked.done)
        self.preview = Preview(theme, asked.restore, asked.compare, asked.leave)
        self.diff = DiffView(theme, self._show_choosing)
        heading = tr("Restore")
        self._cards = {card: as_page(heading, card) for card in (self.work, self.key, self.fault, self.end)}
        self._stack = QStackedLayout(self)
        for shown in (*self._cards.values(), self.preview, self.diff):
            self._stack.addWidget(shown)

    def show_step(self, flow: Flow) -> None:
        """Show the step that the flow is at, with the keyboard where a person goes on."""
        show: dict[Step, Callable[[], None]] = {
            Step.LOCKED: lambda: self._show_key(flow),
            Step.CHOOSING: self._show_choosing,
            Step.FAILED: lambda: self._show_fault(flow),
            Step.ENDED: lambda: self._show_end(flow),
        }
        show.get(flow.step, lambda: self._show_work(flow))()

    def show_trees(self, flow: Flow, roots: Sequence[Node], now_ms: int) -> None:
        """Take in what is to be chosen from; the look of the flow was read."""
        if flow.look is not None:
            title = tr("Restore the backup of {name}", name=flow.name)
            self.preview.show_trees(title, origin(flow.look.manifest, flow.name, now_ms), roots, flow.look.warnings)

    def show_difference(self, path: str, lines: Sequence[str]) -> None:
        """Show how a file differs; a person goes back to the choice."""
        self._stack.setCurrentWidget(self.diff)
        self.diff.show_lines(path, lines)

    def show_progress(self, progress: Progress, now_s: float) -> None:
        """How far the work is."""
        self.work.work.show_progress(progress, now_s)

    def show_stop(self, can: bool) -> None:
        """Whether the work can be stopped; once it was asked to stop nobody needs to ask again."""
        self.work.stop.setEnabled(can and not self.work.work.is_stopping)

    def show_stopping(self) -> None:
        """It was asked to stop."""
        self.work.stop.setEnabled(False)
        self.work.work.stopping()

    def _show_work(self, flow: Flow) -> None:
        self.work.say("backup", "info", *_doing(flow))
        self.work.work.begin()
        self._show_card(self.work)
        self.work.stop.setFocus()

    def _show_key(self, flow: Flow) -> None:
        self._show_card(self.key)
        self.key.ask(flow.name, wrong=flow.tried)

    def _show_choosing(self) -> None:
        self._stack.setCurrentWidget(self.preview)
        self.preview.refocus()

    def _show_fault(self, flow: Flow) -> None:
        self._show_card(self.fault)
        if flow.fault is not None:
            self.fault.show_fault(flow.name, flow.fault)

    def _show_end(self, flow: Flow) -> None:
        self._show_card(self.end)
        if flow.outcome is not None:
            self.end.show_ending(ending(flow.outcome, str(Path.home())))

    def _show_card(self, card: QWidget) -> None:
        self._stack.setCurrentWidget(next(page for one, page in self._cards.items() if one is card))


def _doing(flow: Flow) -> tuple[str, str]:
    if flow.step is not Step.RESTORING:
        return tr("The backup is being read and checked."), flow.name
    if flow.undoing:
        return tr("The restore is being taken back."), tr("Clawd Desktop starts again.")
    more = tr("It can be stopped until the files are exchanged; then Clawd Desktop starts again.")
    return tr("Your data is being brought back."), more
