"""installers/dev.py as a person uses it: real runs in a copy of the checkout, in a folder with a space."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import dev
import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="scripts, links and paths of POSIX")


def test_run_sets_up_and_hands_over_arguments_output_and_exit_code(ready, tmp_path: Path) -> None:
    said = ready.dev("run", "call", "health", cwd=tmp_path)
    assert (said.returncode, said.stdout) == (7, "started ['call', 'health']\n")


def test_nothing_is_done_when_nothing_changed_and_it_starts_within_a_second(ready) -> None:
    start = time.monotonic()
    said = ready.dev("run", "version")
    assert time.monotonic() - start < 1.0
    assert said.stderr == ""


def test_the_package_is_installed_and_the_command_works_from_anywhere(ready, tmp_path: Path) -> None:
    said = subprocess.run([ready.venv / "bin" / "clawd-desktop", "x"], cwd=tmp_path, capture_output=True, text=True)
    assert said.stdout == "started ['x']\n"
    python = ready.venv / "bin" / "python"
    assert subprocess.run([python, "-c", "import tiny"], cwd=tmp_path).returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="macOS and Windows always have a screen")
def test_without_a_screen_it_says_so_and_serves(ready) -> None:
    said = ready.dev("run", "--port", "19000")
    assert said.stdout == "started ['serve', '--port', '19000']\n"
    assert "No screen here" in said.stderr


def test_wrong_arguments_end_with_usage_before_anything_is_installed(checkout) -> None:
    said = checkout.dev("run", "--nonsense")
    assert said.returncode == 2
    assert "unrecognized arguments: --nonsense" in said.stderr
    assert not checkout.venv.exists()


def test_a_broken_environment_is_made_again(ready) -> None:
    python = ready.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    said = ready.dev("run", "version")
    assert said.returncode == 7
    assert "its Python does not run any more" in said.stderr


def test_an_interrupted_set_up_is_made_again(ready) -> None:
    (ready.venv / "clawd-setup.unfinished").touch()
    said = ready.dev("run", "version")
    assert said.returncode == 7
    assert "was interrupted" in said.stderr


def test_a_changed_lock_is_followed_exactly(ready) -> None:
    before = (ready.lock / "runtime.txt").read_text(encoding="utf-8")
    ready.write_lock(runtime=ready.add_wheel("other"))
    assert ready.dev("run", "version").returncode == 7
    python = ready.venv / "bin" / "python"
    assert subprocess.run([python, "-c", "import other"]).returncode == 0
    assert subprocess.run([python, "-c", "import tiny"], capture_output=True).returncode == 1
    ready.write_lock(runtime=before)
    assert ready.dev("run", "version").returncode == 7
    assert subprocess.run([python, "-c", "import tiny"]).returncode == 0


@pytest.mark.parametrize(
    ("lock", "environment", "sentence"),
    [
        ("swapped==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n", {}, "is not the one that the lock names"),
        ("absent==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n", {}, "has no ready-made build"),
        (
            "absent==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n",
            {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"},
            "cannot be reached",
        ),
    ],
    ids=["wrong hash", "no build", "no network"],
)
def test_a_failed_installation_is_explained_and_does_no_harm(ready, lock, environment, sentence) -> None:
    before = (ready.lock / "runtime.txt").read_text(encoding="utf-8")
    ready.add_wheel("swapped")
    ready.write_lock(runtime=lock)
    said = ready.dev("run", "version", **environment)
    assert said.returncode == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.stderr
    ready.write_lock(runtime=before)
    again = ready.dev("run", "version")
    assert (again.returncode, again.stderr) == (7, "")


def test_a_file_in_the_way_is_named(checkout) -> None:
    checkout.venv.write_text("in the way")
    said = checkout.dev("run")
    assert said.returncode == 1
    assert f"{checkout.venv} is a file" in said.stderr
    assert checkout.venv.read_text() == "in the way"


def test_a_folder_of_somebody_elses_is_not_deleted(checkout) -> None:
    checkout.venv.mkdir()
    (checkout.venv / "diary.txt").write_text("mine")
    said = checkout.dev("run")
    assert said.returncode == 1
    assert "is no Python environment" in said.stderr
    assert (checkout.venv / "diary.txt").read_text() == "mine"


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("nonsense",), 2), (("--help",), 0)])
def test_usage_names_every_command(checkout, arguments: tuple[str, ...], code: int) -> None:
    said = checkout.dev(*arguments)
    assert said.returncode == code
    assert all(f"  {name} " in said.stderr for name in ("run", "test", "setup", "lock", "check", "headless-test"))


def test_an_old_python_gets_a_sentence_with_the_command_for_its_system(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 12, "final", 0))
    monkeypatch.setenv("PATH", "/nowhere")
    assert dev.main(["run"]) == 1
    said = capsys.readouterr().err
    assert "needs Python 3.11 or newer; this is 3.10.12" in said
    assert "sudo apt-get install -y python3.11 python3.11-venv" in said
    assert said.endswith("Then type: python3.11 installers/dev.py run\n")


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch, tmp_path: Path) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exec "{sys.executable}" "$@"\nexit 42\n')
    newer.chmod(0o755)
    monkeypatch.setattr(sys, "version_info", (3, 10, 12, "final", 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.main(["run"]) == 42


def test_a_newer_python_that_does_not_run_is_passed_over(monkeypatch, tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.newer_python() is None


def test_the_entry_parses_on_python_3_8() -> None:
    ast.parse((ROOT / "installers" / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))
