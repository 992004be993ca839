"""Qt for tests: an offscreen application, the product's own loop for coroutines, and no dialog left behind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import pytest
from PySide6.QtWidgets import QApplication

from clawd_desktop.ui.loop import make_loop


@pytest.fixture(autouse=True)
def loop_factory(qapp: QApplication) -> Iterator[Callable[[], asyncio.AbstractEventLoop]]:
    """Makes the loop on which coroutine tests of this folder run."""
    yield lambda: make_loop(qapp)
    assert qapp.activeModalWidget() is None, "a dialog was left open"
