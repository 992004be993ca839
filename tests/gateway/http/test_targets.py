"""Agent, session and model of a request, as a table."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.gateway.http.targets import Target, Targets, agent_ids
from clawd_desktop.storage.session_keys import canonical

CONFIG: Any = Config.model_validate({"agents": {"list": [{"id": "Home", "default": True}, {"id": "work"}]}})  # type: ignore[dict-item]


class Facts:
    def canonical(self, session_key: str) -> str:
        return canonical(session_key, "home")

    def answering(self, session_key: str) -> int:
        return 0

    def default_model(self) -> str:
        return "test/echo"

    def check_model(self, name: str) -> str:
        if name not in ("test/echo", "quick"):
            raise BadInput("unknown")
        return "test/echo"


def find(model: str, user: str = "u", **headers: str) -> Target:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_mocked_request("POST", "/", headers=named)
    return Targets(lambda: CONFIG, Facts()).find(request, model, user, "openai")


@pytest.mark.parametrize(
    ("model", "headers", "target"),
    [
        ("", {}, Target("agent:home:openai-user:u")),
        ("Clawdbot", {}, Target("agent:home:openai-user:u")),
        ("clawdbot:work", {}, Target("agent:work:openai-user:u")),
        ("MOLTBOT/Work", {}, Target("agent:work:openai-user:u")),
        ("openclaw:work", {}, Target("agent:work:openai-user:u")),
        ("agent:work", {}, Target("agent:work:openai-user:u")),
        ("quick", {}, Target("agent:home:openai-user:u", "test/echo")),
        ("test/echo", {"x_moltbot_agent_id": "work"}, Target("agent:work:openai-user:u", "test/echo")),
        ("clawdbot:home", {"x_clawdbot_agent": "work"}, Target("agent:work:openai-user:u")),
        ("", {"x_openclaw_session_key": "Main"}, Target("agent:home:main")),
        ("", {"x_clawdbot_session_key": "agent:work:x"}, Target("agent:work:x")),
    ],
)
def test_targets(model: str, headers: dict[str, str], target: Target) -> None:
    assert find(model, **headers) == target


def test_a_request_of_nobody_has_a_fresh_session() -> None:
    first, second = find("", ""), find("", " ")
    assert first.session_key.startswith("agent:home:openai:")
    assert first != second


@pytest.mark.parametrize(
    ("model", "headers"),
    [("clawdbot:none", {}), ("agent:../x", {}), ("gpt-4o", {}), ("", {"x_clawdbot_agent_id": "none"})],
)
def test_what_is_not_there(model: str, headers: dict[str, str]) -> None:
    with pytest.raises(NotFound) as caught:
        find(model, **headers)
    assert caught.value.code == "model_not_found"


def test_an_impossible_session() -> None:
    with pytest.raises(BadInput):
        find("", x_clawdbot_session_key="a" * 600)


def test_agents() -> None:
    assert agent_ids(CONFIG) == ("home", "work")
    assert agent_ids(Config()) == ("main",)
