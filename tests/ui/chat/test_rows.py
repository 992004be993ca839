"""Stored messages become rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clawd_desktop.core.messages import Image, Message, StopReason, Text, Thinking, ToolCall
from clawd_desktop.ui.chat.rows import Mark, RowKind, error_row, images_of, note_row, readable, rows_of

CALL = ToolCall("c1", "exec", {"command": "ls"})


def said(role: str, *content: Text | Thinking | ToolCall | Image, **facts: object) -> Message:
    return replace(Message("assistant", content, 1000), role=role, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        (said("user", Text("hi")), [RowKind.USER]),
        (said("assistant", Text("hi")), [RowKind.ASSISTANT]),
        (said("assistant", Text("look"), CALL), [RowKind.ASSISTANT, RowKind.TOOL]),
        (said("assistant", CALL), [RowKind.TOOL]),
        (said("assistant", Thinking("hm")), []),
        (said("assistant", Text("  ")), []),
        (said("user", Image("aGk=", "image/png")), [RowKind.USER]),
        (said("toolResult", Text("files")), []),
        (said("assistant", stop_reason="error", error="No key."), [RowKind.ERROR]),
    ],
)
def test_kinds(message: Message, kinds: list[RowKind]) -> None:
    assert [row.kind for row in rows_of(message, "m1")] == kinds


@pytest.mark.parametrize(
    ("reason", "mark"), [("aborted", Mark.STOPPED), ("length", Mark.CUT), ("stop", Mark.NONE), (None, Mark.NONE)]
)
def test_marks(reason: StopReason | None, mark: Mark) -> None:
    assert rows_of(said("assistant", Text("x"), stop_reason=reason), "m1")[0].mark is mark


def test_text_is_made_safe() -> None:
    row = rows_of(said("assistant", Text("a\u202eb"), model="m\u202e"), "m1")[0]
    assert (row.text, row.detail) == ("a⟨U+202E⟩b", "m⟨U+202E⟩")
    assert error_row("x\u202e", "", 1, "r").text == "x⟨U+202E⟩"
    assert note_row("x\u202e", 1).text == "x⟨U+202E⟩"


def test_arguments_are_readable_and_limited() -> None:
    assert readable({}) == ""
    assert readable({"a": "ü"}) == '{\n  "a": "ü"\n}'
    assert readable("x" * 9000) == "x" * 8000 + "\n…"


def test_pictures_are_counted() -> None:
    message = said("user", Image("aGk=", "image/png"))
    assert rows_of(message, "m")[0].pictures == len(images_of(message)) == 1
