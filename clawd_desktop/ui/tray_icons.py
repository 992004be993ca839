"""Draws the claw of the tray with a badge for each state; badges differ in shape and in colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QIcon, QPainter, QPixmap

from clawd_desktop.config.paths import resource
from clawd_desktop.ui.icons import render
from clawd_desktop.ui.tray_state import Look

# Panels ask for these sizes; KDE takes 22 and 32 as they are and would blur others.
SIZES = (16, 18, 20, 22, 24, 32, 36, 44, 48, 64)
# Readable on light and on dark panels alike.
_LIVELY, _DIM = "#E24E39", "#8B8B95"
_CLAWS = {Look.STOPPED: _DIM, Look.PAUSED: _DIM}
_BADGE_SHARE = 0.54
_GAP = 0.05


@lru_cache(maxsize=len(Look))
def tray_icon(look: Look) -> QIcon:
    """The icon of a state in all sizes that panels ask for."""
    claw = resource("icons/claw.svg").read_text(encoding="utf-8").replace("currentColor", _CLAWS.get(look, _LIVELY))
    badge = None if look is Look.OK else resource(f"icons/badge-{look}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for size in SIZES:
        pixmap = render(claw, size)
        if badge is not None:
            _add_badge(pixmap, badge)
        icon.addPixmap(pixmap)
    return icon


def _add_badge(pixmap: QPixmap, badge: str) -> None:
    """Draw the badge at the lower right, with a gap of its own shape around it."""
    size = pixmap.width()
    side, gap = round(size * _BADGE_SHARE), max(1, round(size * _GAP))
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.drawPixmap(size - side - gap, size - side - gap, render(badge, side + 2 * gap))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawPixmap(size - side, size - side, render(badge, side))
    painter.end()
