"""Settings, General: starting at login, what closing does, and the everyday settings of the assistant."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.context import Context
from clawd_desktop.ui.settings.fields import FORMS
from clawd_desktop.ui.settings.form import add_groups
from clawd_desktop.ui.settings.looks import choice_of
from clawd_desktop.ui.settings.rows import setting_row, titled_card
from clawd_desktop.ui.widgets.page import column, scrolled


class StartAtLogin(QCheckBox):
    """Shows what the operating system says, and changes it there."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._autostart = services.autostart
        self._operations = Operations(self)
        self.setAccessibleName(tr("Start at login"))
        self.setEnabled(False)
        self.toggled.connect(lambda on: self._operations.start(tr("Start at login"), partial(self._set, on), busy=self))
        spawn(self._read(), name="ui: read start at login")

    async def _read(self) -> None:
        on = await self._autostart.enabled()
        with QSignalBlocker(self):
            self.setChecked(on)
        self.setEnabled(True)

    async def _set(self, on: bool) -> None:
        try:
            await self._autostart.set(on)
        finally:
            await self._read()


def general_page(context: Context) -> QWidget:
    """Build the page."""
    content, page = column()
    closing = choice_of(
        tr("When there is no tray, closing the window"),
        (("", tr("Asks")), ("background", tr("Keeps the assistant running")), ("quit", tr("Quits"))),
        context.memory.now.on_close,
        lambda value: context.memory.keep(on_close=value),
    )
    rows = [
        setting_row(
            tr("Start at login"), tr("The claw appears in the tray when you log in."), StartAtLogin(context.services)
        ),
        setting_row(tr("Closing the window"), tr("Where the desktop has a tray, the window only hides."), closing),
    ]
    page.addWidget(titled_card(tr("Starting and closing"), rows))
    _add_form(page, context)
    page.addStretch(1)
    return scrolled(content, tr("General"))


def gateway_page(context: Context) -> QWidget:
    """Build the page of the gateway."""
    content, page = column()
    add_groups(page, context.services, context.saver, context.described, FORMS["gateway"])
    page.addStretch(1)
    return scrolled(content, tr("Gateway"))


def _add_form(page: QVBoxLayout, context: Context) -> None:
    add_groups(page, context.services, context.saver, context.described, FORMS["general"])
