"""The record of who did what: metadata only, append-only, each line bound to the one before."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from pathlib import Path

from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.core.ports import Ledger
from clawd_desktop.operations.audit_chain import AuditEntry
from clawd_desktop.operations.audit_files import AuditFiles, Extent
from clawd_desktop.operations.redaction import Redactor

NOTICE = "audit"
MOST_WAITING = 10_000
# The same act of the same actor again within so long is counted, not written again.
SAME_S = 60.0
_MOST_SAME = 1_000
_RETRY_S = 5.0
_log = logging.getLogger("clawd.audit")
_Act = tuple[str, str, str, bool, str]


class AuditLedger(Ledger):
    """Fulfils `core.ports.Ledger`. `record` may be called from any thread; what it says is written soon afterwards."""

    def __init__(
        self, folder: Path, redactor: Redactor, notices: NoticeBoard, clock: Clock, extent: Extent | None = None
    ) -> None:
        self._files = AuditFiles(folder, extent)
        self._redactor = redactor
        self._notices = notices
        self._clock = clock
        self._waiting: deque[AuditEntry] = deque()
        self._same: dict[_Act, tuple[float, int]] = {}
        self._lost = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writing: asyncio.Task[None] | None = None
        self._disk = asyncio.Lock()
        self._ending = asyncio.Event()

    async def open(self) -> None:
        """Begin to write; what was recorded before is written now. A disk that refuses is told of and waited for."""
        self._loop = asyncio.get_running_loop()
        self._go()
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Write what waits, if the disk takes it, and end."""
        for act, (_, more) in self._same.items():
            if more:
                self._add(act, f"{more} more of these")
        self._same.clear()
        self._loop = None
        self._ending.set()
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=_RETRY_S)
        with contextlib.suppress(ClawdError):
            await self._flush()
        await asyncio.to_thread(self._files.close)

    def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
        """Write down one act, such as ("device:3f9a", "config.set", "gateway.port"); never blocks and never raises."""
        said = tuple(map(self._redactor.clean, (actor, act, subject, detail)))
        what: _Act = (said[0], said[1], said[2], ok, said[3])
        now = self._clock.monotonic()
        since, more = self._same.get(what, (float("-inf"), 0))
        if now - since < SAME_S:
            self._same[what] = (since, more + 1)
            return
        if len(self._same) >= _MOST_SAME:
            self._forget(now)
        self._same[what] = (now, 0)
        self._add(what, f"{more} more of these before" if more else "")
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._go)

    async def entries(self, limit: int, before: int | None = None) -> tuple[AuditEntry, ...]:
        """At most `limit` entries below number `before` (None: from the end), the newest first. Raises ClawdError."""
        with contextlib.suppress(ClawdError):
            await self._flush()
        return await asyncio.to_thread(self._files.newest, limit, before)

    def verify(self) -> tuple[str, ...]:
        """What is missing from the ledger or was changed in it, as sentences. Reads it all: for a thread.

        Raises ClawdError when it cannot be read.
        """
        return self._files.verify()

    def _add(self, what: _Act, more: str) -> None:
        actor, act, subject, ok, detail = what
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
            return
        note = "; ".join(filter(None, (detail, more)))
        self._waiting.append(AuditEntry(0, self._clock.wall_ms(), actor, act, subject, ok, note))

    def _forget(self, now: float) -> None:
        """Let go of acts that were not repeated lately, and say how often they were."""
        for act, (since, more) in list(self._same.items()):
            if now - since >= SAME_S or len(self._same) >= _MOST_SAME:
                del self._same[act]
                if more:
                    self._add(act, f"{more} more of these")

    def _go(self) -> None:
        if self._loop is not None and (self._writing is None or self._writing.done()):
            self._writing = tasks.spawn(self._write(), name="audit ledger")

    async def _write(self) -> None:
        while self._waiting and not self._ending.is_set():
            try:
                await self._flush()
                self._notices.clear(NOTICE)
            except ClawdError as error:
                self._tell(error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_RETRY_S):
                        await self._ending.wait()

    async def _flush(self) -> None:
        async with self._disk:
            entries = list(self._waiting)
            if self._lost:
                note = f"{self._lost} entries could not be kept"
                entries.append(AuditEntry(0, self._clock.wall_ms(), "application", "audit.lost", "", False, note))
            if entries:
                lost, waited = self._lost, len(entries) - bool(self._lost)
                await asyncio.to_thread(self._files.append, entries)
                self._lost -= lost
                for _ in range(waited):
                    self._waiting.popleft()

    def _tell(self, error: ClawdError) -> None:
        if not any(notice.id == NOTICE for notice in self._notices.current()):
            _log.error("the audit ledger cannot be written: %s", error.sentence())
        title, text = (
            "The audit ledger cannot be written",
            f"{error.sentence()} What happens meanwhile is kept in memory.",
        )
        self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, since_ms=self._clock.wall_ms()))
