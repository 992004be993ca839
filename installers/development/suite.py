"""Runs the checks, the tests, the tests with foreign clients, and the tests in an environment that has no Qt."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from development import twin
from development.console import say
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
# One more than there are cores: tests mostly wait, for programs, disks and clocks.
WORKERS = ("-n", str(min(4, (os.cpu_count() or 1) + 1)))
QUIETLY = ("-q", *WORKERS, "--dist", "loadfile")
# Long tests wait for programs: whoever has nothing left takes some of them over. The slowest are named.
EVENLY = ("-q", *WORKERS, "--dist", "worksteal", "--durations", "15")
# How a test says that it needs Qt or a desktop.
MARK = re.compile(r"\bmark\.(qt|desktop)\b")
# Folders that are no part of the run without Qt.
LEFT_OUT = ("ui", "e2e", "bench", "installers", "interop", "security")


def check(venv: Path = VENV) -> int:
    """Format, lint and types; 0 when all are fine."""
    codes = [_run([str(program(venv, tool)), *arguments]) for tool, *arguments in CHECKS]
    return max(codes)


def test(venv: Path, arguments: Sequence[str]) -> int:
    """With arguments, pytest with them; without, everything, each test once. Not 0 when anything failed."""
    pytest = [str(program(venv, "python")), "-m", "pytest"]
    if arguments:
        return _run([*pytest, *arguments])
    # All tests are compiled, which each process of pytest would do by itself otherwise.
    with _meanwhile([*pytest, "--collect-only", "--quiet", "tests"]):
        checked = check(venv)
    with _meanwhile([pytest[0], "-c", "from interop.clients import install; install()"]):
        without_qt = headless(venv)
    earlier = {
        "the checks": checked,
        "the tests without Qt": without_qt,
        "the foreign clients": interop(venv),
        "the tests that only Qt or a desktop allows": _run([*pytest, *QUIETLY, "-m", "qt or desktop", *marked()]),
    }
    failed = [name for name, code in earlier.items() if code]
    # What ran without Qt is not run again: it is the same code, and nothing below ui/ knows whether there is a Qt.
    code = _run([*pytest, *EVENLY, *(f"tests/{folder}" for folder in LEFT_OUT if folder not in ("bench", "interop"))])
    if failed:
        say(f"Failed before: {' and '.join(failed)} (see above).")
    return code or max(earlier.values())


def interop(venv: Path) -> int:
    """The clients of other projects against our gateway; where npm is out of reach the reason stands in their place."""
    # They take a minute where they are installed first, which is no hanging that a trace of all threads explains.
    quietly = (*QUIETLY, "-o", "faulthandler_timeout=0")
    return _run([str(program(venv, "python")), "-m", "pytest", *quietly, "tests/interop"])


def headless(venv: Path = VENV, arguments: Sequence[str] = ()) -> int:
    """The suite in an environment without Qt, as a server has it.

    Windows, desktops, attacks, foreign clients and this set-up are left out: they need Qt or do not depend on it.
    """
    python = twin.make(venv, HEADLESS_VENV, QT | TOOLS)
    command = [str(python), "-m", "pytest", "-q", "-p", "without_qt", "-m", "not qt and not desktop", *_ignored()]
    return _run([*command, *WORKERS, *arguments], path=Path(__file__).parent)


def marked() -> list[str]:
    """The files outside those folders with tests that need Qt or a desktop: to collect all others takes a minute."""
    files = [path.relative_to(ROOT) for path in sorted((ROOT / "tests").rglob("*.py"))]
    return [
        str(path)
        for path in files
        if path.parts[1] not in LEFT_OUT and MARK.search((ROOT / path).read_text(encoding="utf-8"))
    ]


def _ignored() -> list[str]:
    return [f"--ignore=tests/{folder}" for folder in LEFT_OUT]


@contextlib.contextmanager
def _meanwhile(command: list[str]) -> Iterator[None]:
    """Let something be prepared beside other work; whoever needs it says what is wrong with it."""
    environ = _environ() | {"PYTHONPATH": str(ROOT / "tests")}
    none = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=none, stdout=none, stderr=none):
        yield


def _environ() -> dict[str, str]:
    # What is compiled is kept, whatever the person's shell says: the next run of this suite is minutes away.
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _run(command: list[str], path: Path | None = None) -> int:
    shown = " ".join([Path(command[0]).stem, *command[1:]])
    say(f"$ {shown}")
    start = time.monotonic()
    extra = {"PYTHONPATH": str(path)} if path else {}
    code = subprocess.run(command, cwd=ROOT, env=_environ() | extra, stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        say(f"{shown}: failed with code {code} after {time.monotonic() - start:.1f} s")
    return code
