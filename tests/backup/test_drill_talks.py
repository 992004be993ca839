"""What the files of a copy say of its conversations, and whether a gateway says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drill_stage import KEY, talk

from clawd_desktop.backup import drill_talks
from clawd_desktop.backup.drill_talks import MOST_MESSAGES, difference, entries_in, last_said, missing, talks_in
from clawd_desktop.core.errors import Unreadable


def test_the_last_used_ones_with_something_in_them(tmp_path: Path) -> None:
    for number in range(5):
        session = f"0f6f3c1e-0000-4000-8000-00000000000{number}"
        said = ("hello", "there") if number != 4 else ()
        talk(tmp_path, *said, session=session, key=f"agent:main:k{number}", updated=1_000 + number)
    entries = entries_in(tmp_path, "main")
    assert [entry.key for entry in entries] == [f"agent:main:k{number}" for number in (4, 3, 2, 1, 0)]
    assert [one.key for one in talks_in(tmp_path, entries)] == [f"agent:main:k{number}" for number in (3, 2, 1)]
    assert missing(entries, {"sessions": [{"key": entry.key} for entry in entries[1:]]}) == ("agent:main:k4",)
    assert entries_in(tmp_path / "nowhere", "main") == ()


def test_the_end_of_a_long_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = talk(tmp_path, *(f"line {number}" for number in range(200)))
    found = last_said(path, KEY, "x.jsonl")
    assert found is not None
    assert len(found.messages) == MOST_MESSAGES
    assert found.messages[-1]["content"][0]["text"] == "line 199"  # type: ignore[index, call-overload]
    monkeypatch.setattr(drill_talks, "TAIL_BYTES", 1_000)
    short = last_said(path, KEY, "x.jsonl")
    assert short is not None
    assert short.messages == found.messages[-len(short.messages) :]
    assert 0 < len(short.messages) < 10
    assert last_said(tmp_path / "none.jsonl", KEY, "none") is None


def test_a_line_that_is_none_is_named_but_not_one_that_was_being_written(tmp_path: Path) -> None:
    path = talk(tmp_path, "hello", "there")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type":"message","mess')
    found = last_said(path, KEY, "x.jsonl")
    assert found is not None
    assert len(found.messages) == 2
    path.write_bytes(whole + b"garbage\n")
    with pytest.raises(Unreadable, match=rf"x.jsonl cannot be read: the line at byte {len(whole):,} is none"):
        last_said(path, KEY, "x.jsonl")


@pytest.mark.parametrize("data", [b"{ broken", b'{"a": {"sessionId": "x"}, '])
def test_a_damaged_index_is_named(tmp_path: Path, data: bytes) -> None:
    path = talk(tmp_path, "hello")
    (path.parent / "sessions.json").write_bytes(data)
    with pytest.raises(Unreadable, match=r"agents/main/sessions/sessions\.json is damaged"):
        entries_in(tmp_path, "main")


def test_a_file_that_lies_elsewhere_is_passed_over(tmp_path: Path) -> None:
    path = talk(tmp_path, "hello")
    index = path.parent / "sessions.json"
    rows = json.loads(index.read_text())
    rows[KEY]["sessionFile"] = "/elsewhere/strange.jsonl"
    index.write_text(json.dumps(rows))
    assert talks_in(tmp_path, entries_in(tmp_path, "main")) == ()


def test_what_the_gateway_says_differently(tmp_path: Path) -> None:
    (found,) = talks_in(tmp_path, entries_in(tmp_path, "main")) or (last_said(talk(tmp_path, "a", "b"), KEY, "x"),)
    assert found is not None
    good = [dict(one) for one in found.messages]
    assert difference(found, {"messages": good}) == ""  # type: ignore[dict-item]
    marked = [{**good[0], "content": [{"type": "text", "text": "a"}]}, good[1]]
    assert difference(found, {"messages": marked}) == ""  # type: ignore[dict-item]
    for wrong, words in (
        (good[:1], "shows 1 of the last 2 messages"),
        ([{**good[0], "content": [{"type": "text", "text": ""}]}, good[1]], "number 2 from its end"),
        ([good[0], {**good[1], "content": []}], "number 1 from its end"),
        ([{**good[0], "role": "assistant"}, good[1]], "number 2 from its end"),
    ):
        assert words in difference(found, {"messages": wrong})  # type: ignore[dict-item]
