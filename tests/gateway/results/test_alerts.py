"""The shapes of answers about alerts: what has not happened is absent, a gap in a series is null."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from clawd_desktop.gateway.results.alerts import AlertReason, AlertRow, QuietState

ROW = {
    "id": "a", "rule": "r", "metric": "m", "severity": "warning", "title": "T", "text": "x", "comparison": "above",
    "threshold": 1.0, "clear": 1.0, "value": 2.0, "worst": 2.0, "unit": "share", "sinceMs": 1, "raisedMs": 1,
    "flaps": 0,
}  # fmt: skip


def test_what_has_not_happened_is_absent() -> None:
    assert TypeAdapter(AlertRow).validate_python(ROW) == ROW
    with pytest.raises(ValidationError):
        TypeAdapter(AlertRow).validate_python(ROW | {"endedMs": None})
    assert TypeAdapter(QuietState).validate_python({"on": False}) == {"on": False}


def test_a_gap_is_null() -> None:
    why = {
        "alert": ROW, "sentence": "s", "beginMs": 1, "endMs": 2, "stepMs": 1, "times": [1], "low": [None],
        "mean": [None], "high": [None],
    }  # fmt: skip
    assert TypeAdapter(AlertReason).validate_python(why) == why
