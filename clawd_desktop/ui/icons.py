"""Draws the icon set of resources/icons in any colour and in the sizes that buttons, panels and launchers ask for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clawd_desktop.config.paths import resource

SIZES = (16, 20, 24, 32, 40, 48)
APP_SIZES = (16, 22, 24, 32, 48, 64, 128)


@lru_cache(maxsize=160)
def tinted(name: str, colour: str, disabled: str = "") -> QIcon:
    """The one-colour drawing `name` in `#RRGGBB`, and in `disabled` where it cannot be used."""
    source = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    icon = _icon(source.replace("currentColor", colour), SIZES)
    if disabled:
        for size in SIZES:
            icon.addPixmap(render(source.replace("currentColor", disabled), size), QIcon.Mode.Disabled)
    return icon


@lru_cache(maxsize=1)
def app_icon() -> QIcon:
    """The application's own icon, for windows and launchers."""
    return _icon(resource("icons/clawd.svg").read_text(encoding="utf-8"), APP_SIZES)


def render(source: str, size: int) -> QPixmap:
    """The SVG text as a square picture of `size` pixels with a transparent ground."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _icon(source: str, sizes: tuple[int, ...]) -> QIcon:
    icon = QIcon()
    for size in sizes:
        icon.addPixmap(render(source, size))
    return icon
