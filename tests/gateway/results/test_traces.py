"""What traces.* and sessions.inspect answer is fixed to the key."""

from __future__ import annotations

from operations.test_trace_tree import WHOLE
from result_shapes import misfit

from clawd_desktop.gateway.results.traces import ChromeTrace, ReplayResult, SessionInspection, TraceDetails
from clawd_desktop.operations.trace_form import chrome, result


def test_a_trace_fits_and_nothing_more_does() -> None:
    assert misfit(TraceDetails, result(WHOLE)) == ""
    assert "more" in misfit(TraceDetails, result(WHOLE) | {"more": 1})
    assert misfit(ChromeTrace, chrome(WHOLE)) == ""


def test_a_replay() -> None:
    same = {"runId": "r", "same": True, "modelCalls": 1, "messages": 1, "end": {"kind": "reply"}}
    assert misfit(ReplayResult, same) == ""
    assert misfit(ReplayResult, same | {"end": {"kind": "other"}}) != ""


def test_a_conversation_that_is_not_there() -> None:
    assert (
        misfit(SessionInspection, {"sessionId": "x", "sessionKey": "", "exists": False, "runs": [], "error": "No."})
        == ""
    )
