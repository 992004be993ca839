"""The objects of a response are numbered, whole and true."""

from __future__ import annotations

from typing import Any

from clawd_desktop.agent.runs import Outcome, RunState
from clawd_desktop.core.messages import Message, Text, Usage
from clawd_desktop.gateway.http.response_events import ResponseEvents, status_of

OK = Outcome(RunState.OK, 1, 2, Message("assistant", (Text("Hi"),), 2, stop_reason="stop"), Usage(1, 2))
CUT = Outcome(RunState.OK, 1, 2, Message("assistant", (Text("Hi"),), 2, stop_reason="length"), Usage(1, 2))
FAILED = Outcome(RunState.ERROR, 1, 2, sentence="No.", code="model.empty")


def test_numbers_and_ids_go_through() -> None:
    events = ResponseEvents("resp_1", "m", "", 7)
    told: list[Any] = [*events.begin(), events.said("Hi"), *events.end("Hi", OK)]
    assert [event["sequence_number"] for event in told] == list(range(9))
    assert {event["item_id"] for event in told if "item_id" in event} == {told[2]["item"]["id"]}
    whole = told[-1]["response"]
    assert (whole["id"], whole["created_at"], whole["model"], whole["status"]) == ("resp_1", 7, "m", "completed")
    assert whole["output"][0]["content"] == [{"type": "output_text", "text": "Hi", "annotations": []}]
    assert "previous_response_id" not in whole
    assert "usage" not in told[0]["response"]


def test_a_cut_and_a_failed_one() -> None:
    cut: Any = ResponseEvents("r", "m", "p", 7).whole("Hi", CUT)
    assert (cut["status"], cut["incomplete_details"], cut["previous_response_id"]) == (
        "incomplete", {"reason": "max_output_tokens"}, "p",
    )  # fmt: skip
    assert status_of(OK) == "completed"
    failed: list[Any] = ResponseEvents("r", "m", "", 7).end("", FAILED)
    assert [event["type"] for event in failed] == ["response.failed"]
    assert failed[0]["response"]["error"] == {"code": "model.empty", "message": "No."}
    assert failed[0]["response"]["output"] == []
