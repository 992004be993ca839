"""Missing system libraries: installed where that is allowed, else one command to type; apt-get is a stand-in here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from development import system
from development.console import Failure
from development.system import Need

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux brings its libraries by packages")


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "env").symlink_to("/usr/bin/env")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return folder


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def need(proof: Path, package: str = "libthing1") -> Need:
    return Need("libthing.so.1", package, "thing-libs", proof.exists)


def test_what_is_there_costs_nothing(bin_folder: Path) -> None:
    system.ensure("the windows", [need(bin_folder)])


def test_root_installs_all_that_is_missing_in_one_go(bin_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    program(bin_folder, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >>{log}; : >{tmp_path}/a; : >{tmp_path}/b')
    system.ensure("the windows", [need(tmp_path / "a", "liba"), need(tmp_path / "b", "libb"), need(bin_folder)])
    assert log.read_text() == "noninteractive install -y -o DPkg::Lock::Timeout=300 liba libb\n"


def test_a_new_machine_without_a_list_of_packages_fetches_it_first(bin_folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list"
    script = f'[ "$1" = update ] && : >{listed} && exit 0; [ -e {listed} ] && : >{tmp_path}/a && exit 0; exit 100'
    program(bin_folder, "apt-get", script)
    system.ensure("the windows", [need(tmp_path / "a")])
    assert (tmp_path / "a").exists()


def test_without_the_right_the_one_command_is_named(
    bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    program(bin_folder, "apt-get", f": >{tmp_path}/a")
    program(bin_folder, "sudo", "exit 1")
    with pytest.raises(Failure) as failure:
        system.ensure("the windows", [need(tmp_path / "a")])
    assert "    sudo apt-get install -y libthing1" in failure.value.text()
    assert not (tmp_path / "a").exists()


def test_sudo_without_a_password_is_used(bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    program(bin_folder, "apt-get", f": >{tmp_path}/a")
    program(bin_folder, "sudo", '[ "$1" = -n ] && shift; [ "$1" = true ] && exit 0; exec "$@"')
    system.ensure("the windows", [need(tmp_path / "a")])
    assert (tmp_path / "a").exists()


def test_an_installation_that_did_not_help_is_told(bin_folder: Path, tmp_path: Path) -> None:
    program(bin_folder, "apt-get", "echo E: Unable to locate package; exit 100")
    with pytest.raises(Failure) as failure:
        system.ensure("the windows", [need(tmp_path / "a")])
    assert "Still missing for the windows: libthing.so.1." in failure.value.text()
    assert "Unable to locate package" in failure.value.text()


def test_fedora_has_its_own_names(bin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    program(bin_folder, "dnf", "exit 1")
    with pytest.raises(Failure, match=r"libthing\.so\.1") as failure:
        system.ensure("the windows", [need(tmp_path / "a")])
    assert "sudo dnf install -y thing-libs" in failure.value.hint


def test_an_unknown_system_is_told_what_to_look_for(bin_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure) as failure:
        system.ensure("the windows", [need(tmp_path / "a")])
    assert "package manager" in failure.value.hint


@pytest.mark.parametrize(("library", "there"), [("libc.so.6", True), ("libnothing-of-the-kind.so.9", False)])
def test_a_library_is_there_when_it_loads(library: str, there: bool) -> None:
    assert system.loads(library) is there


@pytest.mark.qt
def test_every_library_that_qt_links_to_is_brought_by_qt_or_in_the_table() -> None:
    """Loading Qt's xcb plugin by its file needs all of them."""
    assert [need.name for need in system.QT_LIBRARIES if not need.present()] == []
    assert len({need.name for need in system.QT_LIBRARIES}) == len(system.QT_LIBRARIES)
