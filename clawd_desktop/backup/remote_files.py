"""Backup files at remote places in one form, whichever program reaches them: what is there, sent, fetched, removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clawd_desktop.backup.progress import Halt, Watch, never, unwatched
from clawd_desktop.backup.remote_rclone import Rclone
from clawd_desktop.backup.remote_restic import Restic
from clawd_desktop.backup.taking import PLAIN, PREFIX, SEALED
from clawd_desktop.backup.targets import Target
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import NotFound, Unreadable

# What of a repository is ours: others may use it too.
TAG = "clawd-desktop"
_NAME = re.compile(rf"{re.escape(PREFIX)}[A-Za-z0-9._-]{{1,150}}({re.escape(PLAIN)}|{re.escape(SEALED)})")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup file at a remote place: what it is called there (`token`), its name, and its size (0: nobody knows)."""

    token: str
    name: str
    size: int = 0


class RemoteFiles(Protocol):
    """One remote place. Methods block and raise Unavailable, NotFound, BadInput, Busy with a sentence; and Stopped."""

    def files(self) -> tuple[Kept, ...]:
        """The backups that are there; none when nothing was sent there yet."""

    def send(self, file: Path, watch: Watch = unwatched, halt: Halt = never) -> Kept:
        """Bring a file there, and make the place for it if it is not there yet."""

    def fetch(self, kept: Kept, folder: Path, watch: Watch = unwatched, halt: Halt = never) -> Path:
        """Bring a file into an empty folder; whoever gets it checks it."""

    def remove(self, gone: Sequence[Kept]) -> None:
        """Remove files there."""


def files_at(target: Target, password: str) -> RemoteFiles:
    """What reaches the place; `password` opens the repository of restic, or rclone's own configuration."""
    if target.kind == "restic":
        return ResticFiles(Restic(target.where, password))
    return RcloneFiles(Rclone(target.where, password))


@dataclass(frozen=True, slots=True)
class RcloneFiles:
    """Files in a folder that rclone reaches, under their own names."""

    place: Rclone

    def files(self) -> tuple[Kept, ...]:
        """The backups there."""
        return tuple(Kept(one.name, one.name, one.size) for one in self.place.files() if _is_backup(one.name))

    def send(self, file: Path, watch: Watch = unwatched, halt: Halt = never) -> Kept:
        """Copy it; rclone compares checksums where the place has some, and the size always."""
        sent = self.place.send(file, watch, halt)
        return Kept(sent.name, sent.name, sent.size)

    def fetch(self, kept: Kept, folder: Path, watch: Watch = unwatched, halt: Halt = never) -> Path:
        """Copy it back."""
        return self.place.fetch(kept.token, folder, watch, halt)

    def remove(self, gone: Sequence[Kept]) -> None:
        """One after the other."""
        for one in gone:
            self.place.remove(one.token)


@dataclass(frozen=True, slots=True)
class ResticFiles:
    """Snapshots of a repository, each of one backup file, whose name is a tag of it."""

    repository: Restic

    def files(self) -> tuple[Kept, ...]:
        """The snapshots that hold a backup of this program."""
        try:
            found = self.repository.snapshots()
        except NotFound:
            return ()
        named = ((one.id, next(filter(_is_backup, one.tags), "")) for one in found if TAG in one.tags)
        return tuple(Kept(token, name) for token, name in named if name)

    def send(self, file: Path, watch: Watch = unwatched, halt: Halt = never) -> Kept:
        """Put it into the repository, which is made when there is none; restic checks each piece by its checksum."""
        size = file.stat().st_size
        try:
            before = {one.token for one in self._known()}
        except NotFound:
            self.repository.create()
            before = set()
        self.repository.send(file, (TAG, file.name), watch, halt)
        # What restic says at its end is short, and an older one says nothing.
        sent = next((one for one in self.files() if one.token not in before and one.name == file.name), None)
        if sent is None:
            raise NotFound(f"restic: {file.name} is not in the repository.", hint="Try again.")
        return Kept(sent.token, sent.name, size)

    def fetch(self, kept: Kept, folder: Path, watch: Watch = unwatched, halt: Halt = never) -> Path:
        """Take it out; it comes with the folders that it lay in."""
        into = folder / "restic"
        safeio.make_folder(into)
        self.repository.fetch(kept.token, into, halt)
        found = next((path for path in into.rglob(kept.name) if path.is_file() and not path.is_symlink()), None)
        if found is None:
            raise Unreadable(
                f"The snapshot {kept.token[:8]} holds no {kept.name}.", path=kept.name, hint="Use another."
            )
        return found

    def remove(self, gone: Sequence[Kept]) -> None:
        """All of them, and what only they need."""
        self.repository.forget(tuple(one.token for one in gone))

    def _known(self) -> tuple[Kept, ...]:
        return tuple(Kept(one.id, "") for one in self.repository.snapshots())


def _is_backup(name: str) -> bool:
    # Others may write there too: a name that leads elsewhere, or is a pattern, is none of ours.
    return _NAME.fullmatch(name) is not None
