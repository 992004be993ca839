"""An answer on the wire: nothing is shown twice, nothing of others, and every end is seen."""

from __future__ import annotations

import pytest

from clawd_desktop.cli.answers import Answer, End, Progress, text_of
from clawd_desktop.core.values import JsonObject


def said(text: str, run_id: str = "r") -> tuple[str, JsonObject]:
    return "agent", {"runId": run_id, "stream": "assistant", "data": {"text": text}}


def chat(state: str, text: str | None = None, **more: str) -> tuple[str, JsonObject]:
    message = {} if text is None else {"message": {"role": "assistant", "content": [{"type": "text", "text": text}]}}
    return "chat", {"runId": "r", "state": state, **message, **more}


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([said("Hel"), said("Hello"), chat("final", "Hello")], "Hello"),
        ([said("Hello "), chat("delta", "Hello "), chat("final", "Hello")], "Hello "),
        ([chat("delta", "Hel"), chat("final", "Hello")], "Hello"),
        ([chat("final", "Hello")], "Hello"),
        ([said("Hello"), chat("delta", "Hel"), chat("final", "Hello")], "Hello"),
        ([said("Let me look."), said("It rains."), chat("final", "It rains.")], "Let me look.\n\nIt rains."),
        ([said("other", "x"), chat("final", "mine")], "mine"),
        ([("agent", {"runId": "r", "stream": "tool", "data": {"text": "no"}}), chat("final", "yes")], "yes"),
    ],
)
def test_the_text_is_shown_once(events: list[tuple[str, JsonObject]], shown: str) -> None:
    answer = Answer("r")
    assert "".join(answer.take(*event).text for event in events).lstrip("\n") == shown


@pytest.mark.parametrize(
    ("event", "progress"),
    [
        (chat("final"), Progress("", End.FINAL)),
        (chat("error", errorMessage="No key."), Progress("", End.ERROR, "No key.")),
        (chat("error"), Progress("", End.ERROR, "The run failed.")),
        (chat("aborted", stopReason="rpc"), Progress("", End.ABORTED, "rpc")),
        (chat("something new"), Progress()),
        (("tick", {"runId": "r"}), Progress()),
    ],
)
def test_every_end_is_seen(event: tuple[str, JsonObject], progress: Progress) -> None:
    assert Answer("r").take(*event) == progress


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "plain"}, "plain"),
        ({"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}, 7]}, "a"),
        ({}, ""),
    ],
)
def test_the_text_of_a_message(message: JsonObject, text: str) -> None:
    assert text_of(message) == text
