"""Compares a backup with what is there now, for a person to decide: what would change and be lost; does no I/O."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.present import Here

State: TypeAlias = Literal["same", "changed", "only in backup", "would be lost"]
STATES: tuple[State, ...] = ("same", "changed", "only in backup", "would be lost")
MOST_DIFF_BYTES = 256 * 1024
MOST_DIFF_LINES = 400
_MOST_LINE = 500
# What going back in time means for an area, said when anything of it changes.
WARNINGS = {
    "channels": (
        "The keys of chat channels go back to an older state: WhatsApp and Signal may have to be linked again, and"
        " a message that came since may be answered twice or not at all."
    ),
    "approvals": (
        "Approvals and pairings go back: what you allowed since is asked again, and what you took back since is"
        " allowed again. Look through them afterwards."
    ),
    "automation": "Jobs go back with the time of their last run: one that ran since may run again.",
    "sessions": "Conversations go back: what was said since stands only in the undo folder.",
}


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path of an area: what happens to it, its size now and in the backup in bytes (0 where it is not)."""

    path: str
    state: State
    size_now: int
    size_new: int


@dataclass(frozen=True, slots=True)
class AreaPreview:
    """What restoring one area would do. Folders are not counted, except empty ones."""

    area: str
    files: tuple[FileChange, ...]
    warnings: tuple[str, ...]

    def count(self, state: State) -> int:
        """How many paths are in that state."""
        return sum(one.state == state for one in self.files)

    def size(self, state: State) -> int:
        """Bytes of the paths in that state: in the backup, of what would be lost as it is now."""
        return sum(
            one.size_now if state == "would be lost" else one.size_new for one in self.files if one.state == state
        )

    @property
    def changes(self) -> bool:
        """Whether anything would be different afterwards."""
        return any(one.state != "same" for one in self.files)


def compare(
    area: str,
    entries: Sequence[Entry],
    now: Mapping[str, Here],
    mine: Collection[str],
    digest: Callable[[str], str],
) -> AreaPreview:
    """What would become of each path.

    `now` is what is there, `mine` what of it would be replaced. `digest` gives the SHA-256 of a file that is there; it
    is asked only where kind and size are the same, and "" says that it could not be read.
    """
    files = [_of_backup(entry, now, digest) for entry in _leaves(entries)]
    held = {entry.path for entry in entries}
    filled = {path.rpartition("/")[0] for path in now}
    files += [
        FileChange(path, "would be lost", now[path].size, 0)
        for path in mine
        if path not in held and not (now[path].kind == "folder" and path in filled)
    ]
    files.sort(key=lambda one: one.path)
    changes = any(one.state != "same" for one in files)
    return AreaPreview(area, tuple(files), (WARNINGS[area],) if changes and area in WARNINGS else ())


def is_text(data: bytes) -> bool:
    """Whether a file can be shown as text: UTF-8 without NUL, and not too large."""
    if len(data) > MOST_DIFF_BYTES or b"\0" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def text_diff(now: bytes, new: bytes, masked: Callable[[str], str] = str) -> tuple[str, ...]:
    """The lines that differ, in the unified form with three lines around; at most MOST_DIFF_LINES of them.

    `masked` takes out of a text what is not to be shown. Empty when one of both is no text or too large.
    """
    if not is_text(now) or not is_text(new):
        return ()
    old_lines, new_lines = (masked(data.decode("utf-8")).splitlines() for data in (now, new))
    lines: list[str] = []
    for line in difflib.unified_diff(old_lines, new_lines, "now", "backup", lineterm=""):
        if len(lines) == MOST_DIFF_LINES:
            return (*lines, "…")
        lines.append(line if len(line) <= _MOST_LINE else f"{line[:_MOST_LINE]}…")
    return tuple(lines)


def _leaves(entries: Sequence[Entry]) -> list[Entry]:
    filled = {entry.path.rpartition("/")[0] for entry in entries}
    return [entry for entry in entries if entry.kind != "folder" or entry.path not in filled]


def _of_backup(entry: Entry, now: Mapping[str, Here], digest: Callable[[str], str]) -> FileChange:
    here = now.get(entry.path)
    if here is None:
        return FileChange(entry.path, "only in backup", 0, entry.size)
    same = here.kind == entry.kind and here.size == entry.size and here.target == entry.target
    if same and entry.kind != "link":
        same = here.mode == entry.mode
    if same and entry.kind == "file":
        same = digest(entry.path) == entry.sha256
    return FileChange(entry.path, "same" if same else "changed", here.size, entry.size)
