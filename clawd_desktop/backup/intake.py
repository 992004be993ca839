"""Reads what was found for a backup, one thing after the other, and says of what could not be read why."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.backup import databases, secrets_out
from clawd_desktop.backup.areas import CONFIG, SECRETS, area_of
from clawd_desktop.backup.collect import Collected
from clawd_desktop.backup.gathering import Found
from clawd_desktop.backup.ground import HISTORY, Ground
from clawd_desktop.backup.manifest import Entry, LeftOut, holding
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on, never, unwatched
from clawd_desktop.backup.steady import Reading, Stream, stamp, steady
from clawd_desktop.backup.tree import Opener
from clawd_desktop.config.disk import fingerprint
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError, StorageFault, Unreadable

# Of a file whose secrets are to be taken out, at most this much is read.
_MOST_CLEANED = 8 * 1024 * 1024
_BUFFER = 1 << 20
_GONE = "It was removed while the backup was made."
_REPLACED = "Something else took its place while the backup was made."
_PLACE = "It is a secret; a restore puts the present one in its place."
_UNCLEAN = "It cannot be understood, so nobody can say which secrets stand in it; a sealed backup takes it too."
_LONG = "It is too long to look for secrets in it; a sealed backup takes it too."


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry (its size is that of `data`, its checksum is not known) with what it holds; None but for files.

    `facts` are those of the file when it holds just that (with `Collected.rules`, also when secrets were looked for and
    none found), or is a copy of a database at rest; else None.
    """

    entry: Entry
    data: bytes | BinaryIO | None
    facts: os.stat_result | None = None


@dataclass(slots=True)
class Intake:
    """Reads all of `collected`. `scratch` is a folder for copies of databases; what is in it is removed again.

    While `pieces` goes on, `left_out` and `warnings` gather what came up; `keyring` is what it holds, or None.
    """

    ground: Ground
    collected: Collected
    scratch: Path
    keyring: dict[str, str] | None = None
    progress: Watch = unwatched
    stopped: Halt = never
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _done: int = 0
    _total: int = 0
    _openers: dict[Path, Opener] = field(default_factory=dict)

    def pieces(self) -> Iterator[Piece]:
        """Everything in its order. A piece must be read before the next is asked for.

        Raises StorageFault when the scratch folder cannot be written, Stopped.
        """
        self._total = self.collected.size
        try:
            for found in self.collected.found:
                go_on(self.stopped)
                self.progress(Progress("write", self._done, self._total, found.entry.path))
                yield from self.of(found)
            yield from self.of_keyring()
        finally:
            self.close()

    def facts(self, found: Found) -> os.stat_result | None:
        """What stands there of a file that may be taken as it is, or a database at rest; None of anything else."""
        if found.entry.kind != "file" or found.data or (found.clean and not self.collected.rules):
            return None
        if databases.may_be_database(found.entry.path) and not databases.is_alone(found.root / found.inner):
            return None
        with contextlib.suppress(OSError):
            facts = self._opener(found.root).facts(found.inner)
            return facts if stat.S_ISREG(facts.st_mode) else None
        return None

    def of_keyring(self) -> Iterator[Piece]:
        """What the keyring holds, when that is wanted."""
        if self.keyring is not None:
            yield self._of_keyring(self.keyring)

    def close(self) -> None:
        """Close the folders that are open."""
        for opener in self._openers.values():
            opener.close()

    def of(self, found: Found) -> Generator[Piece, None, None]:
        """One thing: nothing when it cannot be taken, of which `left_out` says why. Raises as `pieces`."""
        entry = found.entry
        if entry.kind != "file":
            yield Piece(entry, None)
            return
        if found.data is not None and not found.clean:
            yield self._whole(entry, found.data)
            return
        try:
            if databases.may_be_database(entry.path) and self._copied_by_owner(found):
                yield from self._copy(found, None)
                return
            with contextlib.closing(steady(self._opener(found.root), found.inner, lines=found.lines)) as reading:
                yield from self._of_reading(found, reading)
            if reading.warning:
                self._warn(entry, reading.warning)
        except OSError as error:
            self._leave(found, *_why(error))

    def _of_reading(self, found: Found, reading: Reading) -> Iterator[Piece]:
        entry = with_facts(found.entry, reading.facts)
        if databases.is_database(reading.head) and self._copied(found):
            yield from self._copy(found, reading.facts)
        elif found.clean:
            yield from self._of_cleaned(found, entry, reading)
        elif isinstance(reading.data, bytes):
            yield replace(self._whole(entry, reading.data), facts=reading.facts)
        else:
            yield replace(self._stream(entry, reading.data), facts=reading.facts)

    def _of_cleaned(self, found: Found, entry: Entry, reading: Reading) -> Iterator[Piece]:
        data = _all_of(reading)
        if data is None:
            self._leave(found, _LONG, warn=True)
            return
        try:
            clean = secrets_out.cleaned(data, self.collected.values)
        except Unreadable:
            if area_of(entry.area).name == CONFIG or secrets_out.looks_secret(data):
                self._leave(found, _UNCLEAN, warn=True)
            else:
                yield self._whole(entry, data)
            return
        self.left_out += [LeftOut(entry.area, f"{entry.path}#{place}", _PLACE) for place in clean.places]
        piece = self._whole(_renamed(entry, data, clean.data), clean.data)
        yield replace(piece, facts=reading.facts) if clean.data == data and self.collected.rules else piece

    def _whole(self, entry: Entry, data: bytes) -> Piece:
        self._done += len(data)
        return Piece(_sized(entry, len(data)), data)

    def _stream(self, entry: Entry, data: Stream) -> Piece:
        def read(count: int) -> None:
            self._done += count
            go_on(self.stopped)
            self.progress(Progress("write", self._done, self._total, entry.path))

        data.watch = read
        return Piece(_sized(entry, data.size), io.BufferedReader(data, _BUFFER))

    def _of_keyring(self, items: dict[str, str]) -> Piece:
        now = self.ground.clock.wall_ms() * 1_000_000
        entry = Entry(SECRETS, secrets_out.KEYRING, "file", safeio.PRIVATE_FILE, now)
        return self._whole(entry, secrets_out.encode_keyring(items))

    @property
    def _database(self) -> Path:
        return self.scratch / "database"

    def _copied_by_owner(self, found: Found) -> bool:
        """Whether a database that this process has open lies in the scratch folder now. Raises OSError instead."""
        try:
            return self.ground.copy_database(found.root / found.inner, self._database)
        except ClawdError as fault:
            raise _Refused(fault.sentence()) from fault

    def _copied(self, found: Found) -> bool:
        """The same for one that nobody here has open; False when it is so damaged that its bytes are all there is."""
        try:
            damage = databases.copy_database(found.root / found.inner, self._database, self.stopped)
        except Unreadable as fault:
            self._warn(found.entry, f"It is taken as it is: {fault.message}")
            return False
        except StorageFault as fault:
            raise _Refused(fault.sentence()) from fault
        if damage:
            self._warn(found.entry, f"It is taken as it is, and damaged: {damage}.")
        return True

    def _copy(self, found: Found, before: os.stat_result | None) -> Iterator[Piece]:
        """The copy in the scratch folder, as what it is a copy of; `before` are the facts of a time before copying."""
        facts = os.lstat(found.root / found.inner)
        rested = before is not None and stamp(before) == stamp(facts) and databases.is_alone(found.root / found.inner)
        try:
            with Opener(self.scratch) as opener, contextlib.closing(steady(opener, self._database.name)) as copy:
                entry = with_facts(found.entry, facts)
                data = copy.data
                piece = self._whole(entry, data) if isinstance(data, bytes) else self._stream(entry, data)
                yield replace(piece, facts=facts if rested else None)
        finally:
            safeio.remove(self._database)

    def _opener(self, root: Path) -> Opener:
        opener = self._openers.get(root)
        if opener is None:
            opener = self._openers[root] = Opener(root)
        return opener

    def _leave(self, found: Found, reason: str, warn: bool) -> None:
        self.left_out.append(LeftOut(found.entry.area, found.entry.path, reason))
        if warn:
            self.warnings.append(f"{found.entry.area}: {found.entry.path} is not in the backup. {reason}")

    def _warn(self, entry: Entry, text: str) -> None:
        self.warnings.append(f"{entry.area}: {entry.path}: {text}")


