"""The icon in the tray and its menu, which is kept current all the time because panels read it before it opens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from clawd_desktop.core.notices import Severity
from clawd_desktop.ui.tray_icons import tray_icon
from clawd_desktop.ui.tray_state import Row, TrayView

_CLICKS = (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick)


_BALLOONS = {
    Severity.INFO: QSystemTrayIcon.MessageIcon.Information,
    Severity.WARNING: QSystemTrayIcon.MessageIcon.Warning,
    Severity.ERROR: QSystemTrayIcon.MessageIcon.Critical,
    Severity.ACTION: QSystemTrayIcon.MessageIcon.Warning,
}


class Tray(QObject):
    """Shows a TrayView; `chosen` is called with the id of the row a person picked, "toggle" for a click on the icon.

    `ask` gives the newest view; it is asked just before the menu opens.
    """

    def __init__(self, ask: Callable[[], TrayView], chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._ask = ask
        self._chosen = chosen
        self._view: TrayView | None = None
        # One menu for the whole life: GNOME and KDE keep a copy of it over D-Bus.
        self.menu = QMenu()
        self.menu.aboutToShow.connect(self.refresh)
        self.icon = self._make_icon()
        self.refresh()

    def refresh(self) -> None:
        """Show the newest view; does nothing when nothing changed."""
        view = self._ask()
        former, self._view = self._view, view
        if former is None or former.look is not view.look:
            self.icon.setIcon(tray_icon(view.look))
        if former is None or former.tooltip != view.tooltip:
            self.icon.setToolTip(view.tooltip)
        if former is None or former.rows != view.rows:
            self._fill(self.menu, view.rows)

    def show(self) -> None:
        """Put the icon into the tray."""
        self.icon.show()

    def show_again(self) -> None:
        """Put a new icon into a tray that came later: Qt chooses the kind of tray when an icon is made, for good."""
        self.icon.hide()
        self.icon.deleteLater()
        self.icon = self._make_icon()
        self._view = None
        self.refresh()
        self.icon.show()

    def hide(self) -> None:
        """Take the icon out of the tray."""
        self.icon.hide()

    def balloon(self, title: str, text: str, severity: Severity) -> None:
        """Show a message beside the icon; for systems where that is the only kind of notification."""
        self.icon.showMessage(title, text, _BALLOONS[severity])

    def _make_icon(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(self)
        icon.setContextMenu(self.menu)
        icon.activated.connect(self._clicked)
        return icon

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in _CLICKS:
            self._chosen("toggle")

    def _fill(self, menu: QMenu, rows: tuple[Row, ...]) -> None:
        """Change the menu row by row; actions that stay keep their identity, so that an open menu does not jump."""
        present = menu.actions()
        for index, row in enumerate(rows):
            action = present[index] if index < len(present) else None
            if action is None or not _fits(action, row):
                action = self._replace(menu, action, row)
            action.setText(row.text.replace("&", "&&"))
            if row.checked is not None:
                action.setChecked(row.checked)
            inner = action.menu()
            if isinstance(inner, QMenu):
                self._fill(inner, row.children)
        for action in menu.actions()[len(rows) :]:
            _drop(menu, action)

    def _replace(self, menu: QMenu, former: QAction | None, row: Row) -> QAction:
        action = QAction(menu)
        action.setData(row.id)
        action.setSeparator(not row.text)
        if row.children:
            action.setMenu(QMenu(menu))
        elif row.text:
            action.setCheckable(row.checked is not None)
            action.triggered.connect(lambda _checked=False, key=row.id: self._chosen(key))
        if former is None:
            menu.addAction(action)
        else:
            menu.insertAction(former, action)
            _drop(menu, former)
        return action


def _fits(action: QAction, row: Row) -> bool:
    same = action.data() == row.id and action.isSeparator() == (not row.text)
    return same and action.isCheckable() == (row.checked is not None) and bool(action.menu()) == bool(row.children)


def _drop(menu: QMenu, action: QAction) -> None:
    menu.removeAction(action)
    action.deleteLater()
