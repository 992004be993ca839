"""Models and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from ui.settings_stage import SettingsStage
from ui.staging import LocalModels, settled, texts

from clawd_desktop.models.providers import BY_ID, KNOWN_PROVIDERS
from clawd_desktop.ui.settings.models import ProviderRow, Servers, models_page

pytestmark = pytest.mark.qt


def press(widget: QWidget, text: str) -> None:
    next(button for button in widget.findChildren(QPushButton) if button.text() == text).click()


async def test_a_found_server_is_used_with_the_chosen_model(settings: SettingsStage) -> None:
    settings.stage.servers.append(LocalModels())
    servers = Servers(settings.context)
    await settled(lambda: servers.findChildren(QComboBox))
    servers.findChildren(QComboBox)[0].setCurrentText("qwen3:8b")
    press(servers, "Use")
    config = settings.stage.services.config
    await settled(lambda: config.config.agents.defaults.model.primary == "ollama/qwen3:8b")


async def test_without_a_server_it_says_what_to_do(settings: SettingsStage) -> None:
    servers = Servers(settings.context)
    await settled(lambda: any("Neither Ollama" in text for text in texts(servers)))


async def test_a_key_is_entered_into_the_keyring(settings: SettingsStage) -> None:
    row = ProviderRow(settings.context, BY_ID["anthropic"])
    assert "Not set" in texts(row)
    press(row, "Enter key…")
    await settled(QApplication.activeModalWidget)
    line = QApplication.activeModalWidget().findChild(QLineEdit)  # type: ignore[union-attr]
    assert line is not None
    line.setText("sk-ant-test")
    QTest.keyClick(line, Qt.Key.Key_Return)
    await settled(lambda: "In the keyring" in texts(row))
    assert settings.stage.secrets.kept == {"models.providers.anthropic.apiKey": "sk-ant-test"}


async def test_a_key_in_the_environment_is_seen(settings: SettingsStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk")
    assert "From the environment: ANTHROPIC_API_KEY" in texts(ProviderRow(settings.context, BY_ID["anthropic"]))


async def test_every_provider_with_a_key_is_listed(settings: SettingsStage) -> None:
    said = texts(models_page(settings.context))
    assert all(provider.name in said for provider in KNOWN_PROVIDERS if provider.key_variables)


async def test_the_model_is_typed(settings: SettingsStage) -> None:
    page = models_page(settings.context)
    line = next(line for line in page.findChildren(QLineEdit) if line.accessibleName() == "Model")
    QTest.keyClicks(line, "openai/gpt-5")
    QTest.keyClick(line, Qt.Key.Key_Return)
    config = settings.stage.services.config
    await settled(lambda: config.config.agents.defaults.model.primary == "openai/gpt-5")
