"""A process that ends with the one that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clawd_desktop.backup import drill_gateway
from clawd_desktop.backup.drill_gateway import end_with, leave

ROOT = Path(__file__).parents[2]


def test_what_is_held_by_nobody_any_more_is_an_end() -> None:
    reader, writer = os.pipe()
    ended: list[bool] = []
    listener = end_with(reader, lambda: ended.append(True))
    os.write(writer, b"not yet")
    assert ended == []
    os.close(writer)
    listener.join(10)
    os.close(reader)
    assert ended == [True]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_it_leaves_in_order_or_else_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    codes: list[int] = []
    monkeypatch.setattr(drill_gateway, "PATIENCE_S", 0.0)
    monkeypatch.setattr(os, "_exit", codes.append)
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        leave()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (heard, codes) == ([signal.SIGTERM], [0])


def test_it_is_the_program() -> None:
    line = [sys.executable, "-m", "clawd_desktop.backup.drill_gateway", "--version"]
    with subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.read().startswith("clawd-desktop ")
        assert process.wait(60) == 0
