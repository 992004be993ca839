"""What a backup file holds in which order: entries as tar members, then their list, and how the two are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import attrgetter

from clawd_desktop.backup import member_names
from clawd_desktop.backup.manifest import Damaged, Entry, Manifest
from clawd_desktop.backup.tar_stream import Member

LIST_NAME = "manifest.json"
LIST_MODE = 0o600
_AREAS = "areas/"
_MARK = 16
# A list may be as long as this for nothing, and for each entry by as much as the longest path and link take in JSON.
_LIST_BASE, _LIST_EACH, _LIST_MOST = 16 << 20, 20 << 10, 1 << 30


def member_of(entry: Entry) -> Member:
    """The member that an entry is written as."""
    return Member(
        f"{_AREAS}{entry.area}/{entry.path}", entry.kind, entry.mode, entry.mtime_ns, entry.size, entry.target
    )


def entry_of(member: Member) -> Entry:
    """The entry of a member, without the checksum. Raises Damaged when its name is none that a backup has."""
    area, _, path = member.name.removeprefix(_AREAS).partition("/")
    if not member.name.startswith(_AREAS) or not area:
        raise Damaged("it lies outside of the areas")
    entry = Entry(area, path, member.kind, member.mode, member.mtime_ns, member.size, target=member.target)
    check_paths(entry)
    return entry


def check_paths(entry: Entry) -> None:
    """Raises Damaged when the path of the entry, or the target of a link, is none that a backup may hold."""
    if why := member_names.refusal(entry.path):
        raise Damaged(f"its path is refused, {why}")
    if entry.kind == "link" and (why := member_names.link_refusal(entry.path, entry.target)):
        raise Damaged(f"the link is refused, {why}")


def list_member(manifest: Manifest, size: int) -> Member:
    """The member that holds the list, which has `size` bytes."""
    return Member(LIST_NAME, "file", LIST_MODE, manifest.created_ms * 1_000_000, size)


def longest_list(entries: int) -> int:
    """How many bytes the list of so many entries can have: what a hostile one may take in memory."""
    return min(_LIST_BASE + entries * _LIST_EACH, _LIST_MOST)


def listed_as(found: Entry, listed: Entry) -> bool:
    """Whether a member is what the list says of it; checksums are compared when its data was read."""
    return _shape(found) == _shape(listed)


_shape = attrgetter("area", "path", "kind", "mode", "mtime_ns", "size", "target")


class Roll:
    """Remembers entries in 16 bytes each, however long their names are, to compare them with a list."""

    def __init__(self) -> None:
        self._marks = bytearray()

    def __len__(self) -> int:
        return len(self._marks) // _MARK

    def add(self, entry: Entry, sha256: str) -> None:
        """Remember one more, with the checksum that its data has."""
        self._marks += _mark(entry, sha256)

    def difference(self, entries: Sequence[Entry]) -> str:
        """Where the list is not what is remembered, in the same order, as a sentence; "" when it is."""
        for number, entry in enumerate(entries):
            if self._marks[number * _MARK : (number + 1) * _MARK] != _mark(entry, entry.sha256):
                what = "is missing" if number >= len(self) else "differs from the list, or stands elsewhere"
                return f"{entry.area}/{entry.path} {what}"
        return f"{len(self) - len(entries)} files are not on the list" if len(self) > len(entries) else ""


def _mark(entry: Entry, sha256: str) -> bytes:
    area, path, kind, mode, mtime_ns, size, target = _shape(entry)
    text = f"{area}\0{path}\0{kind}\0{mode}\0{mtime_ns}\0{size}\0{target}\0{sha256}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=_MARK).digest()
