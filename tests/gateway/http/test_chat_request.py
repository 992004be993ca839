"""The body of a chat completion, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from http_clients import PIXEL

from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway.http.chat_request import MOST_PICTURES, parse_chat

USER: dict[str, Any] = {"role": "user", "content": "Hi"}
PICTURE: dict[str, Any] = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}


def test_everything_that_is_understood() -> None:
    request = parse_chat({
        "messages": [USER, {"role": "function", "name": "f", "content": "42"}],
        "model": "m", "user": "u", "stream": True, "stream_options": {"include_usage": True},
        "max_tokens": 9, "max_completion_tokens": 7, "temperature": 0.1, "top_p": 1, "n": 1, "tools": [],
        "response_format": {"type": "text"}, "tool_choice": "none", "seed": 1, "metadata": {}, "store": False,
    })  # fmt: skip
    assert (request.model, request.user, request.stream, request.include_usage) == ("m", "u", True, True)
    assert request.max_tokens == 7
    assert request.prompt.message.endswith("Tool:f: 42")


@pytest.mark.parametrize(
    ("content", "text", "pictures"),
    [
        ("a", "a", 0),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "a\nb", 0),
        ([{"type": "text", "text": "a"}, PICTURE], "a", 1),
        ([PICTURE], "", 1),
        ([{"type": "image_url", "image_url": PICTURE["image_url"]["url"]}], "", 1),
        (["a", {"type": "refusal", "refusal": "b"}], "a\nb", 0),
    ],
)
def test_contents(content: Any, text: str, pictures: int) -> None:
    prompt = parse_chat({"messages": [{"role": "user", "content": content}]}).prompt
    assert (prompt.message, len(prompt.images)) == (text, pictures)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": [5, None]},
        {"messages": [{"role": "system", "content": "s"}]},
        {"messages": [USER], "tools": [{}]},
        {"messages": [USER], "functions": [{}]},
        {"messages": [USER], "tool_choice": "required"},
        {"messages": [USER], "function_call": {"name": "x"}},
        {"messages": [USER], "n": 2},
        {"messages": [USER], "logprobs": True},
        {"messages": [USER], "audio": {}},
        {"messages": [USER], "modalities": ["audio"]},
        {"messages": [USER], "stream": 1},
        {"messages": [USER], "max_tokens": 0},
        {"messages": [USER], "max_tokens": 1.5},
        {"messages": [USER], "max_tokens": True},
        {"messages": [{"role": "user", "content": [{}]}]},
        {"messages": [{"role": "user", "content": [PICTURE] * (MOST_PICTURES + 1)}]},
    ],
)
def test_what_cannot_be(body: Any) -> None:
    with pytest.raises(BadInput):
        parse_chat(body)
