"""Gathers what is found for a backup: decides for each thing whether it is taken, and keeps why not."""

from __future__ import annotations

import contextlib
import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.backup import member_names, secrets_out
from clawd_desktop.backup.areas import CONFIG, SECRET, SECRETS, area_of, holds_secrets
from clawd_desktop.backup.databases import MAGIC, belongs_to, is_database, may_be_database
from clawd_desktop.backup.manifest import Entry, LeftOut
from clawd_desktop.backup.tree import Opener, Seen

# As many of one kind are named in warnings one by one; all stand in the list of what is left out.
_TOLD = 10
_MODE = 0o777
_ODD = {
    "special": ("It is a pipe, a socket or a device.", False),
    "mount": ("Another disk is mounted there.", True),
    "unreadable": ("It cannot be read: {fault}.", True),
}
_BESIDE = "It belongs to the database {name}, which is taken whole."


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is to be taken. `entry` has no checksum yet, and the size that it had when it was found.

    A file lies at `inner` below `root`. `clean` says that secrets are to be taken out, `lines` that it only grows.
    `data` is what it holds, with its facts, when it was read already.
    """

    entry: Entry
    root: Path
    inner: str
    clean: bool = False
    lines: bool = False
    data: bytes | None = field(default=None, repr=False)


class Gathering:
    """What was found and what was not taken. Only areas in `wanted` count; `secrets` says whether those come along."""

    def __init__(self, wanted: frozenset[str], *, secrets: bool) -> None:
        self.wanted = wanted
        self.secrets = secrets
        self.found: dict[tuple[str, str], Found] = {}
        self.left_out: list[LeftOut] = []
        self.warnings: list[str] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._databases: set[tuple[Path, str]] = set()

    def see(self, area: str, seen: Seen, root: Path, data: bytes | None = None) -> None:
        """Something that was seen below `root`, whose path there is its path in the area."""
        if area not in self.wanted:
            return
        refusal = member_names.refusal(seen.path)
        if refusal:
            self.leave(area, seen.path, f"Its name cannot stand in a backup: {refusal}.", warn=True)
        elif seen.kind == "link":
            self._link(area, seen)
        elif seen.kind in _ODD:
            reason, warn = _ODD[seen.kind]
            self.leave(area, seen.path, reason.format(fault=seen.fault), warn=warn)
        elif seen.kind == "folder":
            if area != SECRETS or self.secrets:
                self._keep(Found(_entry(area, seen), root, seen.path))
        elif holds_secrets(area, seen.path) and not self.secrets:
            self.leave(area, seen.path, SECRET)
        elif (owner := belongs_to(seen.path)) and self._is_database(area, root, owner):
            self.leave(area, seen.path, _BESIDE.format(name=owner.rpartition("/")[2]))
        else:
            self._keep(self._file(area, seen, root, data))

    def add(self, area: str, path: str, real: Path) -> bool:
        """A file that lies somewhere else than its area; a link at `real` is followed. False when there is none."""
        target = Path(os.path.realpath(real))
        try:
            facts = os.lstat(target)
        except FileNotFoundError:
            return False
        except OSError as error:
            self.leave(area, path, f"It cannot be read: {error.strerror}.", warn=True)
            return True
        if area not in self.wanted:
            return True
        if not stat.S_ISREG(facts.st_mode):
            self.leave(area, path, "It is not a file.", warn=True)
            return True
        seen = Seen(path, "file", facts)
        clean = not self.secrets and area_of(area).cleaned
        self._keep(Found(_entry(area, seen), target.parent, target.name, clean))
        return True

    def leave(self, area: str, path: str, reason: str, *, warn: bool = False) -> None:
        """Keep something out, for a reason that is a sentence; with `warn` a person should know."""
        if area not in self.wanted:
            return
        self.left_out.append(LeftOut(area, path, reason))
        if warn:
            self._counts[area, reason] += 1
            if self._counts[area, reason] <= _TOLD:
                self.warnings.append(f"{area}: {path} is not in the backup. {reason}")

    def summed_up(self) -> tuple[str, ...]:
        """The warnings, with how many more there are of what there are many."""
        more = [
            f"{area}: {count - _TOLD} more are not in the backup. {reason}"
            for (area, reason), count in self._counts.items() if count > _TOLD
        ]  # fmt: skip
        return (*self.warnings, *more)

    def _keep(self, found: Found) -> None:
        entry = found.entry
        if (entry.area, entry.path) in self.found:
            self.leave(entry.area, entry.path, "Another file has its place in the backup.", warn=True)
        else:
            self.found[entry.area, entry.path] = found

    def _file(self, area: str, seen: Seen, root: Path, data: bytes | None) -> Found:
        row = area_of(area)
        clean = not self.secrets and row.cleaned and (row.name == CONFIG or secrets_out.is_json(seen.path))
        # In a folder that people work in a file may be called so and be something else.
        lines = seen.path.endswith(".jsonl") and row.name == area
        return Found(_entry(area, seen), root, seen.path, clean, lines, data)

    def _link(self, area: str, seen: Seen) -> None:
        if holds_secrets(area, seen.path) and not self.secrets:
            self.leave(area, seen.path, SECRET)
        elif why := member_names.link_refusal(seen.path, seen.target):
            self.leave(area, seen.path, f"It is a link, and {why}; what it leads to is not taken.", warn=True)
        else:
            self._keep(Found(_entry(area, seen), Path(), seen.path))

    def _is_database(self, area: str, root: Path, path: str) -> bool:
        """Whether a database lies there. One that is called so in the state folder is not opened, see databases."""
        if area_of(area).name == area and may_be_database(path):
            return any((name, path) in self.found for name in self.wanted)
        if (root, path) not in self._databases:
            with contextlib.suppress(OSError), Opener(root) as opener, os.fdopen(opener.open(path), "rb") as file:
                if is_database(file.read(len(MAGIC))):
                    self._databases.add((root, path))
        return (root, path) in self._databases


def _entry(area: str, seen: Seen) -> Entry:
    facts = seen.facts
    mode, size = stat.S_IMODE(facts.st_mode) & _MODE, facts.st_size
    if seen.kind == "folder":
        return Entry(area, seen.path, "folder", mode, facts.st_mtime_ns)
    if seen.kind == "link":
        return Entry(area, seen.path, "link", mode, facts.st_mtime_ns, target=seen.target)
    return Entry(area, seen.path, "file", mode, facts.st_mtime_ns, size)
