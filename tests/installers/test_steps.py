"""The small decisions of installers/dev.py: what the lock holds back, what runs without Qt, when there is a screen."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from development import console, environment, launch, lock, suite


def test_a_release_is_held_back_for_fourteen_days() -> None:
    assert lock.cutoff(datetime(2026, 11, 22, 13, 5, tzinfo=UTC)) == "2026-11-08T00:00:00Z"


@pytest.mark.parametrize(
    ("platform", "environ", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_screen_is_seen(platform: str, environ: dict[str, str], screen: bool) -> None:
    assert launch.has_screen(platform, environ) is screen


@pytest.mark.parametrize(
    ("arguments", "windows"),
    [([], True), (["--show", "chat"], True), (["app"], True), (["serve"], False), (["--port", "1", "status"], False)],
)
def test_only_the_application_itself_wants_windows(arguments: list[str], windows: bool) -> None:
    assert launch.wants_windows(arguments) is windows


def test_a_step_says_what_and_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    with console.step("Doing it") as step:
        step.progress("half way")
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Doing it …"
    assert said[1].startswith("Doing it: done in 0.")
    assert len(said) == 2, "progress is for terminals only"


def test_a_step_that_failed_does_not_say_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="x"), console.step("Doing it"):
        raise ValueError("x")
    assert capsys.readouterr().err.endswith("Doing it: failed\n")


def test_a_full_disk_is_seen_before_anything_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 5_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda folder: Full)
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").touch()
    monkeypatch.setattr(environment, "_healthy", lambda python: True)
    with pytest.raises(console.Failure, match="has 5 MB left; the big packages need about 100 MB"):
        environment.ensure([environment.Layer("big", "", 100)], tmp_path)


def test_a_missing_lock_file_is_told() -> None:
    with pytest.raises(console.Failure, match="is missing"):
        environment.locked("nonsense")


def test_every_test_runs_once_foreign_clients_in_a_step_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], path: Path | None = None) -> int:
        ran.append(command)
        return 0

    monkeypatch.setattr(suite, "_run", run)
    monkeypatch.setattr(suite.twin, "make", lambda *given: Path("python"))
    monkeypatch.setattr(suite, "_meanwhile", lambda command: contextlib.nullcontext())
    assert suite.test(Path("venv"), []) == 0
    tests = [command for command in ran if "pytest" in command]
    assert len(tests) == 4
    for folder in suite.LEFT_OUT:
        times = sum(f"tests/{folder}" in command for command in tests)
        assert times == (0 if folder == "bench" else 1), folder
        without = [command for command in tests if "not qt and not desktop" in command]
        assert all(f"--ignore=tests/{folder}" in command for command in without), folder
    marks = [command[command.index("-m", 3) + 1] for command in tests if "-m" in command[3:]]
    assert sorted(marks) == ["not qt and not desktop", "qt or desktop"], "what one leaves out the other runs"


def test_what_needs_a_desktop_says_so_in_its_own_file() -> None:
    """Or its file would not be found by its text."""
    marked = suite.marked()
    assert "tests/test_desktop_session.py" in marked
    assert [path for path in marked if not path.rpartition("/")[2].startswith("test_")] == []
