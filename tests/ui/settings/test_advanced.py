"""The file as text: difference first, nothing overwritten."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QPlainTextEdit, QPushButton
from ui.settings_stage import SettingsStage
from ui.staging import settled, texts

from clawd_desktop.ui.settings.advanced import AdvancedPage, difference

pytestmark = pytest.mark.qt


def opened(settings: SettingsStage) -> tuple[AdvancedPage, QPlainTextEdit]:
    page = AdvancedPage(settings.context)
    return page, next(text for text in page.findChildren(QPlainTextEdit) if not text.isReadOnly())


def press(page: AdvancedPage, text: str) -> None:
    next(button for button in page.findChildren(QPushButton) if button.text() == text).click()


def test_the_difference_is_lines() -> None:
    assert difference("a\nb\n", "a\nc\n") == "@@ -1,2 +1,2 @@\n a\n-b\n+c"
    assert difference("a", "a") == ""


async def test_comments_and_all_are_saved(settings: SettingsStage) -> None:
    page, text = opened(settings)
    text.setPlainText("{\n  // mine\n  gateway: { port: 19002 },\n}\n")
    press(page, "Save")
    config = settings.stage.services.config
    await settled(lambda: config.config.gateway.port == 19_002)
    assert "// mine" in (config.snapshot().raw or "")
    await settled(lambda: not page._save.isEnabled())


async def test_what_cannot_be_read_is_told_and_not_saved(settings: SettingsStage) -> None:
    page, text = opened(settings)
    text.setPlainText("{ gateway: ")
    press(page, "Save")
    await settled(lambda: not page._said.isHidden())
    assert not settings.stage.services.config.snapshot().exists


async def test_a_change_from_elsewhere_is_a_conflict(settings: SettingsStage) -> None:
    page, text = opened(settings)
    await settings.stage.services.config.merge({"gateway": {"port": 19_003}}, None)
    text.setPlainText("{ gateway: { port: 19004 } }")
    press(page, "Save")
    await settled(lambda: not page._said.isHidden())
    assert settings.stage.services.config.config.gateway.port == 19_003


@pytest.mark.parametrize(("button", "saved"), [("Save", True), ("Cancel", False)])
async def test_losing_much_is_asked_first(settings: SettingsStage, button: str, saved: bool) -> None:
    config = settings.stage.services.config
    await config.merge({"agents": {"list": [{"id": f"a{n}"} for n in range(20)]}, "gateway": {"port": 19_005}}, None)
    page, text = opened(settings)
    text.setPlainText("{}")
    press(page, "Save")
    await settled(lambda: QApplication.activeModalWidget() or config.config.gateway.port == 18_789)
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    next(found for found in box.buttons() if found.text() == button).click()
    await settled(lambda: (config.config.gateway.port == 18_789) is saved and page._save.isEnabled() is not saved)


async def test_discarding_builds_the_page_again(settings: SettingsStage) -> None:
    page, text = opened(settings)
    text.setPlainText("{}x")
    press(page, "Discard changes")
    assert settings.refreshed == [1]
    assert texts(page)
