"""The QApplication and its loop: what must exist before the first window, and how the session's end is heard."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from clawd_desktop.ui.loop import make_loop  # isort: skip  (chooses the Qt binding before anything loads Qt)

from PySide6.QtCore import QCoreApplication, QLoggingCategory, Qt
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from clawd_desktop import __version__
from clawd_desktop.ui.i18n import Languages
from clawd_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from clawd_desktop.ui.between_runs import BetweenRuns

APP_ID = "clawd-desktop"
APP_NAME = "Clawd Desktop"
_QUIET = "qt.qpa.services.warning=false\nqt.qpa.theme.gnome.warning=false"
_THEME = "QT_QPA_PLATFORMTHEME"
_GTK_DESKTOPS = {"GNOME", "UNITY", "XFCE", "MATE", "X-CINNAMON", "CINNAMON", "LXDE", "PANTHEON", "BUDGIE"}


class Shell:
    """Owns the QApplication for the whole life of the process.

    `loop_factory` is for `asyncio.Runner`; `quit_requested` is called on SIGINT, SIGTERM and the end of the session.
    `between` stands in for the window while one run has ended for a restore and the next has not begun.
    """

    def __init__(self, arguments: list[str], *, theme: str = "system", language: str = "system") -> None:
        os.environ |= platform_theme(os.environ)
        # A desktop without a portal is fine, and no news to whoever starts the program in a terminal.
        QLoggingCategory.setFilterRules(_QUIET)
        QGuiApplication.setDesktopFileName(APP_ID)
        # A session manager would otherwise restore windows and start us again beside the autostart entry.
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DisableSessionManager, sys.platform == "linux")
        present = QApplication.instance()
        if present is None:
            QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        self.application = present if isinstance(present, QApplication) else QApplication(arguments)
        self.application.setApplicationName(APP_ID)
        self.application.setApplicationDisplayName(APP_NAME)
        self.application.setApplicationVersion(__version__)
        self.application.setQuitOnLastWindowClosed(False)
        self.application.setStyle("Fusion")
        self.languages = Languages(self.application)
        self.languages.use(language)
        self.theme = Theme(self.application, theme)
        self.quit_requested: Callable[[str], None] = lambda _reason: None
        self.between: BetweenRuns | None = None
        self.application.commitDataRequest.connect(self._session_ends)

    def loop_factory(self) -> asyncio.AbstractEventLoop:
        """A new loop on this application, for `asyncio.Runner(loop_factory=...)`."""
        return make_loop(self.application)

    def listen_for_signals(self) -> None:
        """Turn SIGINT and SIGTERM into a request to quit; to be called on the running loop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            if sys.platform == "win32":
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.quit_requested, "signal"))
            else:
                loop.add_signal_handler(number, self.quit_requested, "signal")

    def say_trouble(self, quit_asked: Callable[[], None]) -> Callable[[str], Callable[[], None]]:
        """What shows a sentence while there is neither an icon nor a window, and returns what takes it away."""
        from clawd_desktop.ui.folder_trouble import FolderTrouble

        return lambda sentence: FolderTrouble(sentence, quit_asked).present()

    def _session_ends(self, manager: QSessionManager) -> None:
        manager.setRestartHint(QSessionManager.RestartHint.RestartNever)
        self.quit_requested("session end")


def platform_theme(environ: Mapping[str, str], platform: str = sys.platform) -> dict[str, str]:
    """Variables that keep Qt from loading GTK, 25 MB, on desktops made of it: we draw everything ourselves.

    Qt's own "gnome" theme still brings the tray over D-Bus and tells light from dark. A person's own choice stands.
    """
    desktops = set(environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":"))
    if platform != "linux" or environ.get(_THEME) or not desktops & _GTK_DESKTOPS:
        return {}
    return {_THEME: "gnome"}


def has_screen(environ: dict[str, str] | os._Environ[str], platform: str = sys.platform) -> bool:
    """Whether windows can be shown here; without a screen Qt would end the process."""
    if platform in ("win32", "darwin"):
        return True
    return bool(
        environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("QT_QPA_PLATFORM") == "offscreen"
    )
