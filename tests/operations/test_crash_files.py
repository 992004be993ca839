"""What explains a crash is kept: real processes that die of real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clawd_desktop.operations.crash_files import KEPT, CrashFile, keep_evidence, last_lines

STARTED = 1_760_000_000_000
DIES = """
import os, sys
from pathlib import Path
from clawd_desktop.operations.crash_files import CrashFile
CrashFile(Path(sys.argv[1]), {started}).open()
def the_guilty_one():
    os.kill(os.getpid(), {number})
the_guilty_one()
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def die(folder: Path, number: signal.Signals, started: int = STARTED) -> None:
    code = DIES.format(started=started, number=int(number))
    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=False, capture_output=True)
    assert done.returncode == -number, done.stderr


@posix
@pytest.mark.parametrize(
    ("number", "cause"),
    [(signal.SIGSEGV, "Segmentation fault"), (signal.SIGABRT, "Aborted"), (signal.SIGBUS, "Bus error")],
)
def test_a_signal_leaves_where_it_was(tmp_path: Path, number: signal.Signals, cause: str) -> None:
    die(tmp_path, number)
    (file,) = tmp_path.iterdir()
    assert file.name == "crash-20251009T085320Z.txt"
    assert file.stat().st_mode & 0o077 == 0
    assert "the_guilty_one" in file.read_text()
    assert keep_evidence(tmp_path, tmp_path / "logs", STARTED) == cause
    assert file.exists()


@posix
def test_who_was_killed_leaves_nothing_but_the_log(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "clawd-desktop-2025-10-09.log").write_text("".join(f"line {number}\n" for number in range(1000)))
    die(tmp_path, signal.SIGKILL)
    assert keep_evidence(tmp_path, logs, STARTED) == ""
    (file,) = tmp_path.glob("crash-*")
    assert file.suffix == ".log"
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().splitlines() == [f"line {number}" for number in range(800, 1000)]


@posix
def test_only_the_newest_stay(tmp_path: Path) -> None:
    (tmp_path / "crash-of-a-stranger.txt").write_text("not ours")
    for number in range(KEPT + 2):
        die(tmp_path, signal.SIGSEGV, STARTED + number * 1000)
        keep_evidence(tmp_path, tmp_path / "logs", STARTED + number * 1000)
    assert len(list(tmp_path.glob("crash-2025*.txt"))) == KEPT
    assert not (tmp_path / "crash-20251009T085320Z.txt").exists()
    assert (tmp_path / "crash-of-a-stranger.txt").exists()


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    file = CrashFile(tmp_path, STARTED)
    file.open()
    file.close()
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_the_last_lines_are_whole_ones_of_the_newest_file(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none") == b""
    assert last_lines(tmp_path) == b""
    (tmp_path / "b.log").write_bytes(b"x" * (2 * 1024 * 1024) + b"\nlast\n")
    assert last_lines(tmp_path) == b"last\n"


def test_what_cannot_be_kept_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "x.log").write_text("line\n")
    (tmp_path / "own").write_text("a file in the way")
    assert keep_evidence(tmp_path / "own", logs, STARTED) == ""
    assert "could not be kept" in caplog.text
