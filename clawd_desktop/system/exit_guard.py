"""Ends a process whose work is done although a thread of it still waits: for a name, a disk, a library."""

from __future__ import annotations

import threading
from collections.abc import Callable

# What saves something is waited for before the work counts as done; this is for all else.
GRACE_S = 10.0


def end_at_last(leave: Callable[[], object], grace_s: float = GRACE_S) -> threading.Timer:
    """Call `leave`, which is to end or replace the process, in so many seconds, if it still runs then.

    An interpreter waits for threads at its end, and an event loop for names that it looks up, as long as they take.
    """
    guard = threading.Timer(grace_s, leave)
    guard.daemon = True
    guard.name = "exit guard"
    guard.start()
    return guard
