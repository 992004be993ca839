"""While a restore exchanges the files something stands where the window was, and gives its place back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from ui.staging import Stage, settled, texts

from clawd_desktop.core.events import ShuttingDown
from clawd_desktop.ui.between_runs import BetweenRuns
from clawd_desktop.ui.desktop import Desktop
from clawd_desktop.ui.main_window import MainWindow

pytestmark = [pytest.mark.qt, pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)]
PLACE = QRect(40, 30, 900, 640)


def window_of(stage: Stage) -> MainWindow:
    return MainWindow(stage.services, stage.memory, close_asked=lambda: None, settings=lambda: None)


async def test_it_has_the_place_of_the_window_and_the_next_one_has_it_too(stage: Stage) -> None:
    first, second = window_of(stage), window_of(stage)
    first.show_page("backup")
    first.setGeometry(PLACE)
    between = BetweenRuns(first)
    assert between.geometry() == PLACE
    assert between.page == "backup"
    assert "Your data is being brought back…" in texts(between)
    between.close()
    assert between.isVisible(), "it goes by itself"
    gone: list[bool] = []
    between.destroyed.connect(lambda: gone.append(True))
    between.give_way(second)
    assert second.geometry() == PLACE
    await settled(lambda: gone, "it to go")
    for window in (first, second):
        window.hide()
        window.deleteLater()


async def test_the_window_comes_again_after_a_restore_even_when_nobody_named_a_page(stage: Stage) -> None:
    before = Desktop(stage.services, stage.shell, stage.memory, tray_available=lambda: True)
    await before.start("backup")
    stage.bus.publish(ShuttingDown("restore", 3000))
    assert stage.shell.between is not None
    await before.close()
    after = Desktop(stage.services, stage.shell, stage.memory, tray_available=lambda: True)
    await after.start(at_login=True)
    assert after._window is not None
    assert after._window.isVisible()
    assert after._window.page == "backup"
    assert stage.shell.between is None
    await after.close()


@pytest.mark.parametrize(("page", "event"), [(None, ShuttingDown("restore", 3000)), ("backup", ShuttingDown("quit"))])
async def test_nothing_stands_in_where_nothing_was_or_nothing_comes(
    stage: Stage, page: str | None, event: ShuttingDown
) -> None:
    desktop = Desktop(stage.services, stage.shell, stage.memory, tray_available=lambda: True)
    await desktop.start(page)
    stage.bus.publish(event)
    assert stage.shell.between is None
    await desktop.close()
