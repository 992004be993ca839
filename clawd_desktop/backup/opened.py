"""Finds out what a file is that somebody wants to restore: a backup file, one in a store, or a foreign one."""

from __future__ import annotations

import os
from pathlib import Path

from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.foreign import is_foreign
from clawd_desktop.backup.foreign_backup import ForeignBackup, home_of
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.sealing import Keys, is_sealed, opening
from clawd_desktop.backup.staging import Backup
from clawd_desktop.backup.store_backup import StoreBackup
from clawd_desktop.backup.store_format import layout_at
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, Unreadable

_HEAD = 64


def is_locked(path: Path) -> bool:
    """Whether a passphrase or a key is needed to read it; blocks. Raises NotFound, StorageFault."""
    return is_sealed(_head(path))


def backup_at(path: Path, ground: Ground, keys: Keys | None = None) -> Backup:
    """The backup; `keys` open it where it is locked. Blocks. Raises NotFound, StorageFault."""
    if layout_at(path) is not None:
        return StoreBackup(path, ground.paths.cache, keys if is_locked(path) else None)
    head = _head(path)
    if is_foreign(head):
        return ForeignBackup(path, home_of(ground))
    return ArchiveBackup(path, keys if is_sealed(head) else None)


def look_at_sealed(path: Path, size: int) -> None:
    """What can be seen of a sealed backup without opening it: whether its head is whole, and its size as it was.

    `size` is what is remembered, in bytes, 0 for nothing. Blocks. Raises Unreadable when it is damaged, NotFound,
    StorageFault.
    """
    with safeio.explained(path, "read"), safeio.open_regular(path) as file:
        found = os.fstat(file.fileno()).st_size
        try:
            opening(file, Keys()).close()
        except Damaged as error:
            raise Unreadable(f"{path} is damaged: {error}.", path=str(path)) from error
        except BadInput:
            pass  # it asks for what opens it: its head is whole
    if size and found != size:
        raise Unreadable(f"{path} is damaged: it has {found:,} bytes and had {size:,}.", path=str(path))


def _head(path: Path) -> bytes:
    with safeio.explained(path, "read"), safeio.open_regular(path) as file:
        return file.read(_HEAD) or b""  # of what has nothing to read just now it is None
