"""The desktop for tests is real, starts fast and leaves nothing behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil
import pytest
from desktop_session import desktop_session, private_bus, require, secret_service


def marked() -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            found.append(process.environ().get("CLAWD_TEST_DESKTOP", ""))
        except psutil.Error:
            continue
    return found


def test_a_private_bus_holds_nothing_but_itself() -> None:
    with private_bus() as bus:
        assert not bus.has_name("org.freedesktop.secrets")
        assert not bus.has_name("org.freedesktop.Notifications")
        mark = bus.programs.mark
        folder = bus.programs.folder
    assert mark not in marked()
    assert not folder.exists()


def test_the_secret_service_keeps_a_secret_until_it_is_locked() -> None:
    require(("secret-tool",))
    with secret_service() as bus:
        attributes = ["service", "x", "username", "y"]
        subprocess.run(["secret-tool", "store", "--label", "x", *attributes], env=bus.environ, input=b"p", check=True)
        found = subprocess.run(["secret-tool", "lookup", *attributes], env=bus.environ, capture_output=True, check=True)
        assert found.stdout == b"p"
        bus.lock_keyring()
        locked = subprocess.run(["secret-tool", "lookup", *attributes], env=bus.environ, capture_output=True)
        assert locked.stdout == b""


@pytest.mark.desktop
def test_the_desktop_has_a_tray_notifications_a_keyring_and_a_keyboard(tmp_path: Path) -> None:
    with desktop_session() as desktop:
        for name in ("org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications", "org.freedesktop.secrets"):
            assert desktop.bus.has_name(name)
        assert desktop.tray_items() == []
        assert desktop.screenshot(tmp_path / "screen.png").stat().st_size > 1000
        mark = desktop.programs.mark
        desktop.stop_panel()
        desktop.start_panel()
    assert mark not in marked()


@pytest.mark.desktop
def test_parts_of_the_desktop_can_be_left_out() -> None:
    with desktop_session(tray=False, keyring=False, notify=False) as desktop:
        for name in ("org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications", "org.freedesktop.secrets"):
            assert not desktop.bus.has_name(name)
