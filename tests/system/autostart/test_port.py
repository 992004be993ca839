"""The command that is registered starts this very copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.system.autostart.port import AutostartState, AutostartStatus, NoAutostart, compare, launch_command


def test_the_appimage_then_the_script_then_the_module(tmp_path: Path) -> None:
    python = tmp_path / "python"
    assert launch_command({}, python) == (str(python), "-m", "clawd_desktop")
    (tmp_path / "clawd-desktop-gui").touch()
    assert launch_command({}, python) == (str(tmp_path / "clawd-desktop-gui"),)
    assert launch_command({"APPIMAGE": "/a.AppImage"}, python) == ("/a.AppImage",)


def test_another_or_a_missing_program_is_stale(tmp_path: Path) -> None:
    program = str(tmp_path / "program")
    assert compare([program], [program]).state is AutostartState.STALE
    (tmp_path / "program").touch()
    assert compare([program], [program]).state is AutostartState.ON
    assert compare([program], ["/other", "x"]) == AutostartStatus(AutostartState.STALE, "/other x")


@pytest.mark.parametrize("state", AutostartState)
def test_every_state_has_a_sentence(state: AutostartState) -> None:
    assert AutostartStatus(state).sentence().endswith(".")
    assert AutostartStatus(state, "here").sentence().endswith("(here)")


def test_a_platform_without_it_says_so() -> None:
    switch = NoAutostart()
    assert switch.state().state is AutostartState.OFF
    switch.disable()
    with pytest.raises(Unavailable):
        switch.enable()
