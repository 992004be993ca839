"""Does pieces of work on a home or on a store, each in a process of its own that is to be killed in the middle of it.

    python killed_program.py        reads lines of JSON [WORK, FOLDER]; of each tells the process, and how it ended

A process stands still when it begins, so that somebody can attach to it; SIGCONT lets it go on. All that is imported
was imported before: what it calls is the work alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from backup_stage import ground_at
from restore_stage import Home
from store_rig import Rig, draft, in_memory

from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.restore import Order, restore, take_back
from clawd_desktop.backup.standstill import Owner
from clawd_desktop.backup.undo import undoable

KEPT = {"a": b"a" * 600, "b": b"b" * 300}
FIRST = {**KEPT, "x": bytes(range(256)) * 8, "y": b"y" * 900}
NEW = {**KEPT, "new": b"new" * 50, "n/m": b"m"}


def home_in(folder: Path) -> Home:
    """The home that was filled there."""
    return Home(folder, ground_at(folder))


def rig_in(folder: Path) -> Rig:
    """The store that was made there."""
    return Rig(folder / "disk", folder / "cache")


def back_up(folder: Path) -> None:
    """Make one backup file."""
    home_in(folder).taken()


def bring_back(folder: Path) -> None:
    """Restore all of the first backup, with the one for safety before it."""
    home = home_in(folder)
    restore(ArchiveBackup(first_backup(folder)), home.site, Order(None, Owner(home.state), home.safety))


def undo(folder: Path) -> None:
    """Take the newest restore back."""
    home = home_in(folder)
    newest = undoable(home.site.undo, home.ground.clock.wall_ms())[0]
    take_back(home.site, newest.id, Owner(home.state))


def add(folder: Path) -> None:
    """Put a third backup into the store."""
    rig_in(folder).open().add(draft(3), in_memory(NEW))


def prune(folder: Path) -> None:
    """Remove the first backup of the store, and what only it needs."""
    rig_in(folder).open().prune({"b2"})


def first_backup(folder: Path) -> Path:
    """The backup file that was made first."""
    return min((folder / "backups").glob("clawd-backup-*"), key=lambda path: path.stat().st_mtime_ns)


WORK: dict[str, Callable[[Path], None]] = {
    "back up": back_up, "restore": bring_back, "undo": undo, "add to a store": add, "prune a store": prune
}  # fmt: skip

# Lets any process of the user attach, where the system lets only those above. Source: prctl(2), PR_SET_PTRACER.
_PR_SET_PTRACER, _ANY = 0x59616D61, ctypes.c_ulong(-1)


def main() -> None:
    """Work until there are no more lines."""
    prctl = ctypes.CDLL(None).prctl
    for line in sys.stdin:
        work, folder = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
                WORK[work](Path(folder))
                code = 0
            finally:
                if code:
                    with contextlib.suppress(OSError):
                        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
                os._exit(code)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
