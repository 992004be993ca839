"""The LaunchAgent runs once at login and nobody restarts it."""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path

import pytest

from clawd_desktop.system.autostart.macos import LABEL, MacAutostart, compose, judge
from clawd_desktop.system.autostart.port import AutostartState

COMMAND = (sys.executable, "-m", "clawd_desktop")


def test_on_and_off_again(home: Path) -> None:
    switch = MacAutostart(COMMAND, home)
    assert switch.state().state is AutostartState.OFF
    switch.disable()
    switch.enable()
    assert switch.state().state is AutostartState.ON
    assert [path.name for path in (home / "Library/LaunchAgents").iterdir()] == [f"{LABEL}.plist"]
    switch.disable()
    assert switch.state().state is AutostartState.OFF


def test_it_is_not_kept_alive() -> None:
    agent = plistlib.loads(compose(COMMAND))
    assert agent["RunAtLoad"] is True
    assert "KeepAlive" not in agent
    assert agent["ProgramArguments"] == list(COMMAND)


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (b"", AutostartState.STALE),
        (b"<plist><broken", AutostartState.STALE),
        (plistlib.dumps([]), AutostartState.STALE),
        (plistlib.dumps({"ProgramArguments": ["/old"]}), AutostartState.STALE),
        (plistlib.dumps({"ProgramArguments": 7}), AutostartState.STALE),
        (plistlib.dumps({"ProgramArguments": list(COMMAND), "Disabled": True}), AutostartState.DISABLED),
        (plistlib.dumps({"ProgramArguments": list(COMMAND)}), AutostartState.ON),
    ],
)
def test_what_a_property_list_says(data: bytes, state: AutostartState) -> None:
    assert judge(data, COMMAND).state is state


def test_a_folder_in_its_place_is_not_read_as_off(home: Path) -> None:
    (home / f"Library/LaunchAgents/{LABEL}.plist").mkdir(parents=True)
    assert MacAutostart(COMMAND, home).state().state is AutostartState.UNKNOWN
