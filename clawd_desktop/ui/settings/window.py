"""The Settings window: sections at the left, the open one at the right, what was saved at the bottom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.values import JsonObject
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.icons import app_icon
from clawd_desktop.ui.memory import Memory
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.advanced import AdvancedPage
from clawd_desktop.ui.settings.context import Context, Restyle
from clawd_desktop.ui.settings.general import gateway_page, general_page
from clawd_desktop.ui.settings.looks import looks_page
from clawd_desktop.ui.settings.models import models_page
from clawd_desktop.ui.settings.saving import Saver
from clawd_desktop.ui.settings.security import SecurityPage
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.states import States, message
from clawd_desktop.ui.widgets.text import label, set_role


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of the settings."""

    id: str
    title: str
    icon: str
    build: Callable[[Context], QWidget]


def _notifications(context: Context) -> QWidget:
    title = tr("Notifications come in a later version.")
    text = tr("Until then what needs you stands on Overview, in the tray menu and in a notification of your desktop.")
    return message(context.services.theme, "alerts", "muted", title, text, [])


SECTIONS: tuple[SectionRow, ...] = (
    SectionRow("general", mark("General"), "settings", general_page),
    SectionRow("gateway", mark("Gateway"), "gateway", gateway_page),
    SectionRow("security", mark("Security"), "lock", SecurityPage),
    SectionRow("models", mark("Models & keys"), "key", models_page),
    SectionRow("appearance", mark("Appearance"), "palette", looks_page),
    SectionRow("notifications", mark("Notifications"), "alerts", _notifications),
    SectionRow("advanced", mark("Advanced"), "code", AdvancedPage),
)
BY_ID = {row.id: row for row in SECTIONS}


class SettingsWindow(QWidget):
    """Each section is built anew when it is opened, so that it shows what is in force."""

    def __init__(self, services: UiServices, memory: Memory, restyle: Restyle) -> None:
        super().__init__()
        self._services = services
        self._memory = memory
        self._restyle = restyle
        self._operations = Operations(self)
        self._described: tuple[JsonObject, JsonObject] | None = None
        self.section = SECTIONS[0].id
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{tr('Settings')} — Clawd Desktop")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(QSize(720, 480))
        self.resize(QSize(940, 660))
        self._saver = Saver(services, self)
        self._saver.saved.connect(self._say_saved)
        self._saver.failed.connect(self._say_failed)
        self._group = QButtonGroup(self)
        self._buttons = {row.id: self._button(row) for row in SECTIONS}
        self._page = QVBoxLayout()
        self._said = label("", "muted", wrap=True)
        self._undo = button(tr("Undo"), self._saver.undo, role="quiet")
        self._undo.hide()
        self._lay_out()
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)

    def present(self, section: str = "") -> None:
        """Show the window in front, on this section (the last one when it is not known)."""
        self.section = section if section in BY_ID else self.section
        self._buttons[self.section].setChecked(True)
        self._open()
        self.show()
        self.raise_()
        self.activateWindow()
        # Not on the first section: a ring there would look like the choice.
        self.setFocus()

    def _button(self, row: SectionRow) -> QPushButton:
        made = button("  " + tr(row.title).replace("&", "&&"), lambda: self.present(row.id), role="nav")
        made.setAccessibleName(tr(row.title))
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setIconSize(QSize(18, 18))
        self._services.theme.bind_icon(made, row.icon)
        self._group.addButton(made)
        return made

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("role", "sidebar")
        side.setMinimumWidth(200)
        column = QVBoxLayout(side)
        column.setContentsMargins(3 * SPACE, 4 * SPACE, 3 * SPACE, 3 * SPACE)
        column.setSpacing(SPACE // 2)
        for made in self._buttons.values():
            column.addWidget(made)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 2 * SPACE)
        foot.addWidget(self._said, 1)
        foot.addWidget(self._undo)
        right = QVBoxLayout()
        right.setSpacing(SPACE)
        right.addLayout(self._page, 1)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addLayout(right, 1)

    def _open(self) -> None:
        self._saver.read()
        clear(self._page)
        if self._described is not None:
            self._page.addWidget(self._built())
            return
        waiting = States(self._services.theme, QWidget())
        self._page.addWidget(waiting)
        waiting.loading()
        self._operations.start(tr("Settings"), self._describe, report=lambda why: self._failed(waiting, why))

    async def _describe(self) -> None:
        from clawd_desktop.config.schema.describe import schema

        self._described = await asyncio.to_thread(schema)
        self._open()

    def _failed(self, waiting: States, why: str) -> None:
        waiting.error(tr("The settings cannot be shown."), why, self._open)

    def _built(self) -> QWidget:
        described = self._described or ({}, {})
        context = Context(self._services, self._memory, self._saver, self._restyle, described, self._open)
        return BY_ID[self.section].build(context)

    def _say_saved(self, text: str) -> None:
        self._said.setText(text)
        set_role(self._said, "muted")
        self._undo.setVisible(self._saver.can_undo)

    def _say_failed(self, text: str) -> None:
        self._said.setText(text)
        set_role(self._said, "bad")
        self._undo.hide()
