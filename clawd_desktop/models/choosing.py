"""Changes to the configuration that take a model or a provider's key into use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, JsonValue

if TYPE_CHECKING:
    from clawd_desktop.config.store import ConfigStore


class Server(Protocol):
    """A model server that was found on this computer."""

    @property
    def kind(self) -> str:
        """ "ollama" or "lmstudio"."""

    @property
    def base_url(self) -> str:
        """Where it answers."""

    @property
    def models(self) -> Sequence[str]:
        """What it can run."""


def primary_patch(model: str) -> JsonObject:
    """The merge patch that makes "provider/model" the one that answers; "" goes back to the built-in one."""
    return {"agents": {"defaults": {"model": {"primary": model or None}}}}


def server_patch(server: Server, model: str) -> JsonObject:
    """The merge patch that takes a model server on this computer into use with one of its models."""
    models: list[JsonValue] = [{"id": name, "name": name} for name in server.models]
    return primary_patch(f"{server.kind}/{model}") | {
        "models": {"providers": {server.kind: {"baseUrl": server.base_url, "models": models}}}
    }


def key_name(provider: str) -> str:
    """The name under which the provider's key lies among the secrets."""
    return f"models.providers.{provider}.apiKey"


def key_patch(provider: str) -> JsonObject:
    """The merge patch that lets the configuration refer to the stored key."""
    return {"models": {"providers": {provider: {"apiKey": f"keyring:{key_name(provider)}"}}}}


async def use_local_server(config: ConfigStore, server: Server) -> None:
    """Let the first model of the server answer. Raises ClawdError when the configuration cannot be saved."""
    await config.merge(server_patch(server, server.models[0]), config.snapshot().hash)


async def store_key(config: ConfigStore, secrets: Secrets, provider: str, key: str) -> None:
    """Keep the key among the secrets, then let the configuration refer to it.

    Raises SecretsFault (nothing has changed then) or another ClawdError when the configuration cannot be saved.
    """
    await secrets.set(key_name(provider), key.strip())
    await config.merge(key_patch(provider), config.snapshot().hash)
