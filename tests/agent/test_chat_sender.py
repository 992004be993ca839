"""Something is said in a conversation without a model; see also tests/test_app.py for the whole way."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import running

from clawd_desktop.agent.chat_sender import ChatSender
from clawd_desktop.core.errors import Unavailable


class Assistant:
    """Writes down what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def canonical(self, key: str) -> str:
        return f"agent:main:{key}"

    async def say(self, session_key: str, text: str, *, run_id: str) -> None:
        self.said.append((session_key, text))


async def test_in_the_main_conversation_or_in_another_one() -> None:
    assistant = Assistant()
    sender = ChatSender(assistant)  # type: ignore[arg-type]
    await sender.send("chat", "", "one")
    await sender.send("chat", "work", "two")
    assert assistant.said == [("agent:main:main", "one"), ("agent:main:work", "two")]


async def test_no_other_channel_yet() -> None:
    with pytest.raises(Unavailable, match="telegram' cannot send messages in this version"):
        await ChatSender(Assistant()).send("telegram", "me", "x")  # type: ignore[arg-type]


async def test_an_alert_in_the_conversation_that_clients_see(tmp_path: Path) -> None:
    rules = {"disk.low": {"sinks": ["chat"]}}
    async with running(tmp_path, monitoring={"rules": rules}) as app, app.client() as client:
        tested = await client.call("alerts.test", rule="disk.low")
        assert tested["sinks"] == [{"sink": "chat", "ok": True}]
        history = await client.call("chat.history", sessionKey="main")
        (message,) = history["messages"]  # type: ignore[misc]
        assert message["role"] == "assistant"
        assert message["content"][0]["text"].startswith("Test: The disk is nearly full")
    assert app.provider.requests == []
