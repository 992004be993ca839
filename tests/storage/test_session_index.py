"""An index file is understood however people and crashes have left it, and written so that all of it comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.session_index import agent_index, encode_index, parse_index

PRETTY = json.dumps(
    {
        "agent:main:main": {"sessionId": "s1", "updatedAt": 5, "origin": {"label": "x, // no comment /* here */"}},
        "agent:main:b": {"sessionId": "s2", "updatedAt": 6},
    },
    indent=2,
).encode()


def test_pretty_json() -> None:
    parsed = parse_index(PRETTY)
    assert parsed.whole
    assert list(parsed.rows) == ["agent:main:main", "agent:main:b"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + PRETTY,
        b"// mine\n" + PRETTY,
        PRETTY.replace(b'"s2"', b'"s2" /* why */'),
        PRETTY.rstrip(b"}\n ") + b",\n/* last */}, // end\n}\n",
    ],
)
def test_what_people_leave_behind(data: bytes) -> None:
    assert parse_index(data) == parse_index(PRETTY)


@pytest.mark.parametrize("data", [b"", b"\0" * 500, b"[]", b"null", b"garbage", b"\xff\xfe{"])
def test_nothing_can_be_read(data: bytes) -> None:
    parsed = parse_index(data)
    assert (parsed.rows, parsed.whole) == ({}, False)


def test_every_row_before_a_tear_is_read() -> None:
    rows = {f"agent:main:{number}": {"sessionId": f"s{number}", "updatedAt": number} for number in range(20)}
    data = json.dumps(rows, indent=2).encode()
    for cut in range(len(data) - 1):
        parsed = parse_index(data[:cut])
        assert not parsed.whole
        assert len(parsed.rows) >= data[:cut].count(b"}")
        assert all(rows[name] == row for name, row in parsed.rows.items())


def test_rows_after_damage_are_read() -> None:
    parsed = parse_index(PRETTY.replace(b'"updatedAt": 5', b'"upd\0\0\0\0'))
    assert not parsed.whole
    assert "agent:main:b" in parsed.rows


def test_keys_get_their_one_spelling() -> None:
    rows: JsonObject = {
        "main": {"sessionId": "a"},
        "Agent:Main:X": {"sessionId": "b"},
        "agent:../x:y": {"sessionId": "c"},
    }
    index = agent_index(rows, "main", "main")
    assert list(index.entries) == ["agent:main:main", "agent:main:x", "agent:../x:y"]
    assert index.rewritten


def test_a_clean_index_needs_no_writing() -> None:
    assert not agent_index(parse_index(PRETTY).rows, "main", "main").rewritten


@pytest.mark.parametrize("order", [("main", "agent:main:main"), ("agent:main:main", "main")])
def test_a_legacy_twin_is_merged_the_newer_one_winning(order: tuple[str, str]) -> None:
    older: JsonObject = {
        "sessionId": "s1",
        "updatedAt": 5,
        "label": "old",
        "thinkingLevel": "high",
        "sessionFile": "/o",
    }
    newer: JsonObject = {"sessionId": "s2", "updatedAt": 9, "label": "new"}
    for rows in ({order[0]: older, order[1]: newer}, {order[0]: newer, order[1]: older}):
        index = agent_index(dict(rows), "main", "main")
        raw = index.entries["agent:main:main"].raw
        assert raw == {"sessionId": "s2", "updatedAt": 9, "label": "new", "thinkingLevel": "high"}
        assert [entry.session_id for entry in index.apart] == ["s1"]


def test_twins_of_one_session_leave_nothing_apart() -> None:
    twins: JsonObject = {"main": {"sessionId": "s1", "a": 1}, "agent:main:main": {"sessionId": "s1", "updatedAt": 2}}
    index = agent_index(twins, "main", "main")
    assert index.entries["agent:main:main"].raw == {"sessionId": "s1", "a": 1, "updatedAt": 2}
    assert index.apart == []


def test_what_is_no_entry_is_kept() -> None:
    rows: JsonObject = {"version": 2, "note": ["x"], "agent:main:main": {"sessionId": "s"}}
    index = agent_index(rows, "main", "main")
    assert json.loads(encode_index(index.entries.values(), index.foreign)) == rows


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20).map(lambda text: "agent:main:" + text.encode("utf-8", "replace").hex()),
        st.dictionaries(
            st.text(max_size=8), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), max_size=4
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read_back(rows: JsonObject) -> None:
    index = agent_index(rows, "main", "main")
    data = encode_index(index.entries.values(), index.foreign)
    assert parse_index(data).rows == rows
    assert json.loads(data) == rows


def test_an_empty_index() -> None:
    assert json.loads(encode_index([], {})) == {}
