"""A whole assistant whose runs are traced and recorded, as the application plugs it together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agent.stage import Answer, Stage, stage

from clawd_desktop.agent.replay import replay
from clawd_desktop.agent.tool_runner import Tool
from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.ports import Models
from clawd_desktop.operations.recording import RecordingModels
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.trace_files import TraceFiles
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.operations.tracing import Tracer


class Traced:
    """The assistant on its stage and what traces it; `settings` may be changed at any time."""

    def __init__(self, on: Stage, folder: Path, models: RecordingModels) -> None:
        self.on = on
        self.folder = folder
        self.settings = Tracing()
        self.redactor = Redactor()
        files = TraceFiles(folder, self.redactor.clean, on.clock)
        self.store = TraceStore(files, on.bus, lambda: self.settings, replay)
        self.tracer = Tracer(on.bus, on.clock, lambda: self.settings, self.session_id, self.store.offer)
        models.record_of = self.tracer.record_of

    def session_id(self, key: str) -> str:
        entry = self.on.store.entry(key)
        return entry.session_id if entry is not None else ""


@asynccontextmanager
async def traced(folder: Path, *answers: Answer, tools: dict[str, Tool] | None = None) -> AsyncIterator[Traced]:
    """Open, started, and closed in the order of the application."""
    made: list[RecordingModels] = []

    def between(models: Models) -> Models:
        made.append(RecordingModels(models, SystemClock()))
        return made[0]

    async with stage(folder, *answers, tools=tools, between=between) as on:
        found = Traced(on, folder / "traces", made[0])
        found.store.start()
        try:
            yield found
        finally:
            found.tracer.close()
            await found.store.close()
