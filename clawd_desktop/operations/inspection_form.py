"""The form in which programs are told what was found in a conversation; pure, and without a word that was said."""

from __future__ import annotations

from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.inspection import Inspection
from clawd_desktop.operations.session_scan import Scan
from clawd_desktop.operations.trace_files import TraceRow
from clawd_desktop.operations.trace_form import iso, performance, usage_form
from clawd_desktop.storage.session_entry import entry_of


def inspection_form(found: Inspection) -> JsonObject:
    """What `sessions.inspect` answers and the window copies; what is not known is absent."""
    answer: JsonObject = {
        "sessionId": found.session_id or found.asked,
        "sessionKey": found.session_key,
        "exists": found.exists,
        "runs": [run_form(row) for row in found.runs],
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


def run_form(row: TraceRow) -> JsonObject:
    """One run in a list."""
    entry: JsonObject = {
        "runId": row.run_id,
        "sessionKey": row.session_key,
        "sessionId": row.session_id,
        "startedMs": row.started_ms,
        "state": row.sums.state,
        "provider": row.sums.provider,
        "model": row.sums.model,
        "replayable": row.recording > 0,
        "bytes": row.bytes,
        "performance": performance(row.sums),
    }
    if row.sums.error:
        entry["error"] = row.sums.error
    return entry


def _transcript(scan: Scan) -> JsonObject:
    facts: JsonObject = {
        "lines": scan.lines,
        "roles": {**scan.roles},
        "tokens": {**scan.tokens},
        "models": {**scan.models},
        "otherEntries": {**scan.others},
        "reported": usage_form(scan.usage),
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
