"""Puts together what helps to find a fault: traces with their recordings, a look into conversations, and profiles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.recorded import RecordedRun, Replayed
from clawd_desktop.operations.inspection import Inspector
from clawd_desktop.operations.profiling import Profiler
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.trace_files import TraceFiles
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.operations.tracing import Tracer
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.sessions import SessionStore


@dataclass(frozen=True)
class Watched:
    """What is traced and looked into. `settings` is asked anew each time; `clean` takes secrets out of a text."""

    folder: Path
    clock: Clock
    bus: EventBus
    settings: Callable[[], Tracing]
    clean: Callable[[str], str]
    sessions: SessionStore
    models: RecordingModels
    replayer: Callable[[RecordedRun], Replayed]
    watchdog: Watchdog


@dataclass(frozen=True)
class Debugging:
    """The tools, started."""

    traces: TraceStore
    inspector: Inspector
    profiler: Profiler


def make_debugging(stack: AsyncExitStack, watched: Watched) -> Debugging:
    """All of them; `stack` closes them."""

    def session_id(key: str) -> str:
        entry = watched.sessions.entry(key)
        return entry.session_id if entry is not None else ""

    def exists(key: str) -> bool:
        try:
            return watched.sessions.entry(key) is not None
        except ClawdError:
            return False

    files = TraceFiles(watched.folder, watched.clean, watched.clock)
    traces = TraceStore(files, watched.bus, watched.settings, watched.replayer, exists=exists)
    stack.push_async_callback(traces.close)
    traces.start()
    tracer = Tracer(watched.bus, watched.clock, watched.settings, session_id, traces.offer)
    stack.callback(tracer.close)
    watched.models.record_of = tracer.record_of
    profiler = Profiler(watched.clock, lambda: watched.watchdog.stalls)
    stack.callback(profiler.close)
    return Debugging(traces, Inspector(watched.sessions, traces.list), profiler)
