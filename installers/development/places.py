"""Where things of a checkout are."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "installers" / "requirements"
VENV = ROOT / ".venv"
HEADLESS_VENV = ROOT / ".venv-headless"


def program(venv: Path, name: str) -> Path:
    """The path of a program (such as python) in a virtual environment."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name
