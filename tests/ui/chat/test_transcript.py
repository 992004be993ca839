"""The list of rows tells its watcher exactly what changed."""

from __future__ import annotations

import pytest

from clawd_desktop.core.messages import Message, Text, ToolCall, user_message
from clawd_desktop.ui.chat import transcript as module
from clawd_desktop.ui.chat.rows import Row, RowKind, note_row
from clawd_desktop.ui.chat.transcript import Splice, Stored, Transcript

DAY = 86_400_000


class Mirror:
    """Repeats on a list of its own what the splices say."""

    def __init__(self) -> None:
        self.transcript = Transcript(self.watch, lambda time_ms: str(time_ms // DAY))
        self.rows: list[Row] = []

    def watch(self, change: Splice) -> None:
        new = self.transcript.rows[change.at : change.at + change.added]
        self.rows[change.at : change.at + change.removed] = new
        assert len(self.rows) == len(self.transcript.rows)


def page(*texts: str, day: int = 1) -> list[Stored]:
    return [Stored(text, user_message(text, now_ms=day * DAY + 1)) for text in texts]


def test_a_mirror_stays_equal_through_all_changes() -> None:
    mirror = Mirror()
    rows = mirror.transcript
    rows.reset(page("c", "d", day=2))
    rows.prepend(page("a", "b", day=1))
    rows.append(note_row("between", DAY), before=rows.rows[2].uid)
    rows.append(note_row("end", 3 * DAY))
    rows.put(note_row("nobody", 1))
    rows.remove(rows.rows[0].uid)
    assert mirror.rows == rows.rows
    assert [row.text for row in rows.rows] == ["b", "between", "c", "d", "end"]


def test_a_day_is_named_once_and_an_answer_begins_once() -> None:
    mirror = Mirror()
    tool = Message("assistant", (Text("look"), ToolCall("c", "t", {})), 2 * DAY)
    mirror.transcript.reset(
        [*page("a", "b"), Stored("t", tool), Stored("u", Message("assistant", (Text("x"),), 2 * DAY))]
    )
    assert [row.day for row in mirror.transcript.rows] == [True, False, True, False, False]
    assert [row.lead for row in mirror.transcript.rows] == [False, False, True, False, False]
    mirror.transcript.prepend(page("older"))
    assert [row.day for row in mirror.transcript.rows[:2]] == [True, False]


def test_a_result_joins_its_call_even_when_the_call_is_loaded_later() -> None:
    mirror = Mirror()
    result = Message("toolResult", (Text("files"),), 1, tool_call_id="c", tool_name="t", is_error=True)
    call = Message("assistant", (ToolCall("c", "t", {}),), 1)
    mirror.transcript.reset([Stored("r", result)])
    mirror.transcript.prepend([Stored("c", call)])
    tool = mirror.transcript.rows[0].tool
    assert tool is not None
    assert (tool.result, tool.failed) == ("files", True)


def test_the_newest_rows_are_let_go_when_there_is_too_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_CHARACTERS", 150)
    mirror = Mirror()
    mirror.transcript.reset(page("n" * 100))
    mirror.transcript.prepend(page("o" * 100))
    assert mirror.transcript.detached
    assert [row.text[0] for row in mirror.rows] == ["o"]


def test_rows_are_found_from_the_end() -> None:
    mirror = Mirror()
    mirror.transcript.reset(page("a", "b"))
    found = mirror.transcript.find(lambda row: row.kind is RowKind.USER)
    assert found is not None
    assert found.text == "b"
    assert mirror.transcript.index(-1) == -1
