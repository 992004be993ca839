"""The file of a trace can be read back; clients get the shape of the lesson, Perfetto nested complete events."""

from __future__ import annotations

import json

import pytest
from operations.test_trace_tree import WHOLE

from clawd_desktop.operations.trace_form import chrome, decode, encode, result


def test_the_file_holds_everything() -> None:
    assert decode(encode(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"version":2}', b'{"version":1}', b'{"version":1,"runId":"r","sessionKey":"k","marks":[3]}'],
)
def test_what_is_no_trace_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(data)


def test_the_result_has_the_shape_of_the_lesson() -> None:
    told = result(WHOLE)
    assert (told["sessionId"], told["runId"], told["startTime"]) == ("s", "r", "1970-01-01T00:00:00.001Z")
    assert told["events"][2] == {  # type: ignore[index,call-overload]
        "timestamp": "1970-01-01T00:00:02.001Z", "type": "prompted", "data": {"seconds": 0.5, "tokens": 10},
    }  # fmt: skip
    performance = told["performance"]
    assert isinstance(performance, dict)
    assert (performance["totalDuration"], performance["modelCallTime"], performance["toolExecutionTime"]) == (
        4500,
        2000,
        0,
    )
    assert performance["tokenUsage"] == {
        "input": 3, "output": 4, "cacheRead": 0, "cacheWrite": 0, "total": 7, "cost": 0.5,
    }  # fmt: skip


def test_chrome_events_nest_by_their_times() -> None:
    made = json.loads(json.dumps(chrome(WHOLE)))
    events = [event for event in made["traceEvents"] if event["ph"] == "X"]
    assert {"name", "cat", "ph", "ts", "dur", "pid", "tid", "args"} == set(events[0])
    assert (events[0]["name"], events[0]["ts"], events[0]["dur"]) == ("run", 0, 4_500_000)
    for event in events[1:]:
        assert 0 <= event["ts"] <= event["ts"] + event["dur"] <= 4_500_000
    assert "model p/m" in [event["name"] for event in events]
    assert {event["args"]["name"] for event in made["traceEvents"] if event["ph"] == "M"} == {"session k", "run r"}


@pytest.mark.parametrize(
    "change",
    [
        {"startedMs": 10**18}, {"startedMs": -1}, {"marks": [[-1.0, "queued", {}]]}, {"marks": [[1e300, "queued", {}]]},
        {"marks": [[0.0, "answered", {"usage": {"input": 10**30}}]]},
        {"marks": [[0.0, "answered", {"usage": {"input": 2**62}}]] * 4}, {"marks": [[0.0, "queued", {"x": 10**400}]]},
    ],
)  # fmt: skip
def test_what_no_client_can_be_told_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(json.dumps(json.loads(encode(WHOLE)) | change).encode())
