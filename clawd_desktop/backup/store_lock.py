"""One writer per store, on any disk: a lock file that names its owner, and how a dead owner's lock is taken away."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import orjson

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import Busy, NotFound, StorageFault
from clawd_desktop.core.new_file import NewFile, create_file
from clawd_desktop.core.values import as_float, as_int, as_object, as_text

NAME = "lock"
# A little room, given away when the disk is full: who wants to make room there needs a lock as well.
RESERVE = "reserve"
_RESERVE_BYTES = 4096
# Written again by a living owner each BEAT; another computer believes it dead after SILENCE, by the disk's own clock.
BEAT_S = 60.0
SILENCE_S = 1800.0
# A lock without an owner is one that is just being written, or that a power cut tore.
TORN_S = 60.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock. `started` is when its process began (seconds since the epoch): a pid alone is used again."""

    token: str
    host: str
    pid: int
    started: float
    doing: str

    def encode(self) -> bytes:
        """As the file holds it."""
        return orjson.dumps(
            {"token": self.token, "host": self.host, "pid": self.pid, "started": self.started, "doing": self.doing}
        )


def decode(data: bytes) -> Owner:
    """The owner of that file; one that nobody can be when the file was torn by a power cut."""
    try:
        wire = as_object(orjson.loads(data))
    except orjson.JSONDecodeError:
        wire = {}
    return Owner(
        as_text(wire.get("token")), as_text(wire.get("host")), as_int(wire.get("pid")),
        as_float(wire.get("started")), as_text(wire.get("doing")),
    )  # fmt: skip


def myself(doing: str) -> Owner:
    """This process as an owner."""
    import psutil

    return Owner(os.urandom(8).hex(), socket.gethostname(), os.getpid(), psutil.Process().create_time(), doing)


def is_dead(owner: Owner, here: str, silent_s: float) -> bool:
    """Whether the owner is gone: on this computer (`here`) by its process, on others by its long silence."""
    if not owner.token:
        return silent_s > TORN_S
    if owner.host != here:
        return silent_s > SILENCE_S
    import psutil

    try:
        return abs(psutil.Process(owner.pid).create_time() - owner.started) > 1
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def keep_room(folder: Path) -> None:
    """Set the reserve aside, unless it is. Raises StorageFault."""
    if not (folder / RESERVE).exists():
        create_file(folder / RESERVE, bytes(_RESERVE_BYTES))


class StoreLock:
    """Held by `with`. `confirm` is called before each step that another writer must not see half done."""

    # Locks that this process holds: one that it could not remove from a failing disk names it and is nobody's.
    _held: ClassVar[set[str]] = set()

    def __init__(self, folder: Path, doing: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / NAME
        self._me = myself(doing)
        self._monotonic = monotonic
        self._beaten = 0.0

    def __enter__(self) -> StoreLock:
        with contextlib.ExitStack() as failing:
            # First: between making it and this another thread would take it for one that nobody holds.
            self._held.add(self._me.token)
            failing.callback(self._held.discard, self._me.token)
            if not self._made():
                self._bury()
                if not create_file(self._path, self._me.encode()):
                    raise _busy(self._path, decode(_read(self._path)))
            failing.pop_all()
        self._beaten = self._monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.discard(self._me.token)
        with contextlib.suppress(StorageFault):
            if decode(_read(self._path)).token == self._me.token:
                safeio.remove(self._path)
            keep_room(self._path.parent)

    def confirm(self) -> None:
        """Raises Busy when the lock is not ours any more, NotFound when its disk is gone; tells that we live."""
        owner = decode(_read(self._path))
        if owner.token != self._me.token:
            if not self._path.parent.is_dir():
                raise NotFound(f"There is no folder {self._path.parent}.")
            raise _busy(self._path, owner)
        if self._monotonic() - self._beaten > BEAT_S:
            safeio.touch(self._path)
            self._beaten = self._monotonic()

    def _made(self) -> bool:
        try:
            return create_file(self._path, self._me.encode())
        except StorageFault:
            reserve = self._path.with_name(RESERVE)
            if not reserve.exists():
                raise
            safeio.remove(reserve)
            return create_file(self._path, self._me.encode())

    def _bury(self) -> None:
        """Take a dead owner's lock away. Raises Busy when the owner lives or another is at it.

        Whoever makes the grave of that one owner may remove its lock, and looks again first: two that saw the same dead
        owner do not remove each other's lock.
        """
        owner = decode(_read(self._path))
        if not self._dead(self._path, owner):
            raise _busy(self._path, owner)
        grave = self._path.with_name(f"{NAME}.{owner.token or 'torn'}")
        if not create_file(grave, self._me.encode()):
            digger = decode(_read(grave))
            if self._dead(grave, digger):
                safeio.remove(grave)
            raise _busy(self._path, digger)
        try:
            if decode(_read(self._path)) == owner:
                safeio.remove(self._path)
        finally:
            safeio.remove(grave)

    def _dead(self, path: Path, owner: Owner) -> bool:
        mine = (owner.host, owner.pid, owner.started) == (self._me.host, self._me.pid, self._me.started)
        return owner.token not in self._held if mine else is_dead(owner, self._me.host, _silence(path))


def _silence(path: Path) -> float:
    """Seconds since the lock was written or touched, by the clock of the disk itself."""
    with NewFile(path.with_name("clock")) as probe, contextlib.suppress(FileNotFoundError):
        return probe.beside.stat().st_mtime - path.stat().st_mtime
    return 0.0


def _read(path: Path) -> bytes:
    try:
        return safeio.read_file(path, limit=1 << 16)
    except NotFound:
        return b""


def _busy(path: Path, owner: Owner) -> Busy:
    who = f"{owner.doing or 'Other work'} on {owner.host}, pid {owner.pid}," if owner.host else "Other work"
    return Busy(f"{who} uses the backups in {path.parent}.", hint="Wait until it is done and try again.")
