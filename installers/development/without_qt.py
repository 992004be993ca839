"""A pytest plugin for the environment without Qt: proves that Qt is absent, and knows the settings of pytest-qt."""

from __future__ import annotations

import importlib.util

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The project's pytest settings name these; without the plugin that reads them they would be errors."""
    for name in ("qt_api", "qt_log_level_fail"):
        parser.addini(name, "read by pytest-qt, which is not here")


def pytest_configure() -> None:
    """Stop when Qt is there after all: the run would prove nothing."""
    present = [name for name in ("PySide6", "shiboken6", "qasync") if importlib.util.find_spec(name)]
    if present:
        raise pytest.UsageError(f"this environment must not have {', '.join(present)}")
