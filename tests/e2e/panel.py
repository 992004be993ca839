"""What a person sees and clicks in the panel: the icon of the application and its menu."""

from __future__ import annotations

import subprocess

from desktop_session import Desktop, wait_until
from e2e.app_process import PATIENCE
from jeepney import DBusAddress

# How the panel draws a menu, seen on the screen: the middle of the first row, the heights of rows and lines.
_LEFT = 60
_FIRST_ROW = 48
_ROW = 25
_LINE = 1
_RIGHT = 3


def wait_for_icon(desktop: Desktop) -> None:
    """Return when the panel knows the icon and shows it."""
    wait_until(lambda: bool(desktop.tray_items()), "the icon in the tray", patience=PATIENCE)
    wait_until(lambda: colours(desktop) > 20, "the icon on the screen", patience=PATIENCE)


def icon_property(desktop: Desktop, name: str) -> object:
    """A property of the StatusNotifierItem."""
    owner, path = desktop.tray_items()[0].split("/", 1)
    item = DBusAddress(f"/{path}", owner, "org.freedesktop.DBus.Properties")
    (_, value), *_ = desktop.bus.call(item, "Get", "ss", "org.kde.StatusNotifierItem", name)  # type: ignore[misc]
    return value


def colours(desktop: Desktop) -> int:
    """How many colours there are where the first icon of the tray stands."""
    picture = desktop.programs.folder / "icon.png"
    desktop.run("import", "-window", "root", "-crop", "30x30+0+0", "+repage", str(picture))
    return int(desktop.run("identify", "-format", "%k", str(picture)))


def menu(desktop: Desktop) -> list[str]:
    """The rows of the icon's menu, as the panel reads them before it opens it; "" is a line."""
    owner, path = desktop.tray_items()[0].split("/", 1)
    where = str(icon_property(desktop, "Menu"))
    address = DBusAddress(where, owner, "com.canonical.dbusmenu")
    _, (_, _, rows) = desktop.bus.call(address, "GetLayout", "iias", 0, 1, [])  # type: ignore[misc]
    return [row[1][1].get("label", ("s", ""))[1].replace("_", "") for row in rows]


def open_menu(desktop: Desktop) -> None:
    """Open the menu of the icon with the right mouse button."""
    before = _shown(desktop)
    desktop.click_tray(button=_RIGHT)
    wait_until(lambda: len(_shown(desktop)) > len(before), "the menu of the icon", patience=PATIENCE)


def choose(desktop: Desktop, row: str) -> None:
    """Open the menu of the icon and click the row with that text."""
    rows = menu(desktop)
    assert row in rows, f"{row!r} is not among {rows}"
    above = rows[: rows.index(row)]
    open_menu(desktop)
    desktop.click(_LEFT, _FIRST_ROW + sum(_ROW if text else _LINE for text in above))


def _shown(desktop: Desktop) -> list[str]:
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--class", "^(W|w)rapper"],
        env=desktop.environ, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    return found.stdout.split()
