"""Keeps the paired and the waiting devices in memory as they are on the disk; nothing changes that was not saved."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway import pairing
from clawd_desktop.gateway.device_store import RecordFile
from clawd_desktop.gateway.pairing import Applicant

LAZY_SECONDS = 1.0
_log = logging.getLogger("clawd.gateway.devices")


class PairingBook:
    """`paired` are the records by device id, `waiting` the requests by their id."""

    def __init__(self, paired: RecordFile, pending: RecordFile, clock: Clock) -> None:
        self.paired: dict[str, JsonObject] = {}
        self.waiting: dict[str, JsonObject] = {}
        self._paired_file = paired
        self._pending_file = pending
        self._clock = clock
        self._lock = asyncio.Lock()
        self._lazy: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Read what was stored. An unreadable file is logged, kept as it is, and nothing is written over it."""
        self.paired = await self._paired_file.read()
        self.waiting = await self._pending_file.read()

    async def close(self) -> None:
        """Write what was still to be written."""
        if self._lazy is not None and not self._lazy.done():
            await stop(self._lazy)
            await self._save_quietly()

    async def change(self, device_id: str, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        """Store the device's record as `change` makes it of what stands there (empty for a new one), and return it.

        What is in memory changes only when the disk has it. Raises ClawdError.
        """
        async with self._lock:
            changed = {**self.paired, device_id: change(self.paired.get(device_id, {}))}
            safe = {key: pairing.hashed(row) for key, row in changed.items()}
            await self._paired_file.write(safe)
            self.paired = safe
            return safe[device_id]

    async def change_waiting(self, change: Callable[[dict[str, JsonObject]], dict[str, JsonObject]]) -> None:
        """Store the requests as `change` makes them of those that wait. Raises ClawdError."""
        async with self._lock:
            changed = change(self.waiting)
            await self._pending_file.write(changed)
            self.waiting = changed

    async def end_silent(self) -> tuple[tuple[str, str], ...]:
        """Kill all tokens that rest on the shared secret alone; returns device and role of each.

        They are dead when this returns or raises: a disk that refuses (ClawdError) must not keep them alive.
        """
        async with self._lock:
            now = self._clock.wall_ms()
            ended = tuple((key, role) for key, row in self.paired.items() for role in pairing.silent_roles(row))
            self.paired = {key: pairing.without_silent(row, now) for key, row in self.paired.items()}
            if ended:
                await self._paired_file.write({key: pairing.hashed(row) for key, row in self.paired.items()})
            return ended

    def drop_stale(self) -> None:
        """Forget the requests that nobody decided in time."""
        now = self._clock.wall_ms()
        self.waiting = {key: row for key, row in self.waiting.items() if pairing.is_fresh(row, now)}

    def seen(self, applicant: Applicant) -> None:
        """Note that a paired device came with its token; written within a second, together with others."""
        record = self.paired.get(applicant.device_id)
        if record is None or not pairing.token_of(record, applicant.role):
            return
        self.paired[applicant.device_id] = pairing.seen(record, applicant, self._clock.wall_ms())
        if self._lazy is None or self._lazy.done():
            self._lazy = spawn(self._save_later(), name="devices save")

    async def _save_later(self) -> None:
        await asyncio.sleep(LAZY_SECONDS)
        await self._save_quietly()

    async def _save_quietly(self) -> None:
        async with self._lock:
            try:
                await self._paired_file.write({key: pairing.hashed(row) for key, row in self.paired.items()})
            except ClawdError as error:
                _log.warning("when devices were last seen could not be saved: %s", error)
