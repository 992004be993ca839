"""Tray, notifications and starting at login: what was found, in words; with a real desktop and a real login file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from desktop_session import desktop_session, private_bus

from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics import desktop
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.diagnostics.session_bus import Desktop
from clawd_desktop.system.autostart.port import AutostartState, AutostartStatus

Grounds = Callable[..., Ground]
WHOLE = Desktop(tray=True, server="dunst", abilities=frozenset({"actions"}))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (WHOLE, []),
        (Desktop("no bus"), ["desktop.bus.none"]),
        (Desktop(), ["desktop.bus.tray", "desktop.bus.notifications"]),
        (Desktop(tray=True, server="plain"), ["desktop.bus.buttons"]),
        (Desktop(server="dunst", abilities=frozenset({"actions"})), ["desktop.bus.tray"]),
    ],
)
def test_desktops(found: Desktop, expected: list[str]) -> None:
    assert [one.id for one in desktop.desktop_findings(found, headless=False)] == expected
    for one in desktop.desktop_findings(found, headless=True):
        assert one.level is Level.INFO, "without a screen nothing of it is needed"


def test_a_bus_without_a_service(grounds: Grounds) -> None:
    with private_bus() as bus:
        ground = grounds(DBUS_SESSION_BUS_ADDRESS=bus.address, DISPLAY=":7")
        found = asyncio.run(desktop.bus(ground))
    assert {one.level for one in found} == {Level.WARNING}
    assert [one.id for one in found] == ["desktop.bus.tray", "desktop.bus.notifications"]


def test_a_headless_computer(grounds: Grounds) -> None:
    (one,) = asyncio.run(desktop.bus(grounds()))
    assert (one.title, one.level) == ("There is no desktop session", Level.INFO)


def test_a_real_desktop(grounds: Grounds) -> None:
    with desktop_session() as real:
        assert asyncio.run(desktop.bus(grounds(**real.environ))) == ()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (AutostartState.ON, []),
        (AutostartState.OFF, []),
        (AutostartState.DISABLED, []),
        (AutostartState.STALE, ["desktop.autostart.stale"]),
        (AutostartState.UNKNOWN, ["desktop.autostart.unknown"]),
    ],
)
def test_starting_at_login(state: AutostartState, expected: list[str]) -> None:
    assert [one.id for one in desktop.autostart_finding(AutostartStatus(state))] == expected


def test_a_login_file_of_another_copy_is_mended(ground: Ground) -> None:
    assert desktop.autostart(ground) == ()
    ground.autostart.enable()
    assert desktop.autostart(ground) == ()
    (file,) = ground.paths.home.rglob("clawd-desktop.desktop")
    file.write_text(file.read_text().replace("Exec=", "Exec=/opt/old/"))
    (one,) = desktop.autostart(ground)
    assert one.repair
    assert not desktop.mend_autostart(ground, one.id, True).done
    assert desktop.autostart(ground)
    done = desktop.mend_autostart(ground, one.id, False)
    assert done.done
    assert "/opt/old/" in done.backup
    assert desktop.autostart(ground) == ()
