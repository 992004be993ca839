"""What must be so before the first window."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest
from ui.staging import settled

from clawd_desktop.ui.shell import APP_ID, Shell, has_screen, platform_theme

pytestmark = pytest.mark.qt


def test_the_application_stays_without_windows_and_has_its_name(shell: Shell) -> None:
    application = shell.application
    assert application.desktopFileName() == APP_ID
    assert application.applicationName() == APP_ID
    assert not application.quitOnLastWindowClosed()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signals_ask_to_quit(shell: Shell, number: signal.Signals) -> None:
    heard: list[str] = []
    shell.quit_requested = heard.append
    shell.listen_for_signals()
    os.kill(os.getpid(), number)
    await settled(lambda: heard)
    assert heard == ["signal"]
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


def test_the_loop_is_ours(shell: Shell) -> None:
    with asyncio.Runner(loop_factory=shell.loop_factory) as runner:
        assert "TurnLoop" in type(runner.get_loop()).__name__


@pytest.mark.parametrize(
    ("environ", "platform", "screen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_without_a_screen_no_window_is_tried(environ: dict[str, str], platform: str, screen: bool) -> None:
    assert has_screen(environ, platform) is screen


@pytest.mark.parametrize(
    ("environ", "platform", "chosen"),
    [
        ({"XDG_CURRENT_DESKTOP": "XFCE"}, "linux", {"QT_QPA_PLATFORMTHEME": "gnome"}),
        ({"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, "linux", {"QT_QPA_PLATFORMTHEME": "gnome"}),
        ({"XDG_CURRENT_DESKTOP": "KDE"}, "linux", {}),
        ({"XDG_CURRENT_DESKTOP": "XFCE", "QT_QPA_PLATFORMTHEME": "qt6ct"}, "linux", {}),
        ({}, "linux", {}),
        ({"XDG_CURRENT_DESKTOP": "XFCE"}, "darwin", {}),
    ],
)
def test_gtk_is_not_loaded_for_nothing(environ: dict[str, str], platform: str, chosen: dict[str, str]) -> None:
    assert platform_theme(environ, platform) == chosen
