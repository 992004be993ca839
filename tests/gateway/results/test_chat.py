"""What a Clawdbot 2026.1.24 gateway was seen to answer in a chat fits our types."""

from __future__ import annotations

import pytest
from result_shapes import misfit

from clawd_desktop.gateway.results.chat import ChatHistory, ChatInjected, ChatSent


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        ({"runId": "k1", "status": "started"}, True),
        ({"runId": "k1", "status": "in_flight"}, True),
        ({"ok": True, "aborted": True, "runIds": ["k1"]}, True),
        ({"runId": "k1", "status": "sent"}, False),
        ({"ok": True, "aborted": True, "runIds": ["k1"], "runId": "k2"}, False),
    ],
)
def test_a_message_is_acknowledged_or_stopped_something(answer: object, fits: bool) -> None:
    assert (misfit(ChatSent, answer) == "") is fits


def test_history_is_what_the_transcript_holds() -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "hi"}], "timestamp": 1}
    seen = {"sessionKey": "main", "messages": [message], "thinkingLevel": "low"}
    assert misfit(ChatHistory, seen) == misfit(ChatHistory, seen | {"sessionId": "s"}) == ""
    assert "messages.0" in misfit(ChatHistory, seen | {"messages": ["hi"]})


def test_a_note_has_an_id() -> None:
    assert misfit(ChatInjected, {"ok": True, "messageId": "a1b2c3d4"}) == ""
