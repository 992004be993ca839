"""The program starts again as it was started, but not in safe mode."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from clawd_desktop import __main__ as program
from clawd_desktop.operations import logs
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.system.restart import AGAIN, command_line


@pytest.mark.parametrize(
    ("original", "again"),
    [
        (["python", "-m", "clawd_desktop", "serve", "--safe-mode"], ["-m", "clawd_desktop", "serve"]),
        (["python", "/usr/bin/clawd-desktop", "--safe-mode", "--port", "1"], ["/usr/bin/clawd-desktop", "--port", "1"]),
        (["clawd-desktop"], []),
    ],
)
def test_how(original: list[str], again: list[str]) -> None:
    assert command_line("/venv/python", original) == ["/venv/python", *again]


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be replaced there")
def test_a_process_becomes_a_new_one() -> None:
    code = (
        "import os, sys\n"
        "print(os.getpid(), sys.argv[1:], flush=True)\n"
        "if '--safe-mode' in sys.argv:\n"
        "    from clawd_desktop.system.restart import start_again\n"
        "    start_again()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, "a", "--safe-mode"], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first.split()[0] == second.split()[0]
    assert (first.split(maxsplit=1)[1], second.split(maxsplit=1)[1]) == ("['a', '--safe-mode']", "['a']")


def test_the_last_lines_of_the_log_are_written_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def run(_: object) -> int:
        logs.set_up(tmp_path, Redactor(), level="info", console=False)
        logging.getLogger(logs.ROOT).info("the last line")
        return AGAIN

    def replaced() -> None:
        written.extend(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())

    monkeypatch.setattr(program, "one_heap", lambda: None)  # it is for a whole process
    monkeypatch.setattr(program, "_run_headless", run)
    monkeypatch.setattr(program, "start_again", replaced)
    program.main(["serve"])
    assert "the last line" in "".join(written)
