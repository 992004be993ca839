"""Runs on the wire become events of our own bus: once each, in order, under one key."""

from __future__ import annotations

import pytest

from clawd_desktop.cli.client import GatewayEvent
from clawd_desktop.cli.relay import LOST, Relay
from clawd_desktop.core import events
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import (
    Event,
    MessageStored,
    RunAborted,
    RunFailed,
    RunFinished,
    RunStarted,
    RunText,
    RunTool,
    SessionChanged,
    ToolPhase,
)
from clawd_desktop.core.messages import Text
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.session_keys import canonical

KEY = "agent:main:main"


class Watched:
    """A relay and all events that it published."""

    def __init__(self) -> None:
        self.seen: list[Event] = []
        bus = EventBus()
        for kind in Event.__subclasses__() + events.RunEvent.__subclasses__():
            bus.subscribe(kind, self.seen.append)
        self.relay = Relay(bus, ManualClock(1_000), canonical)

    def take(self, name: str, **payload: object) -> list[Event]:
        """Give it an event of run "r" in session "main"; returns what it published."""
        before = len(self.seen)
        self.relay.take(GatewayEvent(name, {"runId": "r", "sessionKey": "main", **payload}))  # type: ignore[dict-item]
        return self.seen[before:]


@pytest.fixture
def watched() -> Watched:
    """A relay whose run "r" is our own and goes on."""
    made = Watched()
    made.relay.own("r")
    made.take("agent", seq=1, stream="lifecycle", data={"phase": "start", "startedAt": 900})
    return made


def message(text: str) -> JsonObject:
    return {"role": "assistant", "content": [{"type": "text", "text": text}], "timestamp": 5}


def test_our_own_run_starts(watched: Watched) -> None:
    assert watched.seen == [RunStarted("r", KEY, 1, 900)]
    assert watched.relay.is_running(KEY)
    assert not watched.relay.is_running("agent:main:other")


def test_a_run_of_somebody_else_makes_the_conversation_be_read_again() -> None:
    seen = Watched().take("agent", seq=1, stream="lifecycle", data={"phase": "start", "startedAt": 900})
    assert seen == [SessionChanged(KEY), RunStarted("r", KEY, 1, 900)]


def test_text_comes_once_though_two_streams_carry_it(watched: Watched) -> None:
    assert watched.take("agent", seq=2, stream="assistant", data={"text": "Hel"}) == [
        RunText("r", KEY, 2, "Hel", "Hel")
    ]
    assert watched.take("chat", seq=2, state="delta", message=message("Hel")) == []
    assert watched.take("agent", seq=3, stream="assistant", data={"text": "Hello"}) == [
        RunText("r", KEY, 3, "Hello", "lo")
    ]
    assert watched.take("chat", seq=2, state="delta", message=message("Hell")) == []


def test_a_second_message_after_a_tool_starts_anew(watched: Watched) -> None:
    watched.take("agent", seq=2, stream="assistant", data={"text": "Let me look."})
    seen = watched.take("agent", seq=5, stream="assistant", data={"text": "Rain."})
    assert seen == [RunText("r", KEY, 5, "Rain.", "Rain.")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"phase": "start", "args": {"a": 1}}, RunTool("r", KEY, 2, ToolPhase.START, "t", "c", {"a": 1})),
        ({"phase": "update", "partialResult": "x"}, RunTool("r", KEY, 2, ToolPhase.UPDATE, "t", "c", "x")),
        (
            {"phase": "result", "result": "y", "isError": True},
            RunTool("r", KEY, 2, ToolPhase.RESULT, "t", "c", "y", True),
        ),
    ],
)
def test_tools_are_shown(watched: Watched, data: JsonObject, expected: RunTool) -> None:
    assert watched.take("agent", seq=2, stream="tool", data={"name": "t", "toolCallId": "c", **data}) == [expected]


def test_the_end_stores_the_answer_and_finishes_the_run(watched: Watched) -> None:
    stored, finished = watched.take("chat", seq=4, state="final", message=message("Hello"))
    assert isinstance(stored, MessageStored)
    assert (stored.session_key, stored.run_id, stored.message.content) == (KEY, "r", (Text("Hello"),))
    assert isinstance(finished, RunFinished)
    assert (finished.message, finished.started_at, finished.ended_at) == (stored.message, 900, 1_000)
    assert not watched.relay.is_running(KEY)


def test_an_end_without_words_stores_nothing(watched: Watched) -> None:
    (finished,) = watched.take("chat", seq=4, state="final")
    assert isinstance(finished, RunFinished)
    assert finished.message is None


def test_an_error_is_a_sentence(watched: Watched) -> None:
    (failed,) = watched.take("chat", seq=4, state="error", errorMessage="No key. Set one.")
    assert isinstance(failed, RunFailed)
    assert failed.sentence == "No key. Set one."


def test_a_stopped_run_says_who_stopped_it(watched: Watched) -> None:
    assert watched.take("chat", seq=4, state="aborted", stopReason="stop") == [RunAborted("r", KEY, 4, "stop")]


def test_nothing_follows_an_end(watched: Watched) -> None:
    watched.take("chat", seq=4, state="aborted", stopReason="rpc")
    assert watched.take("agent", seq=5, stream="assistant", data={"text": "late"}) == []
    assert watched.take("chat", seq=5, state="final", message=message("late")) == []


def test_an_injected_note_is_a_run_of_one_event() -> None:
    seen = Watched().take("chat", seq=0, state="final", message=message("[Note]\n\nhi"))
    assert [type(event) for event in seen] == [SessionChanged, MessageStored, RunFinished]


def test_a_lost_connection_fails_what_went_on(watched: Watched) -> None:
    before = len(watched.seen)
    watched.relay.lost()
    (failed,) = watched.seen[before:]
    assert isinstance(failed, RunFailed)
    assert failed.sentence == LOST
    assert not watched.relay.is_running(KEY)


@pytest.mark.parametrize("payload", [{"runId": ""}, {"sessionKey": ""}, {"runId": 7}])
def test_events_without_a_run_mean_nothing(payload: JsonObject) -> None:
    assert Watched().take("agent", **payload) == []
    assert Watched().take("tick", ts=1) == []
