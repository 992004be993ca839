"""The desktop side of the application: tray, windows and what their buttons ask for, each built when first needed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import (
    BackupEnded,
    BackupProgressed,
    ConfigChanged,
    ConnectionsChanged,
    Event,
    GatewayChanged,
    NoticesChanged,
    PauseChanged,
    RunAborted,
    RunFailed,
    RunFinished,
    RunQueued,
    RunStarted,
    SessionChanged,
    ShuttingDown,
)
from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.operations.quiet import MUTED
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.dialogs import ask_secret
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.memory import Memory
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.password import PasswordCopier
from clawd_desktop.ui.pauses import pause_until
from clawd_desktop.ui.presence import TrayPresence
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.shell import Shell
from clawd_desktop.ui.tray import Tray
from clawd_desktop.ui.tray_backup import backup_course
from clawd_desktop.ui.tray_state import WORKING_LINGERS_SECONDS, Facts, TrayView, tray_state

if TYPE_CHECKING:
    from clawd_desktop.ui.main_window import MainWindow
    from clawd_desktop.ui.settings.window import SettingsWindow

_EVENTS: tuple[type[Event], ...] = (
    GatewayChanged, ConnectionsChanged, ConfigChanged, PauseChanged, NoticesChanged, SessionChanged,
    RunQueued, RunStarted, RunFinished, RunFailed, RunAborted, BackupProgressed, BackupEnded,
)  # fmt: skip
_TRAY_NOTICE = "tray"
# What is read back ends without an event.
_BACKUP_MS = 1_000
# How long a desktop may take at login until its panel is there.
_PATIENCE_MS = 60_000


class Desktop:
    """Everything on the screen. `quit_requested` is called with a reason when a person wants to end the application."""

    def __init__(
        self, services: UiServices, shell: Shell, memory: Memory,
        *, tray_available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:  # fmt: skip
        self.quit_requested: Callable[[str], None] = lambda _reason: None
        self._services = services
        self._pages_services = replace(services, run_action=self.run_action)
        self._shell = shell
        self._memory = memory
        services.theme.use(memory.now.theme)
        shell.languages.use(memory.now.language)
        # Never shown: stands for the desktop where Qt wants a widget.
        self._root = QWidget()
        self._operations = Operations(self._root)
        self._window: MainWindow | None = None
        self._settings: SettingsWindow | None = None
        self._last_run = -1e9
        self._quit_when_idle = False
        self._autostart: bool | None = None
        self._reading: asyncio.Task[None] | None = None
        self._presence = TrayPresence(tray_available)
        self._presence.changed.connect(self._tray_came_or_went)
        self._tray = Tray(self._view, self.choose)
        self._copier = PasswordCopier(services)
        self._later = QTimer(self._root)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._refresh)
        self._bridge = Bridge(services.bus, _EVENTS, self._heard, self._root)
        # At once and not through the bridge: the window goes next.
        self._deaf = services.bus.subscribe(ShuttingDown, self._making_room)

    async def start(self, page: str | None = None, *, at_login: bool = False) -> None:
        """Show the icon, and the window with `page` when one is named.

        Without a tray the window is shown at once, at login only when no tray has come within a minute. Where a window
        was before a restore, one is again.
        """
        self._presence.start()
        if self._shell.between is not None:
            page = page or self._shell.between.page
        if self._presence.here:
            self._tray.show()
        elif at_login:
            QTimer.singleShot(_PATIENCE_MS, self._root, self._show_if_unseen)
        else:
            page = page or self._memory.now.page
        if self._shell.between is not None:
            self._shell.between.give_way(self._main_window())
            self._shell.between = None
        if page:
            self.show(page)
        self._reading = spawn(self._read_autostart(), name="ui: read start at login")

    def show(self, page: str = "") -> None:
        """Bring the window to the front, on `page` or the last one. `settings` and `about` open their own windows."""
        if page in ("settings", "about"):
            self.choose("settings:general" if page == "settings" else page)
            return
        window = self._main_window()
        window.show_page(page or window.page or self._memory.now.page)
        window.present()

    async def close(self) -> None:
        """Take everything from the screen and remember where it was."""
        await stop(self._reading)
        self._deaf()
        self._bridge.close()
        self._presence.stop()
        self._later.stop()
        self._tray.hide()
        self._remember()
        self._drop_windows()

    def balloon(self, title: str, text: str, severity: Severity) -> None:
        """Tell something beside the tray icon, where the system has no better way."""
        self._tray.balloon(title, text, severity)

    def choose(self, row: str) -> None:
        """Do what a row of the tray menu, or an action of a notice, asks for."""
        self._operations.start("Clawd Desktop", partial(self.run_action, row))

    async def run_action(self, action: str) -> None:
        """Do what the action id names; those that are not about windows go to the application. Raises ClawdError."""
        kind, _, argument = action.partition(":")
        table: dict[str, Callable[[], Awaitable[None]]] = {
            "toggle": self._toggle,
            "page": partial(self._show_page, argument),
            "notice": partial(self._show_page, "overview"),
            "settings": partial(self._open_settings, argument),
            "about": self._about,
            "password.copy": self._copier.copy,
            "secrets.vault": self._use_vault,
            "secrets.unlock": self._unlock,
            "autostart": self._switch_autostart,
            "backup.now": self._back_up,
            "backup.stop": self._stop_backup,
            "pause": partial(self._pause, action),
            "app.quit": self._quit,
            "app.quit_when_idle": self._wait_and_quit,
        }
        if kind in table:
            await table[kind]()
        else:
            await self._services.run_action(action)
        self._refresh()

    def restyle(self, *, theme: str | None = None, language: str | None = None) -> None:
        """Change look or language now and for later starts. Raises StorageFault when it cannot be remembered."""
        if theme is not None:
            self._services.theme.use(theme)
            self._memory.keep(theme=theme)
        if language is not None:
            self._memory.keep(language=language)
            if self._shell.languages.use(language):
                # Not from inside the window that asked.
                QTimer.singleShot(0, self._root, self._build_again)

    # The tray.

    def _view(self) -> TrayView:
        now = self._services.clock.monotonic()
        report = self._services.status.report()
        if report.runs:
            self._last_run = now
        notices = self._services.notices.current()
        progress = self._services.backups.progress
        facts = Facts(
            report,
            notices,
            self._services.clock.wall_ms(),
            now - self._last_run,
            backup_course(progress) if progress is not None else "",
            autostart=self._autostart,
            muted=self._services.operations.quiet.state().because == MUTED,
            backing_up=progress is not None,
        )
        return tray_state(facts)

    def _heard(self, _events: Sequence[Event]) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self._tray.refresh()
        if self._services.clock.monotonic() - self._last_run < WORKING_LINGERS_SECONDS:
            self._later.start(round(WORKING_LINGERS_SECONDS * 1000) + 100)
        elif self._services.backups.progress is not None:
            self._later.start(_BACKUP_MS)
        report = self._services.status.report()
        if self._quit_when_idle and report.runs + report.queued == 0:
            self._quit_when_idle = False
            self.quit_requested("idle")

    def _tray_came_or_went(self, here: bool) -> None:
        if here:
            self._tray.show_again()
            self._services.notices.clear(_TRAY_NOTICE)
            return
        self._tray.hide()
        title = tr("The tray of your desktop is gone")
        text = tr("The window stays open until the tray is back; the assistant goes on as before.")
        self._services.notices.set(
            Notice(_TRAY_NOTICE, Severity.INFO, title, text, since_ms=self._services.clock.wall_ms())
        )
        self._show_if_unseen()

    def _show_if_unseen(self) -> None:
        if not self._presence.here and not (self._window and self._window.isVisible()):
            self.show()

    # Windows.

    def _making_room(self, event: ShuttingDown) -> None:
        """Who looks at the window sees at once that it comes back."""
        if event.restart_ms is not None and self._window is not None and self._window.isVisible():
            from clawd_desktop.ui.between_runs import BetweenRuns

            self._shell.between = BetweenRuns(self._window)

    def _main_window(self) -> MainWindow:
        if self._window is None:
            from clawd_desktop.ui.main_window import MainWindow

            self._window = MainWindow(
                self._pages_services,
                self._memory,
                close_asked=lambda: self._operations.start(tr("Close"), self._close_asked),
                settings=lambda: self.choose("settings:general"),
            )
        return self._window

    async def _toggle(self) -> None:
        if self._window is not None and self._window.isActiveWindow():
            self._hide_window()
        else:
            self.show()

    async def _show_page(self, page: str) -> None:
        self.show(page)

    async def _open_settings(self, section: str) -> None:
        if self._settings is None:
            from clawd_desktop.ui.settings.window import SettingsWindow

            self._settings = SettingsWindow(self._pages_services, self._memory, self.restyle)
        self._settings.present(section)

    async def _about(self) -> None:
        from clawd_desktop.ui.about import About

        self._about_dialog = About(self._services, self._window)
        self._about_dialog.open()

    async def _close_asked(self) -> None:
        if self._presence.here or self._memory.now.on_close == "background":
            self._hide_window()
            return
        if not self._memory.now.on_close:
            from clawd_desktop.ui.close_question import ask_on_close

            answer = await ask_on_close(self._window)
            if not answer:
                return
            self._memory.keep(on_close=answer)
        if self._memory.now.on_close == "quit":
            self.quit_requested("window closed")
        else:
            self._hide_window()

    def _hide_window(self) -> None:
        if self._window is not None:
            self._remember()
            self._window.hide()

    def _remember(self) -> None:
        if self._window is not None:
            try:
                self._window.remember()
            except ClawdError:
                return

    def _drop_windows(self) -> None:
        for window in (self._window, self._settings):
            if window is not None:
                window.hide()
                window.deleteLater()
        self._window = self._settings = None

    def _build_again(self) -> None:
        page = self._window.page if self._window is not None and self._window.isVisible() else ""
        section = self._settings.section if self._settings is not None and self._settings.isVisible() else ""
        self._remember()
        self._drop_windows()
        self._tray.refresh()
        if page:
            self.show(page)
        if section:
            self.choose(f"settings:{section}")

    # Commands.

    async def _pause(self, choice: str) -> None:
        now = datetime.fromtimestamp(self._services.clock.wall_ms() / 1000)
        await self._services.run_action(f"assistant.pause:{pause_until(choice, now)}")

    async def _use_vault(self) -> None:
        from clawd_desktop.ui.vault_question import ask_new_passphrase

        passphrase = await ask_new_passphrase(self._window)
        if passphrase and self._services.use_vault is not None:
            await self._services.use_vault(passphrase)

    async def _unlock(self) -> None:
        """The keyring asks for its password itself; for the encrypted file we do."""
        if not self._services.vault_is_locked() or self._services.use_vault is None:
            await self._services.run_action("secrets.unlock")
            return
        title = tr("Encrypted file for passwords and keys")
        passphrase = await ask_secret(self._window, title, tr("The passphrase of the file"))
        if passphrase:
            await self._services.use_vault(passphrase)

    async def _back_up(self) -> None:
        with contextlib.suppress(Stopped):
            await self._services.backups.create(Order())

    async def _stop_backup(self) -> None:
        self._services.backups.stop()

    async def _quit(self) -> None:
        self.quit_requested("menu")

    async def _wait_and_quit(self) -> None:
        self._quit_when_idle = True

    async def _read_autostart(self) -> None:
        self._autostart = await self._services.autostart.enabled()
        self._refresh()

    async def _switch_autostart(self) -> None:
        await self._services.autostart.set(not self._autostart)
        await self._read_autostart()
