"""The tray's menu is current before it opens, and its actions keep their identity."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon
from ui.staging import NOW, REPORT

from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.ui.tray import Tray
from clawd_desktop.ui.tray_state import Facts, Look, TrayView, tray_state

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)]
NOTICE = Notice("keyring", Severity.WARNING, "A key & more is in plain text", "")


class Desk:
    """A tray with facts to set."""

    def __init__(self) -> None:
        self.facts = Facts(REPORT, (), NOW, autostart=False)
        self.chosen: list[str] = []
        self.tray = Tray(self.view, self.chosen.append)

    def view(self) -> TrayView:
        return tray_state(self.facts)

    def action(self, text: str, menu: QMenu | None = None) -> QAction:
        return next(action for action in (menu or self.tray.menu).actions() if action.text() == text)

    def submenu(self, text: str) -> QMenu:
        menu = self.action(text).menu()
        assert isinstance(menu, QMenu)
        return menu


def test_the_menu_is_filled_before_anybody_opens_it() -> None:
    desk = Desk()
    assert desk.tray.menu.actions()[0].text() == "● Running — 14 conversations, 2 clients"
    assert desk.tray.icon.toolTip() == "Clawd Desktop\nEverything is fine."


def test_rows_do_what_they_say_also_in_submenus() -> None:
    desk = Desk()
    desk.action("Open chat").trigger()
    desk.action("Until I resume", desk.submenu("Pause assistant")).trigger()
    desk.action("Start at login").trigger()
    assert desk.chosen == ["page:chat", "pause:open", "autostart"]


def test_a_change_keeps_the_actions_that_stay() -> None:
    desk = Desk()
    status, menu = desk.tray.menu.actions()[0], desk.tray.menu
    desk.facts = replace(desk.facts, notices=(NOTICE,), report=replace(REPORT, sessions=15))
    desk.tray.refresh()
    assert desk.tray.menu is menu
    assert desk.tray.menu.actions()[0] is status
    assert desk.tray.menu.actions()[1].text() == "⚠ A key && more is in plain text"


def test_every_state_leaves_exactly_its_rows() -> None:
    desk = Desk()
    running = replace(REPORT, runs=2, paused_until_ms=0)
    for facts in (replace(desk.facts, notices=(NOTICE,) * 3), replace(desk.facts, report=running), desk.facts):
        desk.facts = facts
        desk.tray.refresh()
        shown = [(action.text(), action.isSeparator()) for action in desk.tray.menu.actions()]
        assert shown == [(row.text.replace("&", "&&"), not row.text) for row in desk.view().rows]


def test_opening_the_menu_asks_for_the_newest_facts() -> None:
    desk = Desk()
    desk.facts = replace(desk.facts, report=replace(REPORT, paused_until_ms=0))
    desk.tray.menu.aboutToShow.emit()
    assert desk.action("Resume assistant").isEnabled()
    assert desk.view().look is Look.PAUSED


def test_a_tick_follows_the_facts() -> None:
    desk = Desk()
    desk.facts = replace(desk.facts, autostart=True)
    desk.tray.refresh()
    assert desk.action("Start at login").isChecked()


@pytest.mark.parametrize(
    "reason", [QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick]
)
def test_a_click_toggles_the_window(reason: QSystemTrayIcon.ActivationReason) -> None:
    desk = Desk()
    desk.tray.icon.activated.emit(reason)
    assert desk.chosen == ["toggle"]


def test_the_context_click_is_the_menus() -> None:
    desk = Desk()
    desk.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert desk.chosen == []


def test_a_tray_that_comes_later_gets_a_new_icon_that_says_and_does_the_same() -> None:
    desk = Desk()
    former, status = desk.tray.icon, desk.tray.menu.actions()[0]
    desk.tray.show_again()
    assert desk.tray.icon is not former
    assert desk.tray.icon.isVisible()
    assert desk.tray.icon.toolTip() == "Clawd Desktop\nEverything is fine."
    assert not desk.tray.icon.icon().isNull()
    assert desk.tray.icon.contextMenu() is desk.tray.menu
    assert desk.tray.menu.actions()[0] is status
    desk.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert desk.chosen == ["toggle"]
    desk.tray.hide()
