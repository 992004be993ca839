"""Estimates err on the high side but not wildly."""

from __future__ import annotations

import pytest

from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall, ToolSpec, user_message
from clawd_desktop.core.ports import ModelRequest
from clawd_desktop.models.tokens import estimate, estimate_message, estimate_request


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("abcdefg", 2), ("你好", 2), ("a你", 1), ("x" * 3500, 1000)])
def test_text(text: str, tokens: int) -> None:
    assert estimate(text) == tokens


def test_a_message_counts_all_its_parts() -> None:
    parts = (Text("x" * 35), Thinking("y" * 35), ToolCall("1", "read", {"path": "z"}), Image("AAAA", "image/png"))
    small = estimate_message(Message("assistant", parts[:1], 0))
    assert small < estimate_message(Message("assistant", parts[:3], 0)) < 100
    assert estimate_message(Message("user", parts, 0)) > 1_000


def test_a_request_counts_system_tools_and_messages() -> None:
    bare = ModelRequest("", (user_message("hello", now_ms=0),))
    full = ModelRequest("s" * 350, bare.messages, (ToolSpec("t", "d" * 350, {"type": "object"}),))
    assert estimate_request(full) - estimate_request(bare) >= 200
