"""Puts the light or dark look on the application, live, and tints the drawn icons to match."""

from __future__ import annotations

import re
import weakref
from functools import cache
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from clawd_desktop.config.paths import resource
from clawd_desktop.ui.palette import BODY, DARK, HEADING, LIGHT, RADIUS, SMALL, TITLE, Tokens

MODES = ("system", "light", "dark")
_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "on_accent",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "accent_fill",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent_text",
    QPalette.ColorRole.LinkVisited: "accent_text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "outline",
    QPalette.ColorRole.Shadow: "border",
}


class TakesIcon(Protocol):
    """A button, action or label that shows an icon."""

    def setIcon(self, icon: QIcon, /) -> None:  # noqa: N802
        """Show this icon."""


@cache
def style_template() -> str:
    """The style sheet with `@name` in the place of each token."""
    return resource("themes/clawd.qss").read_text(encoding="utf-8")


def style_sheet(tokens: Tokens, scale: float, images: str) -> str:
    """The style sheet of a theme; `scale` multiplies type sizes, `images` is the folder of the control drawings."""
    sizes = {"small": SMALL, "body": BODY, "heading": HEADING, "title": TITLE}
    values = tokens.colours() | {name: f"{round(size * scale)}px" for name, size in sizes.items()}
    values |= {"radius": f"{RADIUS}px", "images": images, "shade": "dark" if tokens.dark else "light"}
    return re.sub(r"@([a-z_]+)", lambda found: values[found[1]], style_template())


def qt_palette(tokens: Tokens) -> QPalette:
    """The theme for widgets that draw themselves without a style sheet."""
    palette = QPalette()
    colours = tokens.colours()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(colours[name]))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return palette


class Theme(QObject):
    """The look that is on now: `tokens` are its colours; `changed` is sent after it was switched."""

    changed = Signal()

    def __init__(self, application: QApplication, mode: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self._bound: weakref.WeakKeyDictionary[QObject, tuple[str, str]] = weakref.WeakKeyDictionary()
        self.mode = ""
        self.tokens = LIGHT
        self.scale = max(1.0, application.primaryScreen().logicalDotsPerInch() / 96) if application.screens() else 1.0
        application.setFont(self.font())
        application.styleHints().colorSchemeChanged.connect(self._follow)
        self.use(mode)

    def use(self, mode: str) -> None:
        """Switch to "light", "dark" or "system" (follow the desktop); anything else counts as "system"."""
        wanted = mode if mode in MODES else "system"
        if wanted == self.mode:
            return
        self.mode = wanted
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
        self._application.styleHints().setColorScheme(schemes[self.mode])
        self._put_on()

    def font(self, size: int = BODY, *, strong: bool = False, mono: bool = False) -> QFont:
        """The system's font (or its fixed one) with digits of equal width; `size` is one of the type sizes."""
        kind = QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
        font = QFontDatabase.systemFont(kind)
        font.setPixelSize(round(size * self.scale))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def icon(self, name: str, role: str = "muted") -> QIcon:
        """The drawing resources/icons/`name`.svg in the colour of the token `role`."""
        from clawd_desktop.ui.icons import tinted

        return tinted(name, self.tokens.colours()[role], self.tokens.selected)

    def bind_icon(self, target: TakesIcon, name: str, role: str = "muted") -> None:
        """Show the icon on a button or action and keep it tinted when the theme changes."""
        target.setIcon(self.icon(name, role))
        if isinstance(target, QObject):
            self._bound[target] = (name, role)

    def _follow(self) -> None:
        if self.mode == "system":
            self._put_on()

    def _wanted(self) -> Tokens:
        if self.mode != "system":
            return DARK if self.mode == "dark" else LIGHT
        return DARK if self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT

    def _put_on(self) -> None:
        self.tokens = self._wanted()
        self._application.setPalette(qt_palette(self.tokens))
        self._application.setStyleSheet(style_sheet(self.tokens, self.scale, resource("themes").as_posix()))
        # A window that is gone may still have its Python half, until that is collected.
        for target, (name, role) in [item for item in self._bound.items() if isValid(item[0])]:
            target.setIcon(self.icon(name, role))  # type: ignore[attr-defined]
        self.changed.emit()
