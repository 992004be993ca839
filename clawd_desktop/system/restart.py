"""Starts this program anew in the place of the process that runs, with the same command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

SAFE_MODE = "--safe-mode"
# What `app.main` returns when the program is to be started again; no exit code of a command.
AGAIN = -1


def command_line(executable: str, original: Sequence[str]) -> list[str]:
    """How this process was started, without what asked for safe mode. `original` is sys.orig_argv."""
    return [executable, *(word for word in original[1:] if word != SAFE_MODE)]


def start_again() -> None:
    """Become a new process of this program. Returns only where a process cannot be replaced: there it is started."""
    line = command_line(sys.executable, sys.orig_argv)
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        subprocess.Popen(line)
    else:
        os.execv(line[0], line)
