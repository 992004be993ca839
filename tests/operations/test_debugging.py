"""The tools are plugged together, work, and are gone when the stack closes."""

from __future__ import annotations

import tracemalloc
from contextlib import AsyncExitStack
from pathlib import Path

from agent.stage import ScriptedModels

from clawd_desktop.agent.replay import replay
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.events import RunFinished, RunStarted
from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.debugging import Watched, make_debugging
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.watchdog import Watchdog
from clawd_desktop.storage.sessions import SessionStore


async def test_they_live_as_long_as_the_stack(tmp_path: Path) -> None:
    bus, clock = EventBus(), SystemClock()
    models = RecordingModels(ScriptedModels(), clock)
    store = SessionStore(tmp_path, clock, bus, "test")
    folder = tmp_path / "traces"
    watched = Watched(folder, clock, bus, Tracing, str, store, models, replay, Watchdog(bus))
    async with AsyncExitStack() as stack:
        made = make_debugging(stack, watched)
        bus.publish(RunStarted("r", "agent:main:main", 1, 0))
        assert models.record_of("agent:main:main") is not None
        assert models.record_of("agent:main:other") is None
        bus.publish(RunFinished("r", "agent:main:main", 2, None, Usage(), "p", "m", 0, 0))
        assert models.record_of("agent:main:main") is None
        bus.publish(RunStarted("open", "agent:main:main", 1, 0))
        await made.profiler.snapshot(trace=True)
        assert made.profiler.stalls() == ()
        assert (await made.inspector.inspect("main")).exists is False
    assert not tracemalloc.is_tracing()
    assert {(row.run_id, row.sums.state) for row in made.traces.list()} == {("r", "finished"), ("open", "aborted")}
