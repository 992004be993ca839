"""Keeps the last good copies of a database, so that a damaged one need not begin at nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.safeio import make_folder, remove, rename
from clawd_desktop.storage.seal import digest

KEPT = 3
SPACED_MS = 20 * 3_600_000
_NAME = re.compile(r"(?P<name>.+)-(?P<at>\d{13,14})-(?P<digest>[0-9a-f]{16})\.copy")


@dataclass(frozen=True, slots=True)
class Copy:
    """One kept copy of the database `name`; `at_ms` is when it was made."""

    path: Path
    name: str
    at_ms: int
    digest: str


class Snapshots:
    """The folder of copies. A copy carries its SHA-256 in its name; all methods do disk work."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock

    def copies(self, name: str) -> list[Copy]:
        """All copies of the database, newest first."""
        found: list[Copy] = []
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                match = _NAME.fullmatch(path.name)
                if match and match["name"] == name:
                    found.append(Copy(path, name, int(match["at"]), match["digest"]))
        return sorted(found, key=lambda copy: copy.at_ms, reverse=True)

    def due(self, name: str) -> bool:
        """Whether the newest copy is old enough for another; one from the future, after a jump of the clock, is."""
        copies = self.copies(name)
        age = self._clock.wall_ms() - copies[0].at_ms if copies else SPACED_MS
        return age >= SPACED_MS or age < 0

    def place(self, name: str) -> Path:
        """Where a new copy is to be written, before `keep`. Raises StorageFault."""
        make_folder(self.folder)
        return self.folder / f"{name}.new"

    def keep(self, name: str) -> Copy:
        """Take the new copy into the row, and let go of the oldest. Raises ClawdError."""
        written = self.place(name)
        copies = self.copies(name)
        # A clock that was set back must not make an old copy the newest.
        at = max(self._clock.wall_ms(), copies[0].at_ms + 1 if copies else 0)
        made = Copy(self.folder / f"{name}-{at}-{(seen := digest(written)[:16])}.copy", name, at, seen)
        rename(written, made.path)
        for old in self.copies(name)[KEPT:]:
            remove(old.path)
        return made

    def intact(self, name: str) -> Iterator[Copy]:
        """Copies that are still what was kept, newest first."""
        for copy in self.copies(name):
            try:
                same = digest(copy.path)[:16] == copy.digest
            except ClawdError:
                same = False
            if same:
                yield copy
