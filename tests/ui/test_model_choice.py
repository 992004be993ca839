"""Taking a model or a key into use changes exactly what it should."""

from __future__ import annotations

import pytest
from ui.staging import LocalModels, Stage

from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.ui import model_choice

pytestmark = pytest.mark.qt


async def test_a_local_server_answers_from_then_on(stage: Stage) -> None:
    await model_choice.use_local_server(stage.services.config, LocalModels())
    config = stage.services.config.config
    assert config.agents.defaults.model.primary == "ollama/llama3.2:3b"
    assert config.models.providers["ollama"].base_url == "http://127.0.0.1:11434/v1"
    assert [model.id for model in config.models.providers["ollama"].models] == ["llama3.2:3b", "qwen3:8b"]


async def test_a_model_keeps_its_fallbacks(stage: Stage) -> None:
    store = stage.services.config
    await store.merge({"agents": {"defaults": {"model": {"fallbacks": ["openai/gpt-5"]}}}}, None)
    await store.merge(model_choice.primary_patch("anthropic/claude-sonnet-4-5"), None)
    assert store.config.agents.defaults.model.primary == "anthropic/claude-sonnet-4-5"
    assert store.config.agents.defaults.model.fallbacks == ("openai/gpt-5",)


async def test_a_key_goes_into_the_keyring_and_only_its_name_into_the_file(stage: Stage) -> None:
    await model_choice.store_key(stage.services.config, stage.secrets, "anthropic", " sk-ant-1 \n")
    assert stage.secrets.kept == {"models.providers.anthropic.apiKey": "sk-ant-1"}
    assert "sk-ant-1" not in (stage.services.config.snapshot().raw or "")
    assert (
        stage.services.config.config.models.providers["anthropic"].api_key
        == "keyring:models.providers.anthropic.apiKey"
    )


async def test_nothing_changes_when_the_keyring_refuses(stage: Stage) -> None:
    async def refuse(name: str, value: str) -> None:
        raise SecretsFault("The keyring is locked.", state=SecretsState.LOCKED)

    stage.secrets.set = refuse  # type: ignore[method-assign]
    with pytest.raises(SecretsFault):
        await model_choice.store_key(stage.services.config, stage.secrets, "anthropic", "sk")
    assert not stage.services.config.snapshot().exists
