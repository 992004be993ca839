"""The head of the page: how far back it looks, and the way back to now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.resources.ranges import RANGES, Range
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label


class Head(QWidget):
    """`chosen` is called with the range that a person picks, `now` when the person wants to follow again."""

    def __init__(self, theme: Theme, chosen: Callable[[Range], None], now: Callable[[], None]) -> None:
        super().__init__()
        self._caption = label("", "muted", wrap=True)
        self._now = button(tr("Back to now"), now, role="quiet")
        theme.bind_icon(self._now, "forward", "muted")
        # It keeps its room while it is hidden, so that nothing jumps.
        policy = self._now.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._now.setSizePolicy(policy)
        words = QVBoxLayout()
        words.setSpacing(SPACE // 2)
        words.addWidget(label(tr("Resources"), "title"))
        words.addWidget(self._caption)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addLayout(words, 1)
        row.addWidget(self._now)
        row.addLayout(self._ranges(chosen))
        self.show_following(True)

    def show_range(self, chosen: Range) -> None:
        """Mark the range that is shown."""
        self._buttons[chosen.id].setChecked(True)

    def show_following(self, following: bool, where: str = "") -> None:
        """Say whether the graphs end now, or `where` they are instead."""
        self._now.setVisible(not following)
        self._caption.setText(tr("Measured every 2 seconds.") if following else where)

    def _ranges(self, chosen: Callable[[Range], None]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for number, one in enumerate(RANGES):
            made = button(tr(one.title), lambda one=one: chosen(one), role="segment")  # type: ignore[misc]
            made.setProperty("place", {0: "first", len(RANGES) - 1: "last"}.get(number, "middle"))
            made.setCheckable(True)
            made.setAccessibleName(tr("Show the last {time}", time=tr(one.title)))
            self._group.addButton(made)
            self._buttons[one.id] = made
            row.addWidget(made)
        return row