class _Refused(OSError):
    """A database cannot be copied now; the text says why."""


def _why(error: OSError) -> tuple[str, bool]:
    """Why a file is left out, and whether a person should know."""
    if isinstance(error, _Refused):
        return str(error), True
    if isinstance(error, FileNotFoundError):
        return _GONE, False
    if error.errno in (errno.ELOOP, errno.EINVAL, errno.ENOTDIR, errno.ENXIO):
        return _REPLACED, True
    return f"It cannot be read: {error.strerror or error}.", True


def with_facts(entry: Entry, facts: os.stat_result) -> Entry:
    """The entry of a file with its rights, time and size of the moment when `facts` were taken."""
    # Not by `replace`, which takes a third of the time that a small file needs.
    mode = stat.S_IMODE(facts.st_mode) & 0o777
    return Entry(entry.area, entry.path, entry.kind, mode, facts.st_mtime_ns, facts.st_size)


def _sized(entry: Entry, size: int) -> Entry:
    return entry if entry.size == size else holding(entry, size)


def _all_of(reading: Reading) -> bytes | None:
    """What was read, None when it is too much."""
    if isinstance(reading.data, bytes):
        return reading.data
    return reading.data.readall() if reading.size <= _MOST_CLEANED else None


def _renamed(entry: Entry, before: bytes, after: bytes) -> Entry:
    """A kept version of the configuration has its checksum in its name, and counts only with the right one."""
    if entry.area != CONFIG or not entry.path.startswith(f"{HISTORY}/") or before == after:
        return entry
    old, new = fingerprint(before)[:16], fingerprint(after)[:16]
    return replace(entry, path=entry.path.replace(old, new))
