"""The one main window: pages at the right, their list at the left, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from clawd_desktop.ui.command_palette import CommandPalette
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.icons import app_icon
from clawd_desktop.ui.memory import Memory
from clawd_desktop.ui.navigation import Navigation
from clawd_desktop.ui.not_yet import not_yet
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.windows import BY_ID, PAGES

_FIRST_SIZE = QSize(1080, 720)
_SMALLEST = QSize(760, 520)
_COMMANDS = ("settings", "refresh", "back", "forward")


class MainWindow(QMainWindow):
    """Builds a page when it is first shown and keeps it.

    `close_asked` is called instead of closing; `settings` opens that window. F5 calls a page's `refresh()` if any.
    """

    def __init__(
        self, services: UiServices, memory: Memory, *, close_asked: Callable[[], None], settings: Callable[[], None]
    ) -> None:
        super().__init__()
        self._services = services
        self._memory = memory
        self._close_asked = close_asked
        self._settings = settings
        self._pages: dict[str, QWidget] = {}
        self._been: list[str] = []
        self._at = -1
        self.setWindowIcon(app_icon())
        self.setMinimumSize(_SMALLEST)
        self._stack = QStackedWidget()
        self._navigation = Navigation(services.theme, PAGES, self.show_page, self._command)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._navigation)
        row.addWidget(self._stack, 1)
        self.setCentralWidget(whole)
        self._add_shortcuts()
        self._restore_geometry()

    @property
    def page(self) -> str:
        """The id of the page that is open, "" before the first."""
        return self._been[self._at] if self._been else ""

    def show_page(self, page: str) -> None:
        """Open the page (an unknown id opens Overview) and remember the way; `logs/report` chooses a view in it."""
        name, _, view = page.partition("/")
        wanted = name if name in BY_ID else "overview"
        if wanted != self.page:
            del self._been[self._at + 1 :]
            self._been.append(wanted)
            self._at = len(self._been) - 1
        self._open(wanted)
        choose = getattr(self._pages[wanted], "choose", None)
        if view and callable(choose):
            choose(view)

    def present(self) -> None:
        """Show the window in front, also when it was minimised or hidden."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def remember(self) -> None:
        """Keep place and page for the next start. Raises StorageFault."""
        geometry = bytes(self.saveGeometry().toHex().data()).decode()
        self._memory.keep(geometry=geometry, page=self.page or "overview")

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask instead of closing: whether it may hide depends on the tray."""
        event.ignore()
        self._close_asked()

    def _open(self, page: str) -> None:
        if page not in self._pages:
            self._pages[page] = self._build(page)
            self._stack.addWidget(self._pages[page])
        self._stack.setCurrentWidget(self._pages[page])
        self._pages[page].setFocus()
        self._navigation.mark(page)
        self._navigation.back.setEnabled(self._at > 0)
        self._navigation.forward.setEnabled(self._at < len(self._been) - 1)
        self.setWindowTitle(f"{tr(BY_ID[page].title)} — Clawd Desktop")

    def _build(self, page: str) -> QWidget:
        row = BY_ID[page]
        return row.build(self._services) if row.build is not None else not_yet(self._services.theme, row)

    def _command(self, name: str) -> None:
        step = {"back": -1, "forward": 1}.get(name, 0)
        if step and 0 <= self._at + step < len(self._been):
            self._at += step
            self._open(self.page)
        elif name == "settings":
            self._settings()
        elif name == "refresh":
            refresh = getattr(self._pages.get(self.page), "refresh", None)
            if callable(refresh):
                refresh()
        elif name == "palette":
            self._open_palette()

    def _open_palette(self) -> None:
        words = {"settings": tr("Settings"), "refresh": tr("Refresh"), "back": tr("Back"), "forward": tr("Forward")}
        commands = [(row.id, tr(row.title)) for row in PAGES] + [(key, words[key]) for key in _COMMANDS]
        CommandPalette(self, commands, lambda key: self.show_page(key) if key in BY_ID else self._command(key)).open()

    def _add_shortcuts(self) -> None:
        for number, row in enumerate(PAGES, 1):
            self._shortcut(f"Ctrl+{number}", lambda page=row.id: self.show_page(page))  # type: ignore[misc]
        names = {"Ctrl+K": "palette", "Ctrl+,": "settings", "F5": "refresh", "Alt+Left": "back", "Alt+Right": "forward"}
        for keys, name in names.items():
            self._shortcut(keys, lambda name=name: self._command(name))  # type: ignore[misc]
        self._shortcut("Ctrl+W", self.close)

    def _shortcut(self, keys: str, run: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(run)

    def _restore_geometry(self) -> None:
        kept = QByteArray.fromHex(QByteArray(self._memory.now.geometry.encode()))
        if kept.isEmpty() or not self.restoreGeometry(kept):
            screen = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(_FIRST_SIZE.boundedTo(screen - QSize(8 * SPACE, 8 * SPACE)))
