"""The desktop's own Do Not Disturb, read from a real notification service; elsewhere it is not known."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from desktop_session import desktop_session, private_bus, require

from clawd_desktop.system.do_not_disturb import read


@pytest.mark.parametrize(
    ("environ", "platform"),
    [({}, "linux"), ({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}, "linux"), ({}, "darwin"), ({}, "win32"),
     ({"DBUS_SESSION_BUS_ADDRESS": "nonsense"}, "linux")],
)  # fmt: skip
async def test_not_known_where_nobody_says(environ: dict[str, str], platform: str) -> None:
    assert await read(environ, platform) is None


async def test_not_known_without_a_service() -> None:
    require(("dbus-daemon",))
    with private_bus() as bus:
        assert await read(bus.environ) is None


@pytest.mark.parametrize(("word", "on"), [("false", True), ("true", False), ("oops", None)])
async def test_gnome_says_it_in_a_setting(tmp_path: Path, word: str, on: bool | None) -> None:
    program = tmp_path / "gsettings"
    program.write_text(f'#!/bin/sh\n[ "$*" = "get org.gnome.desktop.notifications show-banners" ] && echo {word}\n')
    program.chmod(0o755)
    environ = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}
    assert await read(environ | {"PATH": f"{tmp_path}:/bin"}) is on
    assert await read(environ | {"PATH": "/nowhere"}) is None


@pytest.mark.desktop
def test_a_real_service_that_is_paused() -> None:
    """dunst has its own name for it; KDE's is read the same way."""
    require()
    with desktop_session(tray=False, keyring=False) as desktop:
        for word, on in (("false", False), ("true", True), ("false", False)):
            subprocess.run(["dunstctl", "set-paused", word], env=desktop.environ, check=True, timeout=20)
            assert asyncio.run(read(desktop.environ)) is on
