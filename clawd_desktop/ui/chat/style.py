"""The fonts, colours and distances of the transcript, taken from the theme once per switch."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont

from clawd_desktop.ui.palette import BODY, HEADING, SMALL, TITLE
from clawd_desktop.ui.theme import Theme

# A line of about 90 characters at most: longer ones are hard to follow back to the left edge.
MEASURE = 760
GUTTER = 24
ROW_GAP = 24
BLOCK_GAP = 12
BUBBLE_PADDING = 12
BUBBLE_SHARE = 0.82
CODE_PADDING = 14
CODE_HEADER = 36
ROUND = 10
INDENT = 24
LINE_HEIGHT = 142
CODE_LINE_HEIGHT = 116
HEADING_SIZES = {1: TITLE, 2: 17, 3: HEADING}


@dataclass(frozen=True)
class Look:
    """All that a layout needs to know of the theme; another object means another look."""

    dark: bool
    scale: float
    body: QFont
    strong: QFont
    small: QFont
    code: QFont
    colours: dict[str, QColor]

    def px(self, size: float) -> int:
        """A distance of the design in pixels of this screen."""
        return round(size * self.scale)

    def heading(self, level: int) -> QFont:
        """The font of a heading of this level, 1 to 6."""
        font = QFont(self.strong)
        font.setPixelSize(self.px(HEADING_SIZES.get(level, HEADING)))
        return font


def look(theme: Theme) -> Look:
    """What the theme shows now."""
    # Text that is read rather than operated is one step larger than the controls.
    return Look(
        dark=theme.tokens.dark,
        scale=theme.scale,
        body=theme.font(BODY + 1),
        strong=theme.font(BODY + 1, strong=True),
        small=theme.font(SMALL),
        code=theme.font(BODY, mono=True),
        colours={name: QColor(value) for name, value in theme.tokens.colours().items()},
    )
