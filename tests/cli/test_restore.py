"""A restore by the command line: what would change, what came back, and taking that back, on real files."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clawd_desktop.__main__ import main
from clawd_desktop.core.safeio import FolderLock

ROOT = Path(__file__).parents[2]


class Computer:
    """A data folder, and the program; `apart` in a process of its own."""

    def __init__(self, folder: Path, *, apart: bool = False) -> None:
        self._apart = apart
        self.home, self.data = folder / "home", folder / "data"
        self.home.mkdir(parents=True)
        self.data.mkdir()
        (self.data / "clawdbot.json").write_text("{gateway: {port: 18997}}")
        (self.data / "notes.txt").write_text("first")

    @property
    def notes(self) -> str:
        return (self.data / "notes.txt").read_text()

    def run(self, *words: str, answer: str = "", code: int = 0) -> str:
        line = [*words, "--data-dir", str(self.data)]
        found, told, fault = (self._process if self._apart else self._here)(line, answer)
        assert found == code, (told, fault)
        return told if code == 0 else fault

    def _process(self, line: list[str], answer: str) -> tuple[int, str, str]:
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "clawd_desktop", *line]
        done = subprocess.run(command, input=answer, capture_output=True, text=True, env=environ, cwd=ROOT)
        return done.returncode, done.stdout, done.stderr

    def _here(self, line: list[str], answer: str) -> tuple[int, str, str]:
        told, fault = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(told),
            contextlib.redirect_stderr(fault),
        ):
            patch.setenv("HOME", str(self.home))
            patch.setattr(sys, "stdin", io.StringIO(answer))
            try:
                code = main(line)
            except SystemExit as end:  # what cannot be understood
                code = int(str(end.code))
        return code, told.getvalue(), fault.getvalue()

    def backup(self, *more: str) -> str:
        return str(json.loads(self.run("backup", "create", "--json", *more))["path"])


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def test_what_was_changed_comes_back_and_goes_again(tmp_path: Path) -> None:
    computer = Computer(tmp_path, apart=True)
    path = computer.backup()
    (computer.data / "notes.txt").write_text("second, longer")
    shown = json.loads(computer.run("restore", path, "--dry-run", "--json"))
    (other,) = [row for row in shown["areas"] if row["name"] == "other"]
    assert [one["path"] for one in other["files"] if one["state"] == "changed"] == ["notes.txt"]
    assert computer.notes == "second, longer"
    told = json.loads(computer.run("restore", path, "--yes", "--json"))
    assert (computer.notes, told["ok"], told["title"]) == ("first", True, "The backup was restored")
    assert Path(told["safety"]).is_file()
    listed = json.loads(computer.run("restore", "--list", "--json"))["undoable"]
    assert [one["id"] for one in listed] == [told["undo"]]
    assert "All is as it was" in computer.run("restore", "--undo")
    assert computer.notes == "second, longer"
    assert "no restore" in computer.run("restore", "--undo", told["undo"], code=1).lower()


def test_single_files(computer: Computer) -> None:
    (computer.data / "kept").mkdir()
    (computer.data / "kept" / "a.txt").write_text("a")
    path = computer.backup()
    (computer.data / "notes.txt").write_text("second, longer")
    (computer.data / "kept" / "a.txt").write_text("another")
    shown = computer.run("restore", path, "--dry-run", "--file", "other/kept")
    assert "other/kept/a.txt: changed" in shown
    assert "notes.txt" not in shown
    computer.run("restore", path, "--yes", "--file", "other/kept")
    assert (computer.notes, (computer.data / "kept" / "a.txt").read_text()) == ("second, longer", "a")
    assert "has no area nowhere" in computer.run("restore", path, "--yes", "--file", "nowhere/x", code=1)
    assert "--file" in computer.run("restore", path, "--yes", "--file", "kept", code=2)
    assert "can be restored" in computer.run("restore", path, "--yes", "--file", "other/none", code=1)


def test_one_area_by_the_id_of_the_backup(computer: Computer) -> None:
    computer.backup()
    name = json.loads(computer.run("backup", "list", "--json"))["backups"][0]["id"]
    (computer.data / "notes.txt").write_text("second, longer")
    (computer.data / "clawdbot.json").write_text("{gateway: {port: 18998}}")
    computer.run("restore", name[:8], "--area", "config", "--yes")
    assert computer.notes == "second, longer"
    assert "18997" in (computer.data / "clawdbot.json").read_text()
    assert "has no area nowhere" in computer.run("restore", name, "--area", "nowhere", "--yes", code=1)


def test_a_locked_one_on_a_fresh_computer(computer: Computer, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("correct horse battery\n")
    path = computer.backup("--passphrase-file", str(tmp_path / "words"))
    fresh = Computer(tmp_path / "fresh")
    (fresh.data / "clawdbot.json").unlink()
    (fresh.data / "notes.txt").unlink()
    assert "--passphrase-file" in fresh.run("restore", path, "--yes", code=1)
    (tmp_path / "wrong").write_text("wrong\n")
    assert "passphrase" in fresh.run("restore", path, "--yes", "--passphrase-file", str(tmp_path / "wrong"), code=1)
    assert not (fresh.data / "notes.txt").exists()
    fresh.run("restore", path, "--yes", "--passphrase-file", str(tmp_path / "words"))
    assert fresh.notes == "first"
    assert "18997" in (fresh.data / "clawdbot.json").read_text()


def test_nothing_happens_without_a_yes_beside_a_running_one_or_from_a_damaged_one(computer: Computer) -> None:
    path = Path(computer.backup())
    (computer.data / "notes.txt").write_text("second, longer")
    assert "--yes" in computer.run("restore", str(path), code=1)
    assert "No backup is named" in computer.run("restore", code=1)
    lock = FolderLock(computer.data)
    lock.acquire()
    try:
        assert "clawd-desktop quit" in computer.run("restore", str(path), "--yes", code=6)
    finally:
        lock.release()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "damaged" in computer.run("restore", str(path), "--yes", code=1)
    assert computer.notes == "second, longer"


def test_an_archive_of_the_course_s_script(computer: Computer, tmp_path: Path) -> None:
    there = tmp_path / "20261126_010203"
    (there / "config").mkdir(parents=True)
    (there / "workspace").mkdir()
    (there / "config" / "clawdbot.json").write_text("{gateway: {port: 18996}}")
    (there / "workspace" / "MEMORY.md").write_text("remembered")
    path = tmp_path / "moltbot_backup_20261126_010203.tar.gz"
    subprocess.run(["tar", "-czf", path, "-C", tmp_path, there.name], check=True)
    computer.run("restore", str(path), "--yes")
    assert "18996" in (computer.data / "clawdbot.json").read_text()
    assert (computer.home / "clawd" / "MEMORY.md").read_text() == "remembered"


@pytest.mark.parametrize("words", ["", "correct horse"])
def test_who_has_only_the_folder_of_a_store_needs_no_more(computer: Computer, tmp_path: Path, words: str) -> None:
    """On a fresh computer, of a locked one with the passphrase alone."""
    disk = tmp_path / "disk"
    section: dict[str, object] = {"destinations": [{"kind": "store", "path": str(disk)}]}
    if words:
        section["sealed"] = {"passphrase": words}
    config = {"gateway": {"port": 18997}, "backup": section}
    (computer.data / "clawdbot.json").write_text(json.dumps(config))
    computer.backup()
    fresh = Computer(tmp_path / "fresh")
    (fresh.data / "clawdbot.json").unlink()
    (fresh.data / "notes.txt").unlink()
    (tmp_path / "words").write_text(f"{words}\n")
    opens = ("--passphrase-file", str(tmp_path / "words")) if words else ()
    if words:
        assert "locked" in fresh.run("restore", str(disk), "--yes", code=1)
    told = json.loads(fresh.run("restore", str(disk), "--yes", "--json", *opens))
    assert (fresh.notes, told["ok"]) == ("first", True)
