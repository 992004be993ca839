"""Reads out of the configuration what concerns models, once per configuration, as plain frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clawd_desktop.models.pricing import ModelRow, Price
from clawd_desktop.models.providers import BY_ID

if TYPE_CHECKING:
    from clawd_desktop.config.schema import Config
    from clawd_desktop.config.schema.model_choice import ModelChoice
    from clawd_desktop.config.schema.models import ModelEntry, Provider

_USUAL_API = "openai-completions"
# Servers that offer OpenAI's responses offer chat completions at the same base URL.
_SPOKEN_AS = {"openai-responses": "openai-completions"}


@dataclass(frozen=True, slots=True)
class ProviderSetup:
    """What the configuration says of one provider; "" and () where it says nothing."""

    base_url: str = ""
    api: str = ""
    api_key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    bearer: bool = False
    models: tuple[ModelRow, ...] = ()
    model_headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A primary model ("" when none is configured) and its fallbacks, as "provider/model" or alias."""

    primary: str = ""
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """All that the configuration says about models. `allowed` limits the list of models when it is not empty."""

    choice: Choice = Choice()
    agents: Mapping[str, Choice] = field(default_factory=dict)
    providers: Mapping[str, ProviderSetup] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    replaces: bool = False


def setup_of(config: Config) -> Setup:
    """What the configuration says about models."""
    defaults = config.agents.defaults
    return Setup(
        choice=_choice(defaults.model),
        agents={agent.id: _choice(agent.model) for agent in config.agents.list if agent.model is not None},
        providers={id: _provider(id, provider) for id, provider in config.models.providers.items()},
        allowed=tuple(defaults.models),
        aliases={use.alias.lower(): ref for ref, use in defaults.models.items() if use.alias},
        replaces=config.models.mode == "replace",
    )


def _choice(choice: ModelChoice) -> Choice:
    return Choice(choice.primary.strip(), tuple(ref.strip() for ref in choice.fallbacks if ref.strip()))


def _provider(id: str, provider: Provider) -> ProviderSetup:
    known = BY_ID.get(id)
    api = provider.api or (known.api if known is not None else _USUAL_API)
    return ProviderSetup(
        base_url=provider.base_url.strip(),
        api=provider.api or "",
        api_key=provider.api_key or "",
        headers=provider.headers,
        bearer=bool(provider.auth_header) or provider.auth in ("token", "oauth"),
        models=tuple(_row(id, entry, api) for entry in provider.models),
        model_headers={entry.id: entry.headers for entry in provider.models if entry.headers},
    )


def _row(provider: str, entry: ModelEntry, api: str) -> ModelRow:
    cost = entry.cost
    return ModelRow(
        provider=provider,
        id=entry.id,
        name=entry.name or entry.id,
        context_window=entry.context_window,
        max_tokens=entry.max_tokens,
        reasoning=entry.reasoning,
        input=tuple(entry.input),
        cost=Price(cost.input, cost.output, cost.cache_read, cost.cache_write),
        api=spoken(entry.api or api),
    )


def spoken(api: str) -> str:
    """The wire protocol that is used for an API kind of the configuration."""
    return _SPOKEN_AS.get(api, api)
