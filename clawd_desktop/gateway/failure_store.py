"""Keeps the record of failed sign-ins on disk, so that a restart gives nobody new free guesses.

Waits run on the monotonic clock; the wall clock only says how long the application was not there.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import orjson

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, NotFound, StorageFault, Unreadable
from clawd_desktop.core.safeio import make_folder, read_file, set_aside, write_file
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.limiter import AuthLimiter, Failures, Record

NAME = "failed-sign-ins.json"
MOST_PEERS = 512
_EVERY_S = 1.0
_VERSION = 1
_LARGEST = 1024 * 1024
# A day: longer ago than anything is remembered.
_LONGEST_GAP_S = 86_400.0
_log = logging.getLogger("clawd.gateway.failures")


class FailureStore:
    """Writes what `limiter` remembers into a file of `folder` while sign-ins fail, at most once a second."""

    def __init__(self, folder: Path, limiter: AuthLimiter, clock: Clock, *, every_s: float = _EVERY_S) -> None:
        self._file = folder / NAME
        self._limiter = limiter
        self._clock = clock
        self._every_s = every_s
        self._stale = False
        self._writes = True
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Read what was kept and go on from there.

        A file that cannot be understood is set aside under another name, and until somebody has signed in failures
        cost from the first one on. One that the disk does not give is left alone: nothing is written in this run.
        """
        try:
            data = await asyncio.to_thread(read_file, self._file, limit=_LARGEST)
            self._limiter.remember(parsed(data, self._clock.wall_ms()))
        except NotFound:
            pass
        except (Unreadable, ValueError) as fault:
            await self._careful(str(fault))
        except StorageFault as fault:
            self._careful_without_writing(fault)
        self._limiter.on_failure = self._changed

    async def close(self) -> None:
        """Write what is not on the disk yet."""
        self._limiter.on_failure = lambda: None
        await tasks.stop(self._task)
        if self._stale:
            await self._write()

    async def _careful(self, reason: str) -> None:
        self._limiter.be_careful()
        try:
            kept = await asyncio.to_thread(set_aside, self._file, "corrupt", self._clock.wall_ms())
        except StorageFault as fault:
            self._careful_without_writing(fault)
        else:
            _log.warning("the record of failed sign-ins could not be read (%s); it was set aside as %s", reason, kept)

    def _careful_without_writing(self, fault: StorageFault) -> None:
        self._writes = False
        self._limiter.be_careful()
        _log.warning("failed sign-ins are not recorded in this run: %s", fault.sentence())

    def _changed(self) -> None:
        self._stale = True
        if self._writes and (self._task is None or self._task.done()):
            self._task = tasks.spawn(self._keep(), name="record of failed sign-ins")

    async def _keep(self) -> None:
        while self._stale:
            await self._write()
            await asyncio.sleep(self._every_s)

    async def _write(self) -> None:
        if not self._writes:
            return
        self._stale = False
        data = written(self._limiter.remembered(MOST_PEERS), self._clock.wall_ms())
        try:
            await asyncio.to_thread(_save, self._file, data)
        except ClawdError as fault:
            self._stale = True
            _log.warning("failed sign-ins were not recorded: %s", fault.sentence())


def written(known: Failures, wall_ms: int) -> bytes:
    """The record as a file's bytes."""
    whole: JsonObject = {
        "version": _VERSION,
        "savedAtMs": wall_ms,
        "together": _row(known.together),
        "peers": {peer: _row(record) for peer, record in known.peers.items()},
    }
    return orjson.dumps(whole)


def parsed(data: bytes, wall_ms: int) -> Failures:
    """The record that the bytes hold, with the time since then taken off its waits. Raises ValueError."""
    whole = orjson.loads(data)
    if not isinstance(whole, dict) or whole.get("version") != _VERSION or not isinstance(whole.get("peers"), dict):
        raise ValueError("it is no record of failed sign-ins")
    saved = whole.get("savedAtMs")
    if not isinstance(saved, int):
        raise ValueError("it does not say when it was written")
    # A clock that was set back gives no time off, and one that was set forward no more than a day.
    gap = min(_LONGEST_GAP_S, max(0.0, (wall_ms - saved) / 1000))
    peers = {str(peer): _record(row, gap) for peer, row in list(whole["peers"].items())[-MOST_PEERS:]}
    return Failures(_record(whole.get("together"), gap), peers)


def _save(file: Path, data: bytes) -> None:
    make_folder(file.parent)
    write_file(file, data)


def _row(record: Record) -> JsonObject:
    return {"failures": record.failures, "waitS": round(record.wait, 3)}


def _record(row: JsonValue, gap: float) -> Record:
    if not isinstance(row, dict):
        raise ValueError("a row of it is not an object")
    failures, wait = row.get("failures"), row.get("waitS")
    if not isinstance(failures, int) or not isinstance(wait, int | float) or failures < 0:
        raise ValueError("a row of it has no numbers")
    return Record(failures, float(wait) - gap)
