"""Lines are what Clawdbot's reader and writer make of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage import transcript_lines as lines

NOW = 1_769_853_600_123


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a":1}', {"a": 1}),
        (b'{"a":"\\ud83d"}', {"a": "?"}),
        (b'{"a":NaN}', {"a": None}),
        (b"[1]", None),
        (b"12", None),
        (b"", None),
        (b'{"a":', None),
        (b"\0\0\0", None),
        (b"\xff\xfe", None),
        (b"[" * 100_000, None),
    ],
)
def test_parse(text: bytes, value: object) -> None:
    assert lines.parse(text) == value


def test_half_a_surrogate_pair_is_written_as_node_does() -> None:
    assert lines.encode({"a": "x\ud83d"}) == b'{"a":"x\\ud83d"}'


@pytest.mark.parametrize("value", [{"a": object()}, {"a": {1, 2}}])
def test_what_is_no_json_is_refused(value: JsonObject) -> None:
    with pytest.raises(BadInput):
        lines.encode(value)


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.booleans() | st.none()))
def test_what_is_written_is_one_line_and_read_back(value: JsonObject) -> None:
    encoded = lines.encode(value)
    assert b"\n" not in encoded
    assert json.loads(encoded) == value


def test_times() -> None:
    assert lines.iso(NOW) == "2026-01-31T10:00:00.123Z"
    assert lines.stamp(NOW) == "2026-01-31T10-00-00.123Z"
    assert lines.from_iso("2026-01-31T10:00:00.123Z") == NOW
    assert lines.from_iso("2026-01-31T11:00:00.123+01:00") == NOW
    assert lines.from_iso("2026-01-31T10:00:00.123") == NOW


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_0(text: str) -> None:
    assert lines.from_iso(text) <= 0


def test_the_header() -> None:
    assert lines.header("s1", "/home/me/clawd", NOW) == {
        "type": "session",
        "version": 3,
        "id": "s1",
        "timestamp": "2026-01-31T10:00:00.123Z",
        "cwd": "/home/me/clawd",
    }


def test_an_entry_follows_its_parent() -> None:
    line = lines.entry("message", "0000000a", NOW, {"message": {"role": "user"}})
    assert list(line) == ["type", "id", "parentId", "timestamp", "message"]
    assert line["parentId"] == "0000000a"


@pytest.mark.parametrize("previous", [None, "", "not-hex!", "ABCDEF01", "123"])
def test_a_foreign_id_is_followed_by_a_fresh_one(previous: str | None) -> None:
    assert lines._ID.fullmatch(lines.following_id(previous))


def test_ids_do_not_repeat() -> None:
    seen = set()
    current = "00000000"
    for _ in range(200_000):
        current = lines.following_id(current)
        seen.add(current)
    assert len(seen) == 200_000


def test_key_lines() -> None:
    line = {"type": "custom", **lines.key_fields("agent:main:x", "test", retired=True)}
    assert lines.key_data(line) == {"sessionKey": "agent:main:x", "writer": "test", "retired": True}
    assert lines.key_data({"type": "custom", "customType": "model-snapshot", "data": {"sessionKey": "x"}}) == {}
    assert "retired" not in lines.key_data(lines.key_fields("k", "w"))


def test_the_id_of_a_line() -> None:
    assert lines.entry_id({"type": "message", "id": "0a"}) == "0a"
    assert lines.entry_id({"type": "session", "id": "0a"}) == ""
    assert lines.entry_id({"type": "message"}) == ""
