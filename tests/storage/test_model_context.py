"""A model sees the living branch since the last compaction, with a result for every tool call."""

from __future__ import annotations

import pytest

from clawd_desktop.core.messages import Message
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.storage import model_context as context


def said(name: str, parent: str | None, text: str = "", role: str = "user") -> JsonObject:
    return {"type": "message", "id": name, "parentId": parent, "message": {"role": role, "content": text or name}}


def called(name: str, parent: str | None, *calls: str) -> JsonObject:
    content: list[JsonValue] = [{"type": "toolCall", "id": call, "name": "read", "arguments": {}} for call in calls]
    return {"type": "message", "id": name, "parentId": parent, "message": {"role": "assistant", "content": content}}


def answered(name: str, parent: str | None, call: str) -> JsonObject:
    message: JsonObject = {"role": "toolResult", "toolCallId": call, "toolName": "read", "content": "done"}
    return {"type": "message", "id": name, "parentId": parent, "message": message}


def seen(entries: list[JsonObject]) -> tuple[Message, ...]:
    return context.tied(context.living(entries))


def texts(entries: list[JsonObject]) -> list[str]:
    return [message.text for message in seen(entries)]


def ids(entries: list[JsonObject]) -> list[object]:
    return [line["id"] for line in context.branch(entries)]


def test_a_straight_line() -> None:
    assert ids([said("a", None), said("b", "a"), said("c", "b")]) == ["a", "b", "c"]


def test_an_abandoned_branch_is_left_out() -> None:
    assert ids([said("a", None), said("b", "a"), said("c", "a")]) == ["a", "c"]


def test_an_entry_without_a_parent_follows_the_line_before() -> None:
    injected: JsonObject = {"type": "message", "id": "i", "message": {"role": "assistant", "content": "i"}}
    assert ids([said("a", None), injected, said("b", "i")]) == ["a", "i", "b"]


def test_a_parent_that_was_cut_off_does_not_hide_the_rest() -> None:
    assert ids([said("b", "gone"), said("c", "b"), said("d", "unreadable"), said("e", "d")]) == ["b", "c", "d", "e"]


def test_a_root_ends_the_branch() -> None:
    assert ids([said("a", None), said("b", None)]) == ["b"]


def test_ids_that_occur_twice_make_no_circle() -> None:
    assert ids([said("a", None), said("b", "a"), said("a", "b"), said("c", "a")]) == ["a", "b", "a", "c"]


def test_nothing_is_no_branch() -> None:
    assert context.branch([]) == []
    assert seen([]) == ()


def test_after_a_compaction_the_summary_and_what_was_kept() -> None:
    entries = [
        {"type": "session", "id": "s"},
        said("a", None),
        said("b", "a"),
        {"type": "compaction", "id": "k", "parentId": "b", "summary": "short", "firstKeptEntryId": "b"},
        said("c", "k"),
    ]
    assert texts(entries) == ["Summary of the conversation before this point:\n\nshort", "b", "c"]


def test_a_compaction_that_kept_nothing() -> None:
    entries = [said("a", None), {"type": "compaction", "id": "k", "parentId": "a", "summary": "s"}, said("c", "k")]
    assert [text[-1] for text in texts(entries)] == ["s", "c"]


def test_when_what_was_kept_begins_before_what_was_read() -> None:
    kept: JsonObject = {"type": "compaction", "id": "k", "parentId": "b", "summary": "s", "firstKeptEntryId": "far"}
    assert [text[-1] for text in texts([said("b", "a"), kept, said("c", "k")])] == ["s", "b", "c"]


def test_only_the_last_compaction_counts() -> None:
    entries = [
        said("a", None),
        {"type": "compaction", "id": "k", "parentId": "a", "summary": "1", "firstKeptEntryId": "a"},
        said("b", "k"),
        {"type": "compaction", "id": "l", "parentId": "b", "summary": "2", "firstKeptEntryId": "b"},
    ]
    assert [text[-1] for text in texts(entries)] == ["2", "b"]


def test_other_entries_that_a_model_sees() -> None:
    entries = [
        {"type": "branch_summary", "id": "a", "parentId": None, "summary": "elsewhere"},
        {"type": "custom_message", "id": "b", "parentId": "a", "content": "note"},
        {"type": "custom", "id": "c", "parentId": "b", "data": {"content": "hidden"}},
        {"type": "label", "id": "d", "parentId": "c"},
    ]
    assert [text.split("\n")[-1] for text in texts(entries)] == ["elsewhere", "note"]


def test_a_dangling_tool_call_gets_a_result_and_a_lost_one_is_left_out() -> None:
    entries = [
        answered("z", None, "call-0"),
        called("a", "z", "call-1", "call-2"),
        answered("b", "a", "call-1"),
        answered("b2", "b", "call-1"),
        said("c", "b2"),
    ]
    messages = seen(entries)
    assert [(message.role, message.tool_call_id) for message in messages] == [
        ("assistant", ""),
        ("toolResult", "call-1"),
        ("toolResult", "call-2"),
        ("user", ""),
    ]
    assert messages[2].is_error
    assert "interrupted" in messages[2].text


def test_calls_at_the_end_are_answered_too() -> None:
    messages = seen([called("a", None, "x")])
    assert [message.role for message in messages] == ["assistant", "toolResult"]


def test_interrupted_calls() -> None:
    start = [said("a", None), called("b", "a", "x", "y"), answered("c", "b", "x")]
    assert [call.id for call in context.interrupted_calls(start)] == ["y"]
    assert context.interrupted_calls([*start, answered("d", "c", "y")]) == ()
    assert context.interrupted_calls([*start, said("d", "c")]) == ()
    assert context.interrupted_calls([]) == ()


def test_what_belongs_to_the_history() -> None:
    assert context.has_message(said("a", None))
    assert not context.has_message({"type": "message", "message": "text"})


@pytest.mark.parametrize(
    ("entries", "messages"),
    [
        ([said("b", "a"), said("c", "b")], ["b", "c"]),
        ([{"type": "custom", "id": "x", "parentId": "a"}, said("c", "x")], ["c"]),
        ([{"type": "message", "id": "i", "message": {"role": "assistant", "content": "i"}}], ["i"]),
        ([], []),
        ([said("b", "a"), said("c", "a")], None),
        ([said("b", "before")], None),
        ([said("b", None)], None),
        ([said("b", "a"), {"type": "compaction", "id": "k", "parentId": "b", "summary": "s"}], None),
        ([{"type": "session", "id": "s"}], None),
    ],
)
def test_what_only_goes_on_is_told_from_what_changes_the_branch(
    entries: list[JsonObject], messages: list[str] | None
) -> None:
    found = context.followed("a", entries)
    assert (found and [message.text for message in found]) == (messages or found)
    assert (found is None) == (messages is None)
