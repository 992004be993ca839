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
    TracePerformance,
    TraceTokens,
    TranscriptFacts,
)
from clawd_desktop.operations.inspection import Inspection, Inspector
from clawd_desktop.operations.session_scan import Scan
from clawd_desktop.operations.trace_files import TraceRow
from clawd_desktop.operations.trace_form import iso, performance, result, usage_form
from clawd_desktop.operations.trace_store import TraceStore
from clawd_desktop.storage.session_entry import entry_of

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
            "traces": [entry_of_run(row) for row in self._traces.list(params.limit, params.session_key)],
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
        return _inspection(await self._inspector.inspect(params.key))


def entry_of_run(row: TraceRow) -> TraceEntry:
    """One run in a list."""
    entry: TraceEntry = {
        "runId": row.run_id,
        "sessionKey": row.session_key,
        "sessionId": row.session_id,
        "startedMs": row.started_ms,
        "state": row.sums.state,
        "provider": row.sums.provider,
        "model": row.sums.model,
        "replayable": row.recording > 0,
        "bytes": row.bytes,
        "performance": cast(TracePerformance, performance(row.sums)),
    }
    if row.sums.error:
        entry["error"] = row.sums.error
    return entry


def _inspection(found: Inspection) -> SessionInspection:
    answer: SessionInspection = {
        "sessionId": found.session_id or found.asked,
        "sessionKey": found.session_key,
        "exists": found.exists,
        "runs": [entry_of_run(row) for row in found.runs],
    }
    if found.path:
        answer["path"] = found.path
    if found.modified_ms:
        answer["lastModified"] = iso(found.modified_ms)
    if found.session_key:
        entry = entry_of(found.session_key, "", found.entry)
        # The title that it was given by itself is what its first message said.
        answer["metadata"] = {name: value for name, value in found.entry.items() if name != "derivedTitle"}
        if entry.model_override:
            answer["model"] = entry.model_override
        if entry.thinking_level:
            answer["thinkingLevel"] = entry.thinking_level
    if found.scan is not None:
        answer["size"] = found.scan.size
        answer["messageCount"] = found.scan.messages
        answer["tokenCount"] = sum(found.scan.tokens.values())
        answer["transcript"] = _transcript(found.scan)
    if found.error:
        answer["error"] = found.error
    return answer


def _transcript(scan: Scan) -> TranscriptFacts:
    facts: TranscriptFacts = {
        "lines": scan.lines,
        "roles": scan.roles,
        "tokens": scan.tokens,
        "models": scan.models,
        "otherEntries": scan.others,
        "reported": cast(TraceTokens, usage_form(scan.usage)),
        "firstMs": scan.first_ms,
        "lastMs": scan.last_ms,
        "largest": [
            {"bytes": one.size, "tokens": one.tokens, "role": one.role, "entryId": one.entry_id, "timestamp": one.at_ms}
            for one in scan.largest
        ],
        "openCalls": [{"callId": one.call_id, "tool": one.tool, "entryId": one.entry_id} for one in scan.open_calls],
        "openCallCount": scan.open_count,
        "strayResults": scan.stray_results,
        "errors": scan.errors,
        "aborted": scan.aborted,
        "compactions": scan.compactions,
        "tornLines": scan.torn_count,
        "tornAt": [*scan.torn],
        "unfinished": scan.unfinished,
    }
    if scan.version is not None:
        facts["version"] = scan.version
    return facts
