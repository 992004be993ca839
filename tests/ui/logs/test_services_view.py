"""Services stand in a list with their state in words; one can be started again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage, settled, texts

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.operations.supervised import Service, Standing
from clawd_desktop.ui.logs.services_view import STANDINGS, ServicesView

pytestmark = pytest.mark.qt


async def test_every_standing_has_a_sign_and_a_word() -> None:
    assert set(STANDINGS) == set(Standing)


async def test_a_service_is_shown_and_started_again(stage: Stage) -> None:
    starts: list[int] = []
    well = [True]

    async def is_well() -> bool:
        if not well[0]:
            raise Unavailable("The bulb is broken.")
        return True

    async def restart() -> None:
        starts.append(1)
        well[0] = True

    supervisor = stage.services.operations.supervisor
    supervisor.watch(Service("lamp", is_well, restart, "The lamp"))
    view = ServicesView(stage.services)
    view.show()
    assert "The lamp" in texts(view)
    assert any(text.startswith("Not looked at yet") for text in texts(view))
    button = next(each for each in view.findChildren(QPushButton) if each.accessibleName() == "Start again: The lamp")
    button.click()
    await settled(lambda: starts == [1])
    await settled(lambda: any("started again once" in text for text in texts(view)))
    view.hide()
    assert not view._tick.isActive()
    view.deleteLater()
    await supervisor.close()
