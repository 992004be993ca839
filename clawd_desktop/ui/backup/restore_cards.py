"""The steps of a restore that are one card: reading and restoring, the passphrase, a failure, and the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.ui.backup.restore_words import Ending
from clawd_desktop.ui.backup.work_bar import WorkBar
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label

_SIGN = 24


class StepCard(Card):
    """A drawing, a sentence, what is to be known, a place for more, and buttons at the end."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._sign = StatusDot(theme, _SIGN)
        self.sentence = label("", "heading", wrap=True)
        self._more = label("", "muted", wrap=True, selectable=True)
        self.inside = QVBoxLayout()
        self.inside.setSpacing(2 * SPACE)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(2 * SPACE)
        self.buttons.addStretch(1)
        text = QVBoxLayout()
        text.setSpacing(SPACE)
        text.addWidget(self.sentence)
        text.addWidget(self._more)
        text.addLayout(self.inside)
        text.addSpacing(SPACE)
        text.addLayout(self.buttons)
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        self.body.addLayout(row)

    def say(self, icon: str, colour: str, sentence: str, more: str = "") -> None:
        """Show it."""
        self._sign.show_icon(icon, colour)
        self.sentence.setText(sentence)
        self._more.setText(more)
        self._more.setVisible(bool(more))

    def add_button(self, made: QPushButton) -> QPushButton:
        """One more button, right of the others."""
        self.buttons.addWidget(made)
        return made


class WorkCard(StepCard):
    """Something goes on; `stop` ends it."""

    def __init__(self, theme: Theme, stop: Callable[[], None]) -> None:
        super().__init__(theme)
        self.work = WorkBar()
        self.inside.addWidget(self.work)
        self.stop = self.add_button(button(tr("Stop"), stop))


class KeyCard(StepCard):
    """Asks for what opens a locked backup; `opened` is called with it."""

    def __init__(self, theme: Theme, opened: Callable[[str], None], back: Callable[[], None]) -> None:
        super().__init__(theme)
        self._opened = opened
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(tr("Its passphrase, or the key that opens it:"))
        self.line.returnPressed.connect(self._go_on)
        self.wrong = label(tr("That does not open it."), "bad")
        self.inside.addWidget(self.line)
        self.inside.addWidget(self.wrong)
        self.add_button(button(tr("Cancel"), back))
        self.open = self.add_button(button(tr("Open"), self._go_on, role="primary"))

    def ask(self, name: str, *, wrong: bool) -> None:
        """Ask, with an empty line."""
        self.say("lock", "info", tr("This backup is locked."), name)
        self.line.clear()
        self.wrong.setVisible(wrong)
        self.line.setFocus()

    def _go_on(self) -> None:
        if self.line.text():
            self._opened(self.line.text())


class FaultCard(StepCard):
    """It could not be read; `again` tries once more."""

    def __init__(self, theme: Theme, again: Callable[[], None], back: Callable[[], None]) -> None:
        super().__init__(theme)
        self.back = self.add_button(button(tr("Back"), back))
        self.again = self.add_button(button(tr("Try again"), again, role="primary"))

    def show_fault(self, name: str, fault: ClawdError) -> None:
        """Say what is wrong and what to do."""
        self.say("error", "bad", tr("This backup cannot be restored."), f"{name}\n{fault.sentence()}")
        self.again.setFocus()


class EndCard(StepCard):
    """How it ended; `settings` opens where secrets are entered, `undo` takes it back, `done` leaves."""

    def __init__(
        self, theme: Theme, settings: Callable[[], None], undo: Callable[[], None], done: Callable[[], None]
    ) -> None:
        super().__init__(theme)
        self.settings = self.add_button(button(tr("Enter them in Settings"), settings))
        self.undo = self.add_button(button(tr("Undo…"), undo))
        self.done = self.add_button(button(tr("Done"), done, role="primary"))

    def show_ending(self, ending: Ending) -> None:
        """Show it."""
        self.say(ending.icon, ending.colour, ending.sentence, ending.more)
        clear(self.inside)
        self._list(tr("Enter these again, the backup does not have them:"), ending.enter)
        self._list(tr("Good to know:"), ending.notes)
        self.settings.setVisible(bool(ending.enter))
        self.undo.setVisible(bool(ending.undo))
        self.done.setFocus()

    def _list(self, title: str, rows: Sequence[str]) -> None:
        if rows:
            self.inside.addSpacing(SPACE)
            self.inside.addWidget(label(title, "strong", wrap=True))
            for text in rows:
                self.inside.addWidget(label(f"•  {text}", wrap=True, selectable=True))


def as_page(heading: str, card: Card) -> QWidget:
    """The card below a heading, where the cards of the page stand."""
    content, page = column()
    page.addWidget(label(heading, "heading", wrap=True))
    page.addWidget(card)
    page.addStretch(1)
    return scrolled(content, heading)
