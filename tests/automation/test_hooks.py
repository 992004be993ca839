"""What a request to a hook asks for, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.automation.hooks import (
    AgentTurn,
    Wake,
    agent_of,
    base_path,
    hooks_of,
    summary,
    wake_of,
)
from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.automation import Hooks
from clawd_desktop.core.errors import BadInput


@pytest.mark.parametrize(
    ("path", "base"), [("/hooks", "/hooks"), ("hooks/", "/hooks"), (" /a/b// ", "/a/b"), ("", "/hooks")]
)
def test_base_paths(path: str, base: str) -> None:
    assert base_path(Hooks(path=path)) == base


def test_hooks_do_not_take_the_whole_gateway() -> None:
    with pytest.raises(BadInput, match="may not be '/'"):
        base_path(Hooks(path="//"))


@pytest.mark.parametrize(
    ("raw", "on"),
    [
        ({}, False),
        ({"hooks": {}}, False),
        ({"hooks": {"token": "x"}}, False),
        ({"hooks": {"token": "x", "enabled": True}}, True),
    ],
)
def test_when_hooks_are_on(raw: Any, on: bool) -> None:
    assert (hooks_of(Config.model_validate(raw)) is not None) is on


@pytest.mark.parametrize(
    ("payload", "wake"),
    [
        ({"text": " a "}, Wake("a", "now")),
        ({"text": "a", "mode": "next-heartbeat"}, Wake("a", "next-heartbeat")),
        ({"text": "a", "mode": "later"}, Wake("a", "now")),
    ],
)
def test_wakes(payload: Any, wake: Wake) -> None:
    assert wake_of(payload) == wake


@pytest.mark.parametrize(
    ("more", "turn"),
    [
        ({}, AgentTurn("m")),
        (
            {"name": " A\nB ", "deliver": False, "sessionKey": " k "},
            AgentTurn("m", "A B", session_key="k"),
        ),
        ({"timeoutSeconds": 2.9, "thinking": "High"}, AgentTurn("m", timeout_s=2.0, thinking="high")),
        ({"timeoutSeconds": -1, "model": "a/b", "channel": "LAST"}, AgentTurn("m", model="a/b")),
        ({"timeoutSeconds": True, "wakeMode": "next-heartbeat"}, AgentTurn("m", mode="next-heartbeat")),
        ({"allowUnsafeExternalContent": True}, AgentTurn("m")),
    ],
)
def test_turns(more: Any, turn: AgentTurn) -> None:
    assert agent_of({"message": " m ", **more}) == turn


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({}, "message required"),
        ({"message": 5}, "message required"),
        ({"message": "m", "model": 5}, "model required"),
        ({"message": "m", "channel": "x"}, "channel must be last"),
        ({"message": "m", "thinking": "x"}, "invalid thinking"),
    ],
)
def test_turns_that_cannot_be(payload: Any, error: str) -> None:
    with pytest.raises(BadInput, match=error):
        agent_of(payload)


@pytest.mark.parametrize(
    ("name", "ok", "text", "said"),
    [
        ("Hook", True, " a ", "Hook Hook: a"),
        ("X", True, "", "Hook X: ok"),
        ("X", False, "", "Hook X (error): error"),
        ("X", False, "why", "Hook X (error): why"),
        ("X", True, "y" * 5000, "Hook X: " + "y" * 2000),
    ],
)
def test_summaries(name: str, ok: bool, text: str, said: str) -> None:
    assert summary(name, ok, text) == said
