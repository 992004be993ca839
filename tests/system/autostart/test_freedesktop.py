"""The .desktop file is one that desktops understand, and what a person hid stays hidden."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.system.autostart.freedesktop import FreedesktopAutostart, compose, exec_line, judge
from clawd_desktop.system.autostart.port import AutostartState


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "my programs/claw $1 50%"
    path.parent.mkdir()
    path.touch()
    return str(path)


def test_on_and_off_and_on_again(program: str, home: Path) -> None:
    switch = FreedesktopAutostart([program], {}, home)
    assert switch.state().state is AutostartState.OFF
    switch.disable()
    switch.enable()
    switch.enable()
    assert switch.state().state is AutostartState.ON
    assert (home / ".config/autostart/clawd-desktop.desktop").exists()
    switch.disable()
    assert switch.state().state is AutostartState.OFF
    assert os.listdir(home / ".config/autostart") == []


@pytest.mark.parametrize(("base", "there"), [("/x", "/x"), ("relative", "{home}/.config"), ("", "{home}/.config")])
def test_the_folder_is_where_the_desktop_looks(program: str, home: Path, base: str, there: str) -> None:
    switch = FreedesktopAutostart([program], {"XDG_CONFIG_HOME": base}, home)
    assert str(switch._path) == there.format(home=home) + "/autostart/clawd-desktop.desktop"


@pytest.mark.parametrize(
    "line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"], ids=["spec", "gnome"]
)  # fmt: skip
def test_what_a_person_switched_off_is_said_and_left(program: str, home: Path, line: str) -> None:
    switch = FreedesktopAutostart([program], {}, home)
    switch.enable()
    switch._path.write_text(compose([program]) + line + "\n")
    assert switch.state().state is AutostartState.DISABLED
    switch.enable()
    assert switch.state().state is AutostartState.ON


def test_another_copy_is_stale_and_repaired(program: str, home: Path) -> None:
    FreedesktopAutostart(["/old/copy"], {}, home).enable()
    switch = FreedesktopAutostart([program], {}, home)
    assert switch.state().state is AutostartState.STALE
    assert "/old/copy" in switch.state().sentence()
    switch.enable()
    assert switch.state().state is AutostartState.ON


def test_a_program_that_is_gone_is_stale(home: Path) -> None:
    switch = FreedesktopAutostart([str(home / "gone")], {}, home)
    switch.enable()
    assert switch.state().state is AutostartState.STALE


@pytest.mark.parametrize("text", ["", "no group", "[Other]\nExec=x", "\xff\x00"])
def test_a_file_that_says_nothing_is_stale(text: str) -> None:
    assert judge(text, ["/bin/true"]).state is AutostartState.STALE


def test_a_folder_in_its_place_is_not_read_as_off(program: str, home: Path) -> None:
    switch = FreedesktopAutostart([program], {}, home)
    switch._path.mkdir(parents=True)
    assert switch.state().state is AutostartState.UNKNOWN


def test_a_folder_that_cannot_be_made_is_explained(program: str, home: Path) -> None:
    (home / ".config").write_text("a file")
    with pytest.raises(StorageFault):
        FreedesktopAutostart([program], {}, home).enable()


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (["/bin/a", "-m", "b"], "/bin/a -m b"),
        (["/my programs/a"], '"/my programs/a"'),
        (["/a$b"], '"/a\\\\$b"'),
        (["/50%"], "/50%%"),
        (["/a", ""], '/a ""'),
        (['/a"b'], '"/a\\\\"b"'),
        (["/a\\b"], '"/a\\\\\\\\b"'),
    ],
)
def test_words_are_quoted_as_the_specification_says(command: list[str], line: str) -> None:
    assert exec_line(command) == line
    # Inside double quotes the specification's rules are the shell's.
    script = "printf '%s\\0' " + line.replace("\\\\", "\\").replace("%%", "%")
    words = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert words.split("\0")[:-1] == command
