"""Seals a file that is closed, so that a change of any bit of it is seen when it is opened again.

SQLite checks how its pages hang together, not what stands in them: a flipped bit inside a value is a silent error.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from clawd_desktop.core.errors import ClawdError, Unreadable
from clawd_desktop.core.safeio import explained, open_regular, read_file, remove, write_file

SUFFIX = ".seal"
_LIMIT = 1024
_BLOCK = 1 << 20


def digest(path: Path) -> str:
    """SHA-256 of the file, in hex. Raises NotFound, Unreadable or StorageFault."""
    found = hashlib.sha256()
    with open_regular(path) as file, explained(path, "read"):
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def seal(path: Path) -> None:
    """Write down what the file holds, beside it. Raises ClawdError."""
    write_file(_beside(path), f"{digest(path)}\n".encode())


def broken(path: Path) -> str:
    """What is wrong with a sealed file; "" when it is as it was sealed, or was not sealed.

    Raises StorageFault when the disk refuses, which says nothing about the file.
    """
    try:
        sealed = read_file(_beside(path), limit=_LIMIT).decode("ascii", "replace").strip()
    except ClawdError:
        return ""  # it was not closed as it should be: what is in it is for its own check to judge
    try:
        same = digest(path) == sealed
    except Unreadable as fault:
        return fault.message
    return "" if same else f"{path} is not as it was when it was closed."


def unseal(path: Path) -> None:
    """The file may change from now on. Raises StorageFault."""
    remove(_beside(path))


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
