"""Draws the claw of the tray with a badge for each state; badges differ in shape and in colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clawd_desktop.config.paths import resource
from clawd_desktop.ui.icons import render
from clawd_desktop.ui.tray_state import Look

# Panels ask for these sizes; KDE takes 22 and 32 as they are and would blur others.
SIZES = (16, 18, 20, 22, 24, 32, 36, 44, 48, 64)
# Readable on light and on dark panels alike.
_LIVELY, _DIM = "#E24E39", "#8B8B95"
_CLAWS = {Look.STOPPED: _DIM, Look.PAUSED: _DIM}
_BADGE_SHARE = 0.56
_GAP = 0.07


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
    size = pixmap.width()
    side = round(size * _BADGE_SHARE)
    place = QRectF(size - side, size - side, side, side)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.setBrush(Qt.GlobalColor.black)
    reach = side / 2 + size * _GAP
    painter.drawEllipse(QPointF(place.center()), reach, reach)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    QSvgRenderer(QByteArray(badge.encode())).render(painter, place)
    painter.end()
