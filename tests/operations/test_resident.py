"""Memory is measured, not guessed."""

from __future__ import annotations

import subprocess
import sys

from clawd_desktop.operations.resident import resident_bytes


def test_more_memory_is_seen() -> None:
    before = resident_bytes()
    ballast = bytearray(b"x" * 60_000_000)
    assert resident_bytes() - before > 50_000_000
    assert len(ballast) == 60_000_000


def test_children_count_and_dead_ones_do_not() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    alone = resident_bytes()
    assert resident_bytes((child.pid, None)) > alone
    child.communicate(b"\n")
    assert resident_bytes((child.pid,)) < alone + 5_000_000
