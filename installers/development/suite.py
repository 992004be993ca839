"""Runs the checks, the tests, the tests with foreign clients, and the tests in an environment that has no Qt."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from development import environment, packages
from development.console import say
from development.environment import Layer
from development.places import HEADLESS_VENV, ROOT, VENV, program

CHECKS = (
    ("ruff", "format", "--check", "--quiet"),
    ("ruff", "check", "--quiet"),
    ("mypy", "--no-error-summary"),
    ("mypy", "--no-error-summary", "--explicit-package-bases", "installers/dev.py", "installers/development"),
)
# What the environment without Qt leaves out: Qt with what needs it, and the tools that no test needs.
QT = {"pyside6-essentials", "shiboken6", "qasync", "pytest-qt"}
TOOLS = {"mypy", "ruff", "uv", "pre-commit", "virtualenv", "nodeenv"}
WORKERS = ("-n", str(min(4, os.cpu_count() or 1)))
# Where there are neither windows nor desktops, tests mostly wait: for programs, disks and clocks.
PATIENT = ("-n", str(min(4, (os.cpu_count() or 1) + 1)))
QUIETLY = ("-q", *WORKERS, "--dist", "loadfile")
# Long tests wait for programs: whoever has nothing left takes some of them over. The slowest are named.
EVENLY = ("-q", *WORKERS, "--dist", "worksteal", "--durations", "15")
# Folders that are no part of the run without Qt.
LEFT_OUT = ("ui", "e2e", "bench", "installers", "interop", "security")
# A block of a lock file: the pin and its hashes; comments stand apart.
BLOCK = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def check(venv: Path = VENV) -> int:
    """Format, lint and types; 0 when all are fine."""
    codes = [_run([str(program(venv, tool)), *arguments]) for tool, *arguments in CHECKS]
    return max(codes)


def test(venv: Path, arguments: Sequence[str]) -> int:
    """With arguments, pytest with them; without, everything, each test once. Not 0 when anything failed."""
    pytest = [str(program(venv, "python")), "-m", "pytest"]
    if arguments:
        return _run([*pytest, *arguments])
    earlier = {
        "the checks": check(venv),
        "the tests without Qt": headless(),
        "the foreign clients": interop(venv),
        "the tests that only Qt or a desktop allows": _run([*pytest, *QUIETLY, "-m", "qt or desktop", *_ignored()]),
    }
    failed = [name for name, code in earlier.items() if code]
    # What ran without Qt is not run again: it is the same code, and nothing below ui/ knows whether there is a Qt.
    code = _run([*pytest, *EVENLY, *(f"tests/{folder}" for folder in LEFT_OUT if folder not in ("bench", "interop"))])
    if failed:
        say(f"Failed before: {' and '.join(failed)} (see above).")
    return code or max(earlier.values())


def interop(venv: Path) -> int:
    """The clients of other projects against our gateway; where npm is out of reach the reason stands in their place."""
    return _run([str(program(venv, "python")), "-m", "pytest", *QUIETLY, "tests/interop"])


def headless(arguments: Sequence[str] = ()) -> int:
    """The suite in an environment without Qt, as a server has it.

    Windows, desktops, attacks, foreign clients and this set-up are left out: they need Qt or do not depend on it.
    """
    python = environment.ensure([Layer("headless", headless_packages(), 500)], HEADLESS_VENV, keep=())
    command = [str(python), "-m", "pytest", "-q", "-p", "without_qt", "-m", "not qt and not desktop", *_ignored()]
    return _run([*command, *PATIENT, *arguments], path=Path(__file__).parent)


def _ignored() -> list[str]:
    return [f"--ignore=tests/{folder}" for folder in LEFT_OUT]


def headless_packages() -> str:
    """The pins of a server that tests itself: all but Qt, with the built-in model, which answers there too."""
    return without(environment.locked(*environment.LOCK_FILES), QT | TOOLS)


def without(text: str, names: set[str]) -> str:
    """The lock's pins except those of `names`, each once."""
    blocks = {packages.normal(found[1]): found[0] for found in BLOCK.finditer(text)}
    return "".join(block for name, block in blocks.items() if name not in names)


def _run(command: list[str], path: Path | None = None) -> int:
    shown = " ".join([Path(command[0]).stem, *command[1:]])
    say(f"$ {shown}")
    start = time.monotonic()
    extra = {"PYTHONPATH": str(path)} if path else {}
    code = subprocess.run(command, cwd=ROOT, env=os.environ | extra, stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        say(f"{shown}: failed with code {code} after {time.monotonic() - start:.1f} s")
    return code
