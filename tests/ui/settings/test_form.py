"""Groups become cards; rare settings are folded away until asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from ui.settings_stage import SettingsStage
from ui.staging import settled, texts

from clawd_desktop.ui.settings.fields import FORMS
from clawd_desktop.ui.settings.form import add_groups

pytestmark = pytest.mark.qt


def form(settings: SettingsStage, name: str) -> QWidget:
    page = QWidget()
    context = settings.context
    add_groups(QVBoxLayout(page), context.services, context.saver, context.described, FORMS[name])
    return page


def test_rare_settings_unfold(settings: SettingsStage) -> None:
    page = form(settings, "gateway")
    page.show()
    rare = next(line for line in page.findChildren(QLineEdit) if line.accessibleName() == "Most connections")
    assert not rare.isVisible()
    button = next(b for b in page.findChildren(QPushButton) if b.text() == "Show rarely needed settings")
    button.click()
    assert rare.isVisible()
    button.click()
    assert not rare.isVisible()
    page.hide()


async def test_a_typed_value_is_in_force(settings: SettingsStage) -> None:
    page = form(settings, "gateway")
    port = next(line for line in page.findChildren(QLineEdit) if line.accessibleName() == "Port")
    port.selectAll()
    QTest.keyClicks(port, "19001")
    QTest.keyClick(port, Qt.Key.Key_Return)
    await settled(lambda: settings.stage.services.config.config.gateway.port == 19_001)


@pytest.mark.parametrize("name", list(FORMS))
def test_every_group_is_there(settings: SettingsStage, name: str) -> None:
    page = form(settings, name)
    said = " ".join(str(w.property("text")) for w in page.findChildren(QWidget) if w.property("text"))
    assert all(group.title in said for group in FORMS[name])
    assert texts(page)
