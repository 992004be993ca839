"""Reads backups of others as ours: archives of `openclaw backup create` and of the backup script of the course.

Each is taken for hostile: all of it is read and checked before anything of it is given out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

from clawd_desktop.backup import foreign_origin, manifest, member_names
from clawd_desktop.backup.foreign_gzip import MAGIC, GzipSource
from clawd_desktop.backup.foreign_origin import Kind, Origin
from clawd_desktop.backup.foreign_placing import Home, Placing, Result
from clawd_desktop.backup.foreign_tar import ForeignTar, Member
from clawd_desktop.backup.manifest import Damaged, Entry, LeftOut, Manifest, Root, TooNew
from clawd_desktop.backup.member_names import Disk
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on, never, unwatched
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import Refused, Unreadable

MOST_MEMBERS = 500_000
MOST_BYTES = 256 << 30
_CHUNK = 1 << 18
_SETUID = 0o6000
_CHANGED = "it is not what was there when it was checked"


@dataclass(frozen=True, slots=True)
class Caution:
    """What is not taken: names that `disk` cannot keep, more than `most_bytes` unpacked (the room that there is).

    Links that lead out of their folder make the whole archive refused, unless `leave_links` says to go without them.
    """

    disk: Disk = member_names.LINUX
    most_bytes: int = MOST_BYTES
    leave_links: bool = False


CAREFUL = Caution()


@dataclass(frozen=True, slots=True)
class Foreign:
    """An archive that was read: its list in our form, and which member of it each entry is."""

    path: Path
    kind: Kind
    manifest: Manifest
    entries: Mapping[str, Entry] = field(repr=False)
    most_bytes: int = MOST_BYTES


Given: TypeAlias = tuple[Entry, Iterator[memoryview]]


def is_foreign(head: bytes) -> bool:
    """Whether a file that begins so may be one: ours are never packed by gzip."""
    return head.startswith(MAGIC)


def read(
    path: Path, home: Home, caution: Caution = CAREFUL, progress: Watch = unwatched, stopped: Halt = never
) -> Foreign:
    """Read and check all of an archive; nothing is written.

    Raises Unreadable, which names the place, for damage and for anything unsafe in it; Refused with the code
    "backup.links" for links that lead out; NotFound, StorageFault, Stopped.
    """
    with _opened(path, caution.most_bytes, _Look("verify", progress, stopped)) as archive:
        survey = _Survey(caution)
        for member in archive.members():
            survey.add(member, archive)
        return survey.judged(path, home, archive.digest)


def members(
    found: Foreign, wanted: Callable[[Entry], bool], progress: Watch = unwatched, stopped: Halt = never
) -> Iterator[Given]:
    """What is wanted of an archive that was read, in its order: each entry with the pieces of its data.

    The data of one are given before the next is asked for, and are not good before the last piece was given. Raises
    Unreadable when something is not what it was when it was read; NotFound, StorageFault, Stopped.
    """
    with _opened(found.path, found.most_bytes, _Look("extract", progress, stopped)) as archive:
        left = {path for path, entry in found.entries.items() if wanted(entry)}
        for member in archive.members():
            entry = found.entries.get(member.path)
            if entry is None or not wanted(entry):
                continue
            if member.path not in left or _facts(member) != (entry.kind, entry.size, entry.target):
                raise Damaged(_CHANGED)
            left.remove(member.path)
            data = archive.checked_data(entry)
            yield entry, data
            # What was not fetched is read all the same: a member is good when all of it is.
            for _ in data:
                pass
        if left:
            raise Damaged("it ends earlier than when it was checked")


def _facts(member: Member) -> tuple[str, int, str]:
    return member.kind, member.size, member.target


class _Survey:
    """All members of an archive, checked one by one and then against each other."""

    def __init__(self, caution: Caution) -> None:
        self._caution = caution
        self._members: dict[str, Member] = {}
        self._digests: dict[str, str] = {}
        self._list = b""

    def add(self, member: Member, archive: _Archive) -> None:
        path = member.path
        if why := member_names.refusal(path, self._caution.disk):
            raise Damaged(f"the path {path[:200]!r} is refused, {why}")
        if path in self._members:
            raise Damaged(f"{path!r} stands twice")
        if member.kind == "file" and member.mode & _SETUID:
            raise Damaged(f"{path!r} would run with the rights of another user")
        if len(self._members) >= MOST_MEMBERS:
            raise Damaged(f"it has more than {MOST_MEMBERS:,} members")
        self._members[path] = member
        if member.kind == "file":
            self._read(member, archive)

    def _read(self, member: Member, archive: _Archive) -> None:
        keep = member.path.count("/") == 1 and member.path.endswith(f"/{foreign_origin.LIST_NAME}")
        if keep and (member.size > foreign_origin.MOST_LIST_BYTES or self._list):
            raise Damaged("it has two lists, or one that is too long")
        digest = hashlib.sha256()
        for piece in archive.data():
            digest.update(piece)
            if keep:
                self._list += piece
        self._digests[member.path] = digest.hexdigest()

    def judged(self, path: Path, home: Home, digest: str) -> Foreign:
        if twins := member_names.twins(self._members, self._caution.disk):
            raise Damaged(f"{twins[0]!r} and {twins[1]!r} would be one file here")
        self._check_ways()
        origin = self._origin(home)
        placing = Placing(origin, home, leave_links=self._caution.leave_links)
        for prefix in sorted(self._members):
            placing.see(self._members[prefix], self._digests.get(prefix, ""))
        if placing.outside:
            raise _links_refused(path, placing.outside)
        listed = _manifest(origin, placing.result(), digest)
        if not listed.entries:
            raise Damaged("it holds nothing that has a place here")
        manifest.check(listed)
        return Foreign(path, origin.kind, listed, placing.entries(), self._caution.most_bytes)

    def _check_ways(self) -> None:
        for path in self._members:
            above = path.rpartition("/")[0]
            while above:
                holder = self._members.get(above)
                if holder is not None and holder.kind != "folder":
                    raise Damaged(f"{path!r} lies behind something that is no folder")
                above = above.rpartition("/")[0]

    def _origin(self, home: Home) -> Origin:
        if not self._members:
            raise Damaged("it is empty")
        if foreign_origin.kind_of(self._members) == "openclaw":
            return foreign_origin.openclaw(self._list, self._members, home.agent)
        return foreign_origin.course(self._members, home.agent, home.zone)


def _links_refused(path: Path, links: tuple[LeftOut, ...]) -> Refused:
    more = f" and {len(links) - 1:,} more" if len(links) > 1 else ""
    return Refused(
        f"{path} holds the link {links[0].path!r}{more}: {links[0].reason}",
        hint="Nothing was changed. Restore it without such links.",
        code="backup.links",
    )


def _manifest(origin: Origin, placed: Result, digest: str) -> Manifest:
    entries, left_out, warnings = placed
    areas = dict.fromkeys(entry.area for entry in entries)
    return Manifest(
        id=f"{origin.kind}-{digest[:16]}", created_ms=origin.created_ms, cause="person", version=origin.version,
        # What it holds stands there as it was, passwords too: nothing has to be put back.
        host="", system=origin.system, secrets="sealed",
        roots=tuple(Root(area, origin.was(area)) for area in areas),
        entries=entries, left_out=left_out, note=origin.note, warnings=warnings,
    )  # fmt: skip


@dataclass(slots=True)
class _Look:
    stage: str
    progress: Watch
    stopped: Halt
    size: int = 0

    def step(self, done: int, file: str) -> None:
        go_on(self.stopped)
        self.progress(Progress(self.stage, done, self.size, file))


class _Archive:
    """One pass through an archive. What is wrong with it becomes an error that says what, where and what next."""

    def __init__(self, path: Path, file: BinaryIO, most_bytes: int, look: _Look) -> None:
        self._path = path
        self._source = GzipSource(file, most_bytes)
        self._tar = ForeignTar(self._source)
        self._look = look
        self._file = ""

    @property
    def digest(self) -> str:
        return self._source.digest

    def members(self) -> Iterator[Member]:
        while (member := self._tar.next()) is not None:
            self._file = member.path[:200]
            self._look.step(self._source.taken, self._file)
            yield member

    def data(self) -> Iterator[memoryview]:
        while piece := self._tar.read(_CHUNK):
            self._look.step(self._source.taken, self._file)
            yield memoryview(piece)

    def checked_data(self, entry: Entry) -> Iterator[memoryview]:
        """The same, for somebody who must not get anything else than what was read before."""
        digest = hashlib.sha256()
        with self.explained():
            for piece in self.data():
                digest.update(piece)
                yield piece
            if entry.kind == "file" and digest.hexdigest() != entry.sha256:
                raise Damaged(_CHANGED)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        try:
            with safeio.explained(self._path, "read"):
                yield
        except TooNew as error:
            raise self._unreadable(f"{error}.", "Update this program, and try again.") from error
        except Damaged as error:
            near = f"{self._file!r}, " if self._file else ""
            text = f"{error} ({near}byte {self._source.taken:,} of the file)."
            raise self._unreadable(text, "Fetch the archive again, or take another one.") from error

    def _unreadable(self, text: str, hint: str) -> Unreadable:
        text = f"{self._path} cannot be restored: {text}"
        return Unreadable(text, path=str(self._path), hint=f"Nothing was changed. {hint}")


@contextlib.contextmanager
def _opened(path: Path, most_bytes: int, look: _Look) -> Iterator[_Archive]:
    """The archive from its start on."""
    with safeio.open_regular(path) as file:
        with safeio.explained(path, "read"):
            look.size = os.fstat(file.fileno()).st_size
        archive = _Archive(path, file, most_bytes, look)
        with archive.explained():
            yield archive
