"""The program starts again as it was started, but not in safe mode."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clawd_desktop.system.restart import command_line


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
