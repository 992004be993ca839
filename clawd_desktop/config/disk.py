"""Reads the configuration's files and says plainly why one cannot be trusted or understood."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from clawd_desktop.config.json5 import MAX_BYTES
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.core.safeio import read_file

Stamp: TypeAlias = tuple[tuple[int, int, int], ...]
_GONE = (0, -1, 0)
_HASH_OF_NOTHING = hashlib.sha256(b"").hexdigest()


def read_bytes(path: Path) -> bytes:
    """The file's bytes, if it is a regular file that nobody else can change.

    Raises NotFound, Unreadable (folder, pipe, device, too large, of another user, writable for all) or StorageFault.
    """
    data = read_file(path, limit=MAX_BYTES)
    reason = distrust(os.stat(path), os.geteuid()) if hasattr(os, "geteuid") else ""
    if reason:
        raise Unreadable(
            f"{path} {reason}.",
            path=str(path),
            hint=f'Check what is in it, then type: sudo chown "$USER" "{path}" && chmod 600 "{path}"',
        )
    return data


def distrust(facts: os.stat_result, user: int) -> str:
    """Why `user` must not follow a file with these facts, "" when there is no reason. Root may follow any owner."""
    if user != 0 and facts.st_uid not in (user, 0):
        return f"belongs to another user (number {facts.st_uid})"
    if facts.st_mode & stat.S_IWOTH:
        return "can be changed by every user of this computer"
    return ""


def fingerprint(data: bytes | None) -> str:
    """SHA-256 of a file's bytes in hex; that of no bytes when there is no file."""
    return hashlib.sha256(data).hexdigest() if data else _HASH_OF_NOTHING


def stamp(files: Iterable[Path]) -> Stamp:
    """What changes when a file changes (time, size, number), for each file; cheap enough for every second."""
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        facts = os.stat(file)
    except (OSError, ValueError):
        return _GONE
    return facts.st_mtime_ns, facts.st_size, facts.st_ino
