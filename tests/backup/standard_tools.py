"""Runs the programs that anybody may have, age above all, which asks for a passphrase on a terminal only."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

PATIENCE = 50.0
PACKAGES = {"age": "age", "zstd": "zstd", "tar": "tar", "ssh-keygen": "openssh-client"}


def require(*programs: str) -> None:
    """Skip the test, naming the packages, where a program is missing."""
    if sys.platform == "win32":
        pytest.skip("needs the terminals of Linux and macOS")
    missing = [PACKAGES[program] for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs: apt-get install {' '.join(missing)}")


def _of_this_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def on_a_terminal(command: Sequence[str], answers: Sequence[str], *, folder: Path | None = None) -> tuple[int, str]:
    """Run the command in a terminal of its own and type an answer at each question; its exit code and what it said."""
    import pty

    master, slave = pty.openpty()
    said = bytearray()
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True,
        preexec_fn=_of_this_terminal,
    ) as process:  # fmt: skip
        os.close(slave)
        left, asked = list(answers), 0
        end = time.monotonic() + PATIENCE
        while select.select([master], [], [], max(0.0, end - time.monotonic()))[0]:
            part = b""
            with contextlib.suppress(OSError):  # how a terminal says that its last program has gone
                part = os.read(master, 4096)
            if not part:
                break
            said += part
            if left and said[asked:].rstrip().endswith(b":"):
                asked = len(said)
                os.write(master, left.pop(0).encode() + b"\n")
        else:
            process.kill()
        os.close(master)
    return process.returncode, said.decode(errors="replace")


def age(*arguments: str | Path, answers: Sequence[str] = ()) -> None:
    """Run the age program. Fails the test with what it said when it does not succeed."""
    command = ["age", *map(str, arguments)]
    code, said = on_a_terminal(command, answers)
    assert code == 0, f"{command}: {said}"
