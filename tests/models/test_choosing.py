"""Taking a model or a key into use changes exactly what it should."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.models import choosing


@dataclass
class Ollama:
    kind: str = "ollama"
    base_url: str = "http://127.0.0.1:11434/v1"
    models: tuple[str, ...] = ("llama3.2:3b", "qwen3:8b")


class Kept:
    """Secrets in a dict; refuses when it is locked."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.locked = False

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        if self.locked:
            raise SecretsFault("The keyring is locked.", state=SecretsState.LOCKED)
        self.kept[name] = value

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)


async def store_in(tmp_path: Path) -> ConfigStore:
    (tmp_path / "state").mkdir()
    made = ConfigStore(find_paths({}, tmp_path, tmp_path / "state"), {}, ManualClock(), EventBus())
    await made.load()
    return made


async def test_a_local_server_answers_from_then_on(tmp_path: Path) -> None:
    store = await store_in(tmp_path)
    await choosing.use_local_server(store, Ollama())
    config = store.config
    assert config.agents.defaults.model.primary == "ollama/llama3.2:3b"
    assert config.models.providers["ollama"].base_url == "http://127.0.0.1:11434/v1"
    assert [model.id for model in config.models.providers["ollama"].models] == ["llama3.2:3b", "qwen3:8b"]


async def test_a_model_keeps_its_fallbacks(tmp_path: Path) -> None:
    store = await store_in(tmp_path)
    await store.merge({"agents": {"defaults": {"model": {"fallbacks": ["openai/gpt-5"]}}}}, None)
    await store.merge(choosing.primary_patch("anthropic/claude-sonnet-4-5"), None)
    assert store.config.agents.defaults.model.primary == "anthropic/claude-sonnet-4-5"
    assert store.config.agents.defaults.model.fallbacks == ("openai/gpt-5",)


async def test_a_key_goes_into_the_keyring_and_only_its_name_into_the_file(tmp_path: Path) -> None:
    store = await store_in(tmp_path)
    secrets = Kept()
    await choosing.store_key(store, secrets, "anthropic", " sk-ant-1 \n")
    assert secrets.kept == {"models.providers.anthropic.apiKey": "sk-ant-1"}
    assert "sk-ant-1" not in (store.snapshot().raw or "")
    assert store.config.models.providers["anthropic"].api_key == "keyring:models.providers.anthropic.apiKey"


async def test_nothing_changes_when_the_keyring_refuses(tmp_path: Path) -> None:
    store = await store_in(tmp_path)
    secrets = Kept()
    secrets.locked = True
    with pytest.raises(SecretsFault):
        await choosing.store_key(store, secrets, "anthropic", "sk")
    assert not store.snapshot().exists
