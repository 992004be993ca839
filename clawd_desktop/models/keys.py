"""Finds the key of a provider: configuration, then environment, then the profiles that Clawdbot stored."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from clawd_desktop.config.secret_refs import is_reference, resolve
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.safeio import read_file
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text
from clawd_desktop.models.providers import ProviderFacts

_REMEMBERED = 300.0
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PROFILE_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Key:
    """A key and where it came from ("" value: there is none)."""

    value: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class _Remembered:
    value: str = field(repr=False)
    until: float


NO_KEY = Key("", "")


class KeyFinder:
    """Looks in all places where a key may be. Keys from the keyring are remembered for five minutes.

    `learn` hears of every key before it is used, so that it can be hidden wherever it turns up.
    """

    def __init__(
        self,
        secrets: Secrets,
        environ: Mapping[str, str],
        state: Path,
        clock: Clock,
        learn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._learn = learn
        self._secrets = secrets
        self._environ = environ
        self._state = state
        self._clock = clock
        self._remembered: dict[str, _Remembered] = {}

    async def find(self, provider: ProviderFacts, configured: str, agent: str = "main") -> Key:
        """The provider's key, or one with an empty value.

        Raises ClawdError when the configuration names a place that cannot be asked (keyring locked, variable not set).
        """
        found = await self._found(provider, configured, agent)
        self._learn(found.value)
        return found

    async def _found(self, provider: ProviderFacts, configured: str, agent: str) -> Key:
        if configured:
            return Key(await self.reveal(configured), "config")
        variable = self._variable(provider)
        if variable:
            return Key(await self.reveal(self._environ[variable]), f"env:{variable}")
        return await asyncio.to_thread(self._profile, provider.id, agent)

    def likely(self, provider: ProviderFacts, configured: str) -> bool:
        """Whether there seems to be a key, without asking the keyring: for choosing a model when none is configured."""
        return bool(configured or self._variable(provider) or self._profile(provider.id, "main").value)

    def forget(self, configured: str | None = None) -> None:
        """Ask the keyring again next time, for this one or for all: the key was refused or changed."""
        if configured is None:
            self._remembered.clear()
        else:
            self._remembered.pop(configured, None)

    async def reveal(self, configured: str) -> str:
        """A configured value: itself, or what it refers to. Raises ClawdError when that cannot be asked."""
        value = await self._revealed(configured)
        if value != configured.strip():  # what stands there in plain text may be a header that is no secret
            self._learn(value)
        return value

    async def _revealed(self, configured: str) -> str:
        variable = _VARIABLE.fullmatch(configured.strip())
        if variable:
            return self._from_environment(variable[1])
        if not is_reference(configured):
            return configured.strip()
        known = self._remembered.get(configured)
        if known is not None and known.until > self._clock.monotonic():
            return known.value
        value = (await resolve(configured, self._secrets)).strip()
        self._remembered[configured] = _Remembered(value, self._clock.monotonic() + _REMEMBERED)
        return value

    def _from_environment(self, name: str) -> str:
        value = self._environ.get(name, "").strip()
        if not value:
            raise NotFound(f"The environment variable {name} is not set.", hint="Set it, or enter the key in Settings.")
        return value

    def _variable(self, provider: ProviderFacts) -> str:
        return next((name for name in provider.key_variables if self._environ.get(name, "").strip()), "")

    def _profile(self, provider_id: str, agent: str) -> Key:
        """The stored profile of this agent, else of the main one, as Clawdbot looks them up."""
        for folder in dict.fromkeys((agent, "main")):
            path = self._state / "agents" / folder / "agent" / "auth-profiles.json"
            found = choose_profile(_read(path), provider_id, self._clock.wall_ms())
            if found.value:
                return found
        return NO_KEY


def choose_profile(stored: JsonObject, provider_id: str, now_ms: int) -> Key:
    """The key of the first usable profile: stored order, then the last good one, then as they stand.

    Source: `auth-profiles.json`, version 1, of Clawdbot 2026.1.24. Profiles of kind `oauth` are passed over: refreshing
    them would change a file that belongs to Clawdbot.
    """
    profiles = as_object(stored.get("profiles"))
    for name in _names(stored, profiles, provider_id):
        value = _usable(as_object(profiles.get(name)), provider_id, now_ms)
        if value:
            return Key(value, f"profile:{name}")
    return NO_KEY


def _names(stored: JsonObject, profiles: JsonObject, provider_id: str) -> Iterator[str]:
    yield from (as_text(name) for name in as_list(as_object(stored.get("order")).get(provider_id)))
    yield as_text(as_object(stored.get("lastGood")).get(provider_id))
    yield from profiles


def _usable(profile: JsonObject, provider_id: str, now_ms: int) -> str:
    if profile.get("provider") != provider_id:
        return ""
    expires = as_int(profile.get("expires"))
    if expires and expires <= now_ms:
        return ""
    field_of = {"api_key": "key", "token": "token"}
    return as_text(profile.get(field_of.get(as_text(profile.get("type")), ""))).strip()


def _read(path: Path) -> JsonObject:
    try:
        return as_object(orjson.loads(read_file(path, limit=_PROFILE_LIMIT)))
    except (ClawdError, orjson.JSONDecodeError):
        return {}
