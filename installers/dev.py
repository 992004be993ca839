"""Sets the project up from a clean clone and starts it or its tests: python3 installers/dev.py run | test | setup.

Needs CPython 3.11 or newer and nothing else. This file also parses on Python 3.8: an older Python gets a sentence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

MINIMUM = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
TOO_OLD = """Clawd Desktop needs Python 3.11 or newer; this is {version} ({path}), and no newer one is on the PATH.
Debian and Ubuntu: sudo apt-get install -y python3.11 python3.11-venv
Fedora:            sudo dnf install -y python3.11
macOS:             brew install python@3.12
Windows:           winget install Python.Python.3.12
Then type: python3.11 installers/dev.py {arguments}"""


def version_of(program: str) -> tuple[int, ...]:
    """(major, minor) of the Python at `program`; () when it does not run."""
    try:
        said = subprocess.run(
            [program, "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
        return tuple(int(part) for part in said.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ()


def newer_python() -> str | None:
    """The path of a Python that is new enough, or None."""
    found = (shutil.which(name) for name in NEWER)
    return next((path for path in found if path and version_of(path) >= MINIMUM), None)


def too_old(version: tuple[int, ...], path: str, arguments: list[str]) -> str:
    """The sentence for somebody whose Python is too old."""
    return TOO_OLD.format(
        version=".".join(str(part) for part in version), path=path, arguments=" ".join(arguments) or "run"
    )


def main(arguments: list[str]) -> int:
    """Run the command and return the exit code; with an old Python, hand over to a newer one or say what to install."""
    if sys.version_info[:2] < MINIMUM:
        newer = newer_python()
        if newer is None:
            print(too_old(tuple(sys.version_info[:3]), sys.executable, arguments), file=sys.stderr)
            return 1
        return subprocess.call([newer, os.path.abspath(__file__), *arguments])
    from development import commands

    return commands.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
