"""The traces of past runs: what is kept of each, how it can be read, replayed and exported."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Literal

from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.errors import ClawdError, NotFound, Unreadable
from clawd_desktop.core.events import ConfigChanged, SessionChanged, TraceStored
from clawd_desktop.core.recorded import RecordedRun, Replayed
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations import trace_form
from clawd_desktop.operations.trace_files import TraceFiles, TraceRow, missing, surplus
from clawd_desktop.operations.trace_tree import Trace

MOST_BYTES = 64 * 1024 * 1024
MOST_WAITING = 64
MOST_RECORDINGS_WAITING = 4  # Each keeps a whole conversation in memory.
_log = logging.getLogger("clawd.tracing")


class TraceStore:
    """Traces by run. `settings` is asked anew each time; `replayer` runs a recorded turn again.

    `exists` says whether there is a conversation of that key: recordings of others go with the start.
    """

    def __init__(
        self,
        files: TraceFiles,
        bus: EventBus,
        settings: Callable[[], Tracing],
        replayer: Callable[[RecordedRun], Replayed],
        *,
        exists: Callable[[str], bool] = lambda session_key: True,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._files = files
        self._bus = bus
        self._settings = settings
        self._replayer = replayer
        self._exists = exists
        self._most_bytes = most_bytes
        self._rows: dict[str, TraceRow] = {}
        self._waiting: deque[tuple[Trace, RecordedRun | None]] = deque()
        self._forgetful: set[str] = set()  # sessions whose recordings are to go
        self._loaded = False
        self._worker: asyncio.Task[None] | None = None
        self._unsubscribe = (bus.subscribe(ConfigChanged, self._changed), bus.subscribe(SessionChanged, self._session))
        self.dropped = 0  # traces that could not be stored

    def start(self) -> None:
        """Read in the background what earlier starts have kept."""
        self._wake()

    def offer(self, trace: Trace, recorded: RecordedRun | None) -> None:
        """Store it in the background; TraceStored follows.

        Under a flood traces are stored without their recordings, and the oldest that wait are dropped.
        """
        if sum(one is not None for _, one in self._waiting) >= MOST_RECORDINGS_WAITING:
            recorded = None
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append((trace, recorded))
        self._wake()

    def list(self, limit: int = 50, session_key: str | None = None) -> tuple[TraceRow, ...]:
        """At most `limit` runs, the newest first, of one session (its canonical key) or of all."""
        found = (row for row in self._rows.values() if session_key is None or row.session_key == session_key)
        return tuple(sorted(found, key=lambda row: row.started_ms, reverse=True)[:limit])

    def row(self, run_id: str) -> TraceRow | None:
        """What the list says of one run, None when it is not kept."""
        return self._rows.get(run_id)

    async def get(self, run_id: str) -> Trace:
        """The trace of a run. Raises NotFound, Unreadable or StorageFault."""
        row = await self._find(run_id)
        try:
            return await asyncio.to_thread(self._files.read, row)
        except NotFound as error:
            self._rows.pop(run_id, None)
            raise missing(run_id) from error
        except Unreadable:
            self._rows.pop(run_id, None)
            raise

    async def replay(self, run_id: str) -> Replayed:
        """Run the recorded turn again and compare. Raises NotFound when nothing was recorded, Unreadable."""
        row = await self._find(run_id)
        try:
            if row.recording:
                recorded = await asyncio.to_thread(self._files.read_recording, row)
                return await asyncio.to_thread(self._replayer, recorded)
        except NotFound:
            pass
        raise NotFound(
            f"Run {run_id!r} was not recorded, or its recording is gone.",
            hint="Set diagnostics.tracing.record to true; later runs can be replayed, except when many end at once.",
        )

    async def export(self, run_id: str, form: Literal["chrome", "json"] = "chrome") -> JsonObject:
        """The trace as Chrome trace events (they open in ui.perfetto.dev), or as traces.get answers it."""
        trace = await self.get(run_id)
        return trace_form.chrome(trace) if form == "chrome" else trace_form.result(trace)

    async def close(self) -> None:
        """Store what still waits."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self.settled()

    async def settled(self) -> None:
        """Wait until everything that was offered is stored."""
        while self._worker is not None and not self._worker.done():
            await asyncio.wait({self._worker})

    async def _find(self, run_id: str) -> TraceRow:
        await self.settled()
        row = self._rows.get(run_id)
        if row is None:
            raise missing(run_id)
        return row

    def _changed(self, event: ConfigChanged) -> None:
        if any(path.startswith("diagnostics") for path in event.paths):
            self._wake()

    def _session(self, event: SessionChanged) -> None:
        # Who deletes a conversation does not want its words to stay somewhere else.
        if event.deleted:
            self._forgetful.add(event.session_key)
            self._wake()

    def _wake(self) -> None:
        if self._worker is None or self._worker.done():
            self._worker = spawn(self._work(), name="trace store")

    async def _work(self) -> None:
        """Load once, store what waits, and forget what is too much, until nothing is left to do."""
        while True:
            failed = False
            try:
                await self._step()
            except ClawdError as fault:
                failed = True
                self.dropped += 1
                _log.warning("a trace could not be kept: %s", fault.sentence())
            # What could not be removed is tried again when there is something to do, not over and over.
            if not self._waiting and (failed or not self._forgetful):
                return

    async def _step(self) -> None:
        if not self._loaded:
            self._loaded = True
            found = await asyncio.to_thread(self._files.load)
            self._rows = {row.run_id: row for row in found} | self._rows
            # Deleted while we did not run, or just before a power cut.
            self._forgetful |= {row.session_key for row in found if row.recording and not self._exists(row.session_key)}
        stored = ""
        if self._waiting:
            trace, recorded = self._waiting.popleft()
            before = self._rows.get(trace.run_id)
            row = await asyncio.to_thread(self._files.save, trace, recorded)
            self._rows[trace.run_id] = row
            stored = trace.run_id
            if before is not None and before.stem != row.stem:
                await asyncio.to_thread(self._files.remove, before)
        await self._prune()
        if stored in self._rows:
            self._bus.publish(TraceStored(stored))

    async def _prune(self) -> None:
        settings, forgetful = self._settings(), frozenset(self._forgetful)
        off = not (settings.enabled and settings.record)
        gone, bare = surplus(self._rows.values(), settings.keep, self._most_bytes)
        bare += [row for row in self._rows.values() if row.recording and (off or row.session_key in forgetful)]
        for row in gone:
            await asyncio.to_thread(self._files.remove, row)
            self._rows.pop(row.run_id, None)
        for row in bare:
            if row.run_id in self._rows:
                self._rows[row.run_id] = await asyncio.to_thread(self._files.remove_recording, row)
        if not self._waiting:
            # Not those that came meanwhile.
            self._forgetful -= forgetful
