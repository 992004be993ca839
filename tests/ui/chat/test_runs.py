"""Whatever order events come in, the transcript shows each message once and tells how the run ended."""

from __future__ import annotations

import pytest

from clawd_desktop.core.events import (
    MessageStored,
    RunAborted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunModel,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.messages import Message, StopReason, Text, ToolCall, Usage, user_message
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, new_uid
from clawd_desktop.ui.chat.runs import RunRows
from clawd_desktop.ui.chat.transcript import Transcript

pytestmark = pytest.mark.usefixtures("qapp")
KEY, RUN = "agent:main:main", "r1"


class Stage:
    """A transcript with its runs."""

    def __init__(self) -> None:
        self.finished: list[str] = []
        self.transcript = Transcript(lambda change: None, lambda time_ms: "")
        self.runs = RunRows(self.transcript, lambda: 5, lambda row: self.finished.append(row.text))

    def play(self, *events: RunEvent | MessageStored) -> Stage:
        for event in events:
            if isinstance(event, MessageStored):
                self.runs.stored(event)
            else:
                self.runs.apply(event)
        return self

    def shown(self) -> list[tuple[RowKind, str, Mark]]:
        return [(row.kind, row.text, row.mark) for row in self.transcript.rows]


U, A, T, N, E = RowKind.USER, RowKind.ASSISTANT, RowKind.TOOL, RowKind.NOTE, RowKind.ERROR


def said(text: str, run: str = RUN, stop: StopReason = "stop", *calls: ToolCall) -> MessageStored:
    content = (*((Text(text),) if text else ()), *calls)
    return MessageStored(KEY, f"id-{text}", Message("assistant", content, 3, model="m", stop_reason=stop), run)


def asked(text: str, run: str = RUN) -> MessageStored:
    return MessageStored(KEY, f"id-{text}", user_message(text, now_ms=1), run)


def started(run: str = RUN) -> RunStarted:
    return RunStarted(run, KEY, 1, 2)


def text(words: str, run: str = RUN) -> RunText:
    return RunText(run, KEY, 2, words, words)


def finished(words: str, run: str = RUN) -> RunFinished:
    message = Message("assistant", (Text(words),), 3, model="m") if words else None
    return RunFinished(run, KEY, 3, message, Usage(), "p", "m", 1, 2)


def failed(run: str = RUN) -> RunFailed:
    return RunFailed(run, KEY, 3, "No key.", "model.no_key", 1, 2)


ABORTED = RunAborted(RUN, KEY, 3, "stop")


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([asked("q"), started()], [(U, "q", Mark.NONE), (A, "", Mark.LIVE)]),
        ([asked("q"), started(), text("a")], [(U, "q", Mark.NONE), (A, "a", Mark.LIVE)]),
        ([asked("q"), started(), text("a"), said("ab"), finished("ab")], [(U, "q", Mark.NONE), (A, "ab", Mark.NONE)]),
        ([asked("q"), started(), text("a"), finished("ab"), said("ab")], [(U, "q", Mark.NONE), (A, "ab", Mark.NONE)]),
        ([started(), finished("")], []),
        ([text("joined late")], [(A, "joined late", Mark.LIVE)]),
        ([started(), failed()], [(E, "No key.", Mark.NONE)]),
        ([started(), text("par"), failed()], [(A, "par", Mark.BROKEN), (E, "No key.", Mark.NONE)]),
        ([started(), text("par"), RunAborted(RUN, KEY, 3, "stop")], [(A, "par", Mark.STOPPED)]),
        ([started(), RunAborted(RUN, KEY, 3, "stop")], [(N, "Stopped before an answer.", Mark.NONE)]),
        ([started(), text("par"), said("par", RUN, "aborted"), ABORTED], [(A, "par", Mark.STOPPED)]),
        ([said("x"), said("x")], [(A, "x", Mark.NONE)]),
        ([said("injected", "")], [(A, "injected", Mark.NONE)]),
        (
            [started(), RunModel(RUN, KEY, 2, "p", "m", "the first was busy")],
            [(N, "Answered by p/m because: the first was busy", Mark.NONE), (A, "", Mark.LIVE)],
        ),
        ([started(), RunModel(RUN, KEY, 2, "p", "m")], [(A, "", Mark.LIVE)]),
    ],
)  # fmt: skip
def test_what_is_shown(events: list[RunEvent | MessageStored], shown: list[tuple[RowKind, str, Mark]]) -> None:
    assert Stage().play(*events).shown() == shown


