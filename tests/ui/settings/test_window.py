"""The Settings window opens sections, says what was saved and takes it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from ui.staging import Stage, settled, texts

from clawd_desktop.config.paths import resource
from clawd_desktop.ui.settings.window import SECTIONS, SettingsWindow

pytestmark = pytest.mark.qt


@pytest.fixture
def window(stage: Stage) -> Iterator[SettingsWindow]:
    made = SettingsWindow(stage.services, stage.memory, lambda **_wanted: None)  # type: ignore[arg-type]
    yield made
    made.hide()
    made.deleteLater()


@pytest.mark.parametrize("row", SECTIONS, ids=lambda row: row.id)
async def test_every_section_opens(window: SettingsWindow, row: object) -> None:
    window.present(row.id)  # type: ignore[attr-defined]
    await settled(lambda: window._described is not None)
    assert window.section == row.id  # type: ignore[attr-defined]
    assert window._page.count() == 1
    assert resource(f"icons/{row.icon}.svg").exists()  # type: ignore[attr-defined]


async def test_what_was_saved_is_said_and_can_be_taken_back(window: SettingsWindow, stage: Stage) -> None:
    window.present("gateway")
    await settled(lambda: [line for line in window.findChildren(QLineEdit) if line.accessibleName() == "Port"])
    port = next(line for line in window.findChildren(QLineEdit) if line.accessibleName() == "Port")
    port.selectAll()
    QTest.keyClicks(port, "19006")
    QTest.keyClick(port, Qt.Key.Key_Return)
    await settled(lambda: "Saved: Port" in texts(window))
    next(button for button in window.findChildren(QPushButton) if button.text() == "Undo").click()
    await settled(lambda: stage.services.config.config.gateway.port == 18_789)


async def test_an_unknown_section_opens_the_last_one(window: SettingsWindow) -> None:
    window.present("models")
    window.present("nonsense")
    assert window.section == "models"


async def test_escape_closes(window: SettingsWindow) -> None:
    window.present("appearance")
    await settled(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    await settled(lambda: not window.isVisible())
