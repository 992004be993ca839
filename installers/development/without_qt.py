"""A pytest plugin for the environment without Qt: proves that Qt is absent, and knows the settings of pytest-qt."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The project's own settings for pytest-qt are known, though nobody reads them; otherwise they would be errors."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    for name in settings:
        if name.startswith("qt_"):
            parser.addini(name, "read by pytest-qt, which is not here")


def pytest_configure() -> None:
    """Stop when Qt is there after all: the run would prove nothing."""
    present = [name for name in ("PySide6", "shiboken6", "qasync") if importlib.util.find_spec(name)]
    if present:
        raise pytest.UsageError(f"this environment must not have {', '.join(present)}")
