"""Methods that show how runs went, run them again, and look into conversations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from pydantic import Field

from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.gateway.methods.table import Call, Method, Params, Scope
from clawd_desktop.gateway.results.traces import (
    ChromeTrace,
    ReplayEnd,
    ReplayResult,
    SessionInspection,
    TraceDetails,
    TraceEntry,
    TraceList,
)
from clawd_desktop.operations.inspection import Inspector
from clawd_desktop.operations.inspection_form import inspection_form, run_form
from clawd_desktop.operations.trace_form import result
from clawd_desktop.operations.trace_store import TraceStore

LONGEST_ID = 1024


class ListParams(Params):
    """At most `limit` runs, of one conversation (its canonical key) or of all."""

    limit: int = Field(default=50, ge=1, le=1000)
    session_key: str | None = Field(default=None, min_length=1, max_length=LONGEST_ID)


class RunParams(Params):
    """Which run."""

    run_id: str = Field(min_length=1, max_length=LONGEST_ID)


class ExportParams(RunParams):
    """Which run, and in which form."""

    form: Literal["chrome", "json"] = "chrome"


class InspectParams(Params):
    """Which conversation: its key, session id or label."""

    key: str = Field(min_length=1, max_length=LONGEST_ID)


class TraceMethods:
    """What the store of traces and the inspector tell; `settings` is asked anew each time."""

    def __init__(self, traces: TraceStore, inspector: Inspector, settings: Callable[[], Tracing]) -> None:
        self._traces = traces
        self._inspector = inspector
        self._settings = settings

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("traces.list", Scope.READ, ListParams, self.list, listed=False, result=TraceList),
            Method("traces.get", Scope.READ, RunParams, self.get, listed=False, result=TraceDetails),
            Method("traces.replay", Scope.ADMIN, RunParams, self.replay, listed=False, result=ReplayResult),
            Method(
                "traces.export", Scope.READ, ExportParams, self.export, listed=False, result=ChromeTrace | TraceDetails
            ),
            Method("sessions.inspect", Scope.READ, InspectParams, self.inspect, listed=False, result=SessionInspection),
        )

    async def list(self, call: Call, params: ListParams) -> TraceList:
        """The runs that are kept, newest first."""
        await self._traces.settled()
        settings = self._settings()
        return {
            "traces": [cast(TraceEntry, run_form(row)) for row in self._traces.list(params.limit, params.session_key)],
            "enabled": settings.enabled,
            "recording": settings.enabled and settings.record,
            "keep": settings.keep,
            "dropped": self._traces.dropped,
        }

    async def get(self, call: Call, params: RunParams) -> TraceDetails:
        """How one run went."""
        return cast(TraceDetails, result(await self._traces.get(params.run_id)))

    async def replay(self, call: Call, params: RunParams) -> ReplayResult:
        """Run a recorded turn again: no model is asked, no tool is run, nothing is stored."""
        again = await self._traces.replay(params.run_id)
        end: ReplayEnd = {"kind": again.end.kind}
        if again.end.code:
            end["code"] = again.end.code
        if again.end.sentence:
            end["sentence"] = again.end.sentence
        answer: ReplayResult = {
            "runId": params.run_id,
            "same": again.same,
            "modelCalls": again.calls,
            "messages": len(again.messages),
            "end": end,
        }
        if again.difference:
            answer["difference"] = again.difference
        return answer

    async def export(self, call: Call, params: ExportParams) -> ChromeTrace | TraceDetails:
        """A run for a viewer, or for programs."""
        return cast(ChromeTrace | TraceDetails, await self._traces.export(params.run_id, params.form))

    async def inspect(self, call: Call, params: InspectParams) -> SessionInspection:
        """What a conversation consists of and what is wrong with it, without its words."""
        return cast(SessionInspection, inspection_form(await self._inspector.inspect(params.key)))
