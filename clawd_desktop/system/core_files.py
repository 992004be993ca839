"""Keeps the memory of this program, and with it every secret, out of core files."""

from __future__ import annotations

import sys


def leave_none() -> None:
    """Let neither this process nor its children leave a core file when they crash.

    The limit is enough: tools that catch cores keep to it. Linux's PR_SET_DUMPABLE would go further, but it gives what
    /proc shows of this process to root, and a second start could no longer say which program holds the port.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
