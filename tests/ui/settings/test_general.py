"""Starting at login is what the system says; closing is remembered."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox
from ui.settings_stage import SettingsStage
from ui.staging import settled

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.ui.settings.general import StartAtLogin, gateway_page, general_page

pytestmark = pytest.mark.qt


async def test_start_at_login_follows_and_changes_the_system(settings: SettingsStage) -> None:
    settings.stage.autostart.on = True
    box = StartAtLogin(settings.stage.services)
    assert not box.isEnabled()
    await settled(box.isEnabled)
    assert box.isChecked()
    box.click()
    await settled(lambda: not settings.stage.autostart.on)


async def test_a_refusal_leaves_the_tick_as_it_is(settings: SettingsStage) -> None:
    async def refuse(enabled: bool) -> None:
        raise StorageFault("The folder is read-only.")

    box = StartAtLogin(settings.stage.services)
    await settled(box.isEnabled)
    told: list[str] = []
    box._operations._tell = lambda *said: _note(told, *said)  # type: ignore[method-assign, assignment]
    settings.stage.autostart.set = refuse  # type: ignore[method-assign]
    box.click()
    await settled(lambda: told)
    assert not box.isChecked()


async def _note(told: list[str], _title: str, text: str, _details: str, _report: object) -> None:
    told.append(text)


async def test_closing_is_chosen(settings: SettingsStage) -> None:
    page = general_page(settings.context)
    box = next(box for box in page.findChildren(QComboBox) if "closing the window" in box.accessibleName())
    box.activated.emit(2)
    assert settings.stage.memory.now.on_close == "quit"


async def test_the_gateways_page_has_its_switches(settings: SettingsStage) -> None:
    page = gateway_page(settings.context)
    assert "Web page" in [box.accessibleName() for box in page.findChildren(QCheckBox)]
