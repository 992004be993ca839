"""The configuration's words about models become plain rows."""

from __future__ import annotations

import pytest

from clawd_desktop.config.schema import Config
from clawd_desktop.models.pricing import Price
from clawd_desktop.models.setup import Choice, Setup, setup_of, spoken


def test_an_empty_configuration_says_nothing() -> None:
    assert setup_of(Config()) == Setup()


def test_choices_of_all_and_of_one_agent() -> None:
    agents = {
        "defaults": {"model": {"primary": " openai/gpt-5.2 ", "fallbacks": ["google/x", " "]}},
        "list": [{"id": "work", "model": "deepseek/deepseek-chat"}, {"id": "plain"}],
    }
    setup = setup_of(Config.model_validate({"agents": agents}))
    assert setup.choice == Choice("openai/gpt-5.2", ("google/x",))
    assert setup.agents == {"work": Choice("deepseek/deepseek-chat")}


def test_a_provider_with_models(canary: str) -> None:
    model = {
        "id": "qwen3:8b", "reasoning": True, "input": ["text", "image"], "contextWindow": 32768, "maxTokens": 4096,
        "cost": {"input": 1, "output": 2, "cacheRead": 0.5, "cacheWrite": 3}, "headers": {"X-Model": "1"},
    }  # fmt: skip
    provider = {
        "baseUrl": "http://10.0.0.2:8000/v1", "apiKey": canary, "authHeader": True, "headers": {"X-All": "2"},
        "models": [model, {"id": "other", "name": "Other", "api": "anthropic-messages"}],
    }  # fmt: skip
    setup = setup_of(Config.model_validate({"models": {"mode": "replace", "providers": {"box": provider}}}))
    box = setup.providers["box"]
    assert setup.replaces
    assert (box.base_url, box.api_key, box.bearer) == ("http://10.0.0.2:8000/v1", canary, True)
    first, second = box.models
    assert first.cost == Price(1, 2, 0.5, 3)
    assert (first.name, first.context_window, first.reasoning) == ("qwen3:8b", 32768, True)
    assert (first.api, second.api, second.name) == ("openai-completions", "anthropic-messages", "Other")
    assert box.model_headers == {"qwen3:8b": {"X-Model": "1"}}
    assert canary not in repr(setup)


def test_allowed_models_and_aliases() -> None:
    models = {"openai/gpt-5.2": {"alias": "Big"}, "google/gemini-2.5-flash": {}}
    setup = setup_of(Config.model_validate({"agents": {"defaults": {"models": models}}}))
    assert setup.allowed == tuple(models)
    assert setup.aliases == {"big": "openai/gpt-5.2"}


@pytest.mark.parametrize(
    ("api", "spoken_as"), [("openai-responses", "openai-completions"), ("github-copilot", "github-copilot")]
)
def test_api_kinds(api: str, spoken_as: str) -> None:
    assert spoken(api) == spoken_as
