"""The agents section has Clawdbot's defaults."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema.agents import Agents


def test_defaults_are_clawdbots() -> None:
    defaults = Agents().defaults
    assert (defaults.model.primary, defaults.model.fallbacks, defaults.models) == ("", (), {})
    assert (defaults.workspace, defaults.timeout_seconds, defaults.max_concurrent) == ("~/clawd", 600, 4)
    assert (defaults.subagents.max_concurrent, defaults.subagents.archive_after_minutes) == (8, 60)
    assert (defaults.compaction.mode, defaults.compaction.reserve_tokens_floor) == ("safeguard", 20_000)
    assert (defaults.heartbeat.every, defaults.heartbeat.target) == ("30m", "last")
    assert (defaults.thinking_default, defaults.user_timezone, defaults.context_tokens) == (None, None, None)
    assert defaults.sandbox.mode == "off"


def test_agents_are_listed_with_their_own_settings() -> None:
    raw = {
        "defaults": {"models": {"a/b": {"alias": "ab"}}},
        "list": [
            {"id": "work", "default": True, "model": "a/b", "tools": {"deny": ["exec"]}, "sandbox": {"mode": "all"}}
        ],
    }
    agents = Agents.model_validate(raw)
    agent = agents.list[0]
    assert agent.model is not None
    assert agent.model.primary == "a/b"
    assert agent.tools is not None
    assert agent.tools.deny == ("exec",)
    assert agent.sandbox is not None
    assert (agent.sandbox.mode, agent.heartbeat) == ("all", None)
    assert agents.defaults.models["a/b"].alias == "ab"


@pytest.mark.parametrize(
    ("listed", "default"),
    [
        ([], "main"),
        ([{"id": "Home"}, {"id": "work"}], "home"),
        ([{"id": "home"}, {"id": "work", "default": True}], "work"),
    ],
)
def test_the_agent_that_answers_when_none_is_named(listed: list[dict[str, object]], default: str) -> None:
    assert Agents.model_validate({"list": listed}).default_id == default
