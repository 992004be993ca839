"""Which models there are and which one is asked first."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound
from clawd_desktop.models.catalog import IMPLIED, PROTOCOLS, Catalog, choose_primary
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.local import ROW as LOCAL


class NoSecrets:
    async def get(self, name: str) -> str | None:
        return None

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None: ...


def catalog(state: Path, config: dict | None = None, **environ: str) -> Catalog:
    current = Config.model_validate(config or {})
    return Catalog(lambda: current, KeyFinder(NoSecrets(), environ, state, ManualClock()), environ)


@pytest.mark.parametrize(
    ("environ", "configured", "has_key", "chosen"),
    [
        ({}, "", False, LOCAL.ref),
        ({}, "", True, IMPLIED),
        ({}, "openai/gpt-5.2", False, "openai/gpt-5.2"),
        ({"CLAWDBOT_AGENT_MODEL": " google/g "}, "openai/gpt-5.2", True, "google/g"),
        ({"CLAWDBOT_AGENT_MODEL": " ", "OPENCLAW_AGENT_MODEL": "x/y"}, "", False, "x/y"),
        ({"MOLTBOT_AGENT_MODEL": "m/n", "OPENCLAW_AGENT_MODEL": "x/y"}, "", False, "m/n"),
    ],
)
def test_the_first_choice(environ: dict, configured: str, has_key: bool, chosen: str) -> None:
    assert choose_primary(environ, configured, has_key) == chosen


def test_a_fresh_start_uses_the_built_in_model(tmp_path: Path) -> None:
    assert catalog(tmp_path).primary() == LOCAL.ref
    assert catalog(tmp_path, ANTHROPIC_API_KEY="k").primary() == IMPLIED
    configured_key = {"models": {"providers": {"anthropic": {"apiKey": "keyring:a"}}}}
    assert catalog(tmp_path, configured_key).primary() == IMPLIED


def test_agents_may_choose_for_themselves(tmp_path: Path) -> None:
    agents = {
        "defaults": {"model": {"primary": "openai/gpt-5.2", "fallbacks": ["sonnet"]}},
        "list": [{"id": "work", "model": {"primary": "deepseek/deepseek-chat", "fallbacks": ["local"]}}],
    }
    rows = catalog(tmp_path, {"agents": agents})
    assert (rows.primary(), rows.fallbacks()) == ("openai/gpt-5.2", ("anthropic/claude-sonnet-4-5",))
    assert (rows.primary("work"), rows.fallbacks("work")) == ("deepseek/deepseek-chat", (LOCAL.ref,))


@pytest.mark.parametrize(
    ("ref", "provider", "model"),
    [
        ("anthropic/claude-opus-4-5", "anthropic", "claude-opus-4-5"),
        ("Anthropic/claude-next", "anthropic", "claude-next"),
        ("claude-next", "anthropic", "claude-next"),
        ("openrouter/anthropic/claude-opus-4.5", "openrouter", "anthropic/claude-opus-4.5"),
        ("opus", "anthropic", "claude-opus-4-5"),
        ("GPT-mini", "openai", "gpt-5-mini"),
        ("local", "local", "smollm2-135m-instruct"),
        ("ollama/qwen3:8b", "ollama", "qwen3:8b"),
    ],
)
def test_names_of_models(ref: str, provider: str, model: str, tmp_path: Path) -> None:
    row = catalog(tmp_path).find(ref)
    assert (row.provider, row.id) == (provider, model)
    assert row.api in PROTOCOLS


def test_an_unknown_provider_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="baseUrl"):
        catalog(tmp_path).find("nobody/model")


def test_the_configuration_overlays_what_is_known(tmp_path: Path) -> None:
    mine = {
        "openai": {"baseUrl": "https://proxy.example/v1/", "models": [{"id": "gpt-5.2", "contextWindow": 9000}]},
        "anthropic": {"api": "openai-responses"},
        "Box": {"baseUrl": "http://10.0.0.2/v1", "models": [{"id": "m", "name": "Mine"}]},
    }
    rows = catalog(tmp_path, {"models": {"providers": mine}})
    assert rows.find("openai/gpt-5.2").context_window == 9000
    assert rows.provider("openai").base_url == "https://proxy.example/v1/"
    assert rows.provider("openai").name == "OpenAI"
    assert rows.find("anthropic/claude-opus-4-5").api == "openai-completions"
    assert rows.find("Box/m").name == "Mine"
    assert rows.find("Box/unlisted").api == "openai-completions"
    assert "Box/m" in {row.ref for row in rows.models()}


def test_the_list_of_models(tmp_path: Path) -> None:
    refs = [row.ref for row in catalog(tmp_path).models()]
    assert {LOCAL.ref, IMPLIED, "openai/gpt-5.2"} <= set(refs)
    assert len(refs) == len(set(refs))


def test_only_configured_models_when_they_replace(tmp_path: Path) -> None:
    models = {"mode": "replace", "providers": {"box": {"baseUrl": "http://h", "models": [{"id": "m"}]}}}
    assert [row.ref for row in catalog(tmp_path, {"models": models}).models()] == ["box/m", LOCAL.ref]


def test_an_allow_list_limits_but_keeps_what_is_chosen(tmp_path: Path) -> None:
    defaults = {"models": {"openai/gpt-5.2": {"alias": "big"}, "nobody/x": {}}, "model": {"fallbacks": ["big", "opus"]}}
    rows = catalog(tmp_path, {"agents": {"defaults": defaults}})
    assert [row.ref for row in rows.models()] == ["anthropic/claude-opus-4-5", LOCAL.ref, "openai/gpt-5.2"]
    assert rows.find("BIG").id == "gpt-5.2"


def test_a_changed_configuration_counts_at_once(tmp_path: Path) -> None:
    current = [Config()]
    rows = Catalog(lambda: current[0], KeyFinder(NoSecrets(), {}, tmp_path, ManualClock()), {})
    assert rows.primary() == LOCAL.ref
    current[0] = Config.model_validate({"agents": {"defaults": {"model": "xai/grok-4"}}})
    assert rows.primary() == "xai/grok-4"
