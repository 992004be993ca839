"""Knows which models there are, which one is the first choice, and how each is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from clawd_desktop.core.brands import brand_value
from clawd_desktop.core.errors import NotFound
from clawd_desktop.models import anthropic_messages, gemini, local, openai_chat
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.pricing import KNOWN_MODELS, ModelRow
from clawd_desktop.models.protocol import WireProtocol
from clawd_desktop.models.providers import BY_ID, ProviderFacts
from clawd_desktop.models.setup import Choice, ProviderSetup, Setup, setup_of, spoken

if TYPE_CHECKING:
    from clawd_desktop.config.schema import Config

PROTOCOLS: dict[str, WireProtocol] = {
    protocol.api: protocol for protocol in (openai_chat.PROTOCOL, anthropic_messages.PROTOCOL, gemini.PROTOCOL)
}
IMPLIED = "anthropic/claude-opus-4-5"
_ALIASES = {
    "opus": "anthropic/claude-opus-4-5",
    "sonnet": "anthropic/claude-sonnet-4-5",
    "gpt": "openai/gpt-5.2",
    "gpt-mini": "openai/gpt-5-mini",
    "gemini": "google/gemini-3-pro-preview",
    "gemini-flash": "google/gemini-3-flash-preview",
    "local": local.ROW.ref,
}
_DEFAULT_PROVIDER = "anthropic"


def choose_primary(environ: Mapping[str, str], configured: str, implied_has_key: bool) -> str:
    """The model to ask first, as "provider/model" or alias.

    The environment variable CLAWDBOT_AGENT_MODEL (or its twins) wins, then the configuration
    (`agents.defaults.model.primary`): what a person chose is used even when its key is missing, so that the fault
    says so. When nobody chose, it is Clawdbot's implied default if there is a key for it, else the embedded model, so
    that a first start answers without key and network.
    """
    chosen = brand_value(environ, "AGENT_MODEL") or configured
    return chosen or (IMPLIED if implied_has_key else local.ROW.ref)


class Catalog:
    """Models and providers: what is known, overlaid with what the current configuration says."""

    def __init__(self, config: Callable[[], Config], keys: KeyFinder, environ: Mapping[str, str]) -> None:
        self._config = config
        self._keys = keys
        self._environ = environ
        self._read: tuple[Config, Setup] | None = None

    @property
    def setup(self) -> Setup:
        """What the current configuration says about models."""
        config = self._config()
        if self._read is None or self._read[0] is not config:
            self._read = (config, setup_of(config))
        return self._read[1]

    def models(self) -> list[ModelRow]:
        """All models that may be chosen, by provider and name; the allow list of the configuration limits them."""
        rows = {row.ref: row for row in self._all()}
        allowed = self.setup.allowed
        if allowed:
            wanted = dict.fromkeys((*allowed, self.primary(), *self.fallbacks()))
            found = (self._row_or_none(ref) for ref in wanted)
            rows = {row.ref: row for row in found if row is not None}
        return sorted(rows.values(), key=lambda row: (row.provider, row.name))

    def find(self, ref: str) -> ModelRow:
        """The row of "provider/model", an alias, or a bare model name of the default provider.

        A model that is not listed gets a row with usual limits. Raises NotFound when the provider is unknown.
        """
        provider, model = self._split(ref)
        listed = next((row for row in self._all() if row.provider == provider and row.id == model), None)
        if listed is not None:
            return listed
        facts = self.provider(provider)
        return ModelRow(provider, model, model, api=facts.api, input=("text", "image"))

    def window(self, ref: str | None) -> int:
        """How many tokens the model, or the primary one, takes; the usual number for one that nobody knows."""
        try:
            return self.find(ref or self.primary()).context_window
        except NotFound:
            return ModelRow("", "", "").context_window

    def provider(self, provider_id: str) -> ProviderFacts:
        """How the provider is reached. Raises NotFound when neither the table nor the configuration knows it."""
        said = self.setup.providers.get(provider_id, ProviderSetup())
        known = BY_ID.get(provider_id)
        if known is None and not said.base_url:
            raise NotFound(
                f"There is no model provider {provider_id[:80]!r}.",
                hint="Name models as provider/model, and give a provider of your own a baseUrl under models.providers.",
            )
        facts = known or ProviderFacts(provider_id, provider_id, said.base_url)
        api = said.api or facts.api
        return replace(facts, base_url=said.base_url or facts.base_url, api=spoken(api))

    def said_of(self, provider_id: str) -> ProviderSetup:
        """What the configuration says of the provider itself."""
        return self.setup.providers.get(provider_id, ProviderSetup())

    def primary(self, agent: str = "main") -> str:
        """The model to ask first, as "provider/model"; see `choose_primary` for the rule."""
        configured = self._choice(agent).primary
        implied_has_key = False
        if not configured:
            id = IMPLIED.partition("/")[0]
            implied_has_key = self._keys.likely(self.provider(id), self.said_of(id).api_key)
        return self.full(choose_primary(self._environ, configured, implied_has_key))

    def fallbacks(self, agent: str = "main") -> tuple[str, ...]:
        """The models to ask when the first cannot answer, in order, as "provider/model"."""
        return tuple(self.full(ref) for ref in self._choice(agent).fallbacks)

    def full(self, ref: str) -> str:
        """An alias or bare model name as "provider/model"."""
        return "/".join(self._split(ref))

    def _choice(self, agent: str) -> Choice:
        own = self.setup.agents.get(agent)
        general = self.setup.choice
        if own is None or not own.primary:
            return general
        return own

    def _all(self) -> list[ModelRow]:
        setup = self.setup
        known = KNOWN_MODELS if not setup.replaces else ()
        rows = {row.ref: replace(row, api=spoken(self.said_of(row.provider).api or row.api)) for row in known}
        if local.installed():
            rows[local.ROW.ref] = local.ROW
        for said in setup.providers.values():
            rows |= {row.ref: row for row in said.models}
        return list(rows.values())

    def _row_or_none(self, ref: str) -> ModelRow | None:
        try:
            return self.find(ref)
        except NotFound:
            return None

    def _split(self, ref: str) -> tuple[str, str]:
        """Provider and model; only the first slash divides, for models of OpenRouter have slashes of their own."""
        full = self.setup.aliases.get(ref.lower()) or _ALIASES.get(ref.lower()) or ref
        provider, slash, model = full.strip().partition("/")
        if not slash or not model:
            return _DEFAULT_PROVIDER, full.strip()
        return provider if provider in self.setup.providers else provider.lower(), model