CALL = ToolCall("c1", "exec", {"command": "ls"})
START = RunTool(RUN, KEY, 2, ToolPhase.START, "exec", "c1", {"command": "ls"})
RESULT = RunTool(RUN, KEY, 3, ToolPhase.RESULT, "exec", "c1", "files")
STORED_RESULT = MessageStored(
    KEY, "id-r", Message("toolResult", (Text("files"),), 3, tool_call_id="c1", tool_name="exec"), RUN
)


@pytest.mark.parametrize(
    "middle",
    [
        [said("look", RUN, "toolUse", CALL), START, RESULT, STORED_RESULT],
        [START, RESULT, said("look", RUN, "toolUse", CALL), STORED_RESULT],
        [START, said("look", RUN, "toolUse", CALL), STORED_RESULT, RESULT],
    ],
)
def test_a_tool_is_shown_once_with_its_result(middle: list[RunEvent | MessageStored]) -> None:
    stage = Stage().play(started(), text("look"), *middle)
    tools = [row.tool for row in stage.transcript.rows if row.tool is not None]
    assert [(tool.name, tool.result, tool.running) for tool in tools] == [("exec", "files", False)]
    stage.play(text("done"), said("done"), finished("done"))
    assert [words for kind, words, _ in stage.shown() if kind is A] == ["look", "done"]
    assert all(mark is Mark.NONE for _, _, mark in stage.shown())


def test_the_own_message_is_not_shown_twice() -> None:
    stage = Stage()
    stage.transcript.append(Row(new_uid(), U, "q", 1, mark=Mark.SENDING))
    stage.play(asked("q"))
    assert stage.shown() == [(U, "q", Mark.NONE)]


def test_another_clients_message_does_not_replace_ours() -> None:
    stage = Stage()
    stage.transcript.append(Row(new_uid(), U, "mine", 1, mark=Mark.SENDING))
    stage.play(asked("theirs", "r0"), asked("mine"))
    assert sorted(words for _, words, _ in stage.shown()) == ["mine", "theirs"]


def test_messages_that_wait_stand_below_what_happens_now() -> None:
    stage = Stage().play(asked("one"), started())
    stage.transcript.append(Row(new_uid(), U, "two", 1, mark=Mark.SENDING))
    stage.play(asked("two", "r2"), RunQueued("r2", KEY, 0), text("answer"), failed())
    assert [words for _, words, _ in stage.shown()] == ["one", "answer", "No key.", "two"]
    assert stage.shown()[-1][2] is Mark.QUEUED
    stage.play(started("r2"), text("second", "r2"), finished("second", "r2"))
    assert stage.shown()[-2:] == [(U, "two", Mark.NONE), (A, "second", Mark.NONE)]


def test_a_failure_in_the_transcript_and_as_an_event_is_one_card() -> None:
    error = Message("assistant", (), 3, stop_reason="error", error="No key.")
    stage = Stage().play(started(), MessageStored(KEY, "id-e", error, RUN), failed())
    assert [kind for kind, _, _ in stage.shown()] == [E]
    assert "model.no_key" in stage.transcript.rows[0].detail


def test_each_complete_answer_is_announced_once() -> None:
    stage = Stage().play(started(), text("a"), text("ab"), said("ab"), finished("ab"))
    assert stage.finished == ["ab"]
    assert not stage.runs.running


def test_nothing_is_live_after_forgetting() -> None:
    stage = Stage().play(started())
    stage.runs.forget()
    assert not stage.runs.running
