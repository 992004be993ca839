"""A message as one line and as JSON."""

from __future__ import annotations

from alert_messages import DISK, NOW, told

from clawd_desktop.operations.alert_sinks.port import Kind


def test_one_line() -> None:
    assert DISK.line() == "[warning] The disk is nearly full: Free disk is 1.0 GiB. Free some."


def test_json_holds_what_applies() -> None:
    assert DISK.as_json() == {
        "kind": "raised", "id": "a1", "rule": "disk.low", "severity": "warning", "title": "The disk is nearly full",
        "text": "Free disk is 1.0 GiB.\nFree some.", "atMs": NOW, "metric": "system.diskFree", "value": 1.0,
        "threshold": 2.0, "raisedMs": NOW,
    }  # fmt: skip
    digest = told(kind=Kind.DIGEST, key="", raised_ms=0, ended_ms=NOW, members=("a", "b")).as_json()
    assert (digest["endedMs"], digest["alerts"]) == (NOW, ["a", "b"])
    assert not {"metric", "value", "threshold", "raisedMs"} & set(digest)
