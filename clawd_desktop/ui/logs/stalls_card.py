"""When the event loop stood still: the last times, how long each took, and in which lines."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clawd_desktop.operations.stalls import Seen, Stall, StallStack
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.text import label, line

SHOWN = 10
INNERMOST = 3
SEEN = {
    Seen.BUSY: mark("It was busy in:"),
    Seen.WAITING: mark("It got no time, because the computer or another thread was busy. It waited in:"),
    Seen.OVER: mark("It had answered by then; what it did next need not be the cause:"),
}


class StallsCard(Card):
    """The newest first; its rows are built again only when there is another one."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._shown: tuple[Stall, ...] | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(3 * SPACE)
        self.body.addWidget(label(tr("When it stood still"), "heading"))
        self.body.addLayout(self._list)

    def refresh(self) -> None:
        """Look now."""
        stalls = self._services.operations.profiler.stalls()
        if stalls == self._shown:
            return
        self._shown = stalls
        clear(self._list)
        if not stalls:
            self._list.addWidget(label(tr("It has not stood still since the start."), "muted", wrap=True))
        for number, stall in enumerate(reversed(stalls[-SHOWN:])):
            if number:
                self._list.addWidget(line())
            self._list.addWidget(self._row(stall))

    def _row(self, stall: Stall) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        when = words.moment(stall.at_ms, self._services.clock.wall_ms())
        head = tr("{when}, for {time}", when=when, time=told(stall.seconds, Unit.SECONDS))
        layout.addWidget(label(head, "strong", wrap=True))
        look = telling(stall)
        if look is not None:
            layout.addWidget(label(tr(SEEN[look.seen]), "muted", wrap=True))
            layout.addWidget(label("\n".join(innermost(look)), "caption", wrap=True, selectable=True))
        return made


def telling(stall: Stall) -> StallStack | None:
    """The look that tells most: the first that saw it at work, else the first at all; None when there was no look."""
    busy = (look for look in stall.stacks if look.seen is Seen.BUSY)
    return next(busy, stall.stacks[0] if stall.stacks else None)


def innermost(look: StallStack) -> tuple[str, ...]:
    """The last positions, the innermost first."""
    return look.positions[: -INNERMOST - 1 : -1]
