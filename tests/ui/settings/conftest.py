"""A context for pages of Settings."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from ui.settings_stage import SettingsStage
from ui.staging import Stage

from clawd_desktop.config.schema.describe import schema
from clawd_desktop.core.values import JsonObject
from clawd_desktop.ui.settings.context import Context
from clawd_desktop.ui.settings.saving import Saver


@pytest.fixture(scope="session")
def described() -> tuple[JsonObject, JsonObject]:
    """The schema and its hints."""
    return schema()


@pytest.fixture
def settings(stage: Stage, described: tuple[JsonObject, JsonObject]) -> SettingsStage:
    """Services, a saver, and a record of what pages asked for."""
    window, restyled, refreshed = QWidget(), list[tuple[str | None, str | None]](), list[int]()

    def restyle(*, theme: str | None = None, language: str | None = None) -> None:
        restyled.append((theme, language))

    saver = Saver(stage.services, window)
    context = Context(stage.services, stage.memory, saver, restyle, described, lambda: refreshed.append(1))
    return SettingsStage(stage, context, window, restyled, refreshed)
