"""Look and language are chosen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox
from ui.settings_stage import SettingsStage

from clawd_desktop.ui.settings.looks import looks_page

pytestmark = pytest.mark.qt


def test_each_choice_is_handed_on(settings: SettingsStage) -> None:
    page = looks_page(settings.context)
    boxes = {box.accessibleName(): box for box in page.findChildren(QComboBox)}
    assert boxes["Colours"].currentText() == "Light"
    boxes["Colours"].activated.emit(2)
    boxes["Language"].activated.emit(2)
    assert settings.restyled == [("dark", None), (None, "zh_CN")]


def test_languages_name_themselves(settings: SettingsStage) -> None:
    page = looks_page(settings.context)
    box = next(box for box in page.findChildren(QComboBox) if box.accessibleName() == "Language")
    assert [box.itemText(index) for index in range(3)] == ["As the system", "English", "简体中文"]
