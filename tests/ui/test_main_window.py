"""The main window: pages, ways between them, and what it remembers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from ui.staging import Stage

from clawd_desktop.ui.command_palette import CommandPalette
from clawd_desktop.ui.logs.page import LogsPage
from clawd_desktop.ui.main_window import MainWindow
from clawd_desktop.ui.memory import Memory

pytestmark = pytest.mark.qt


class Opened:
    """A window and what it asked for."""

    def __init__(self, stage: Stage) -> None:
        self.closes, self.settings = list[int](), list[int]()
        self.window = MainWindow(
            stage.services,
            stage.memory,
            close_asked=lambda: self.closes.append(1),
            settings=lambda: self.settings.append(1),
        )
        self.window.show_page("overview")
        self.window.show()
        self.window.activateWindow()


@pytest.fixture
def opened(stage: Stage) -> Iterator[Opened]:
    made = Opened(stage)
    yield made
    made.window.hide()
    made.window.deleteLater()


async def test_a_view_of_a_page_can_be_named(opened: Opened) -> None:
    opened.window.show_page("logs/report")
    page = opened.window._pages["logs"]
    assert isinstance(page, LogsPage)
    assert (opened.window.page, page.segments.current) == ("logs", "report")
    opened.window.show_page("logs/nonsense")
    assert page.segments.current == "report"
    opened.window.show_page("backup/report")
    assert opened.window.page == "backup", "a page without views is opened all the same"


async def test_pages_are_built_only_when_they_are_shown(opened: Opened) -> None:
    assert list(opened.window._pages) == ["overview"]
    opened.window.show_page("backup")
    assert list(opened.window._pages) == ["overview", "backup"]
    assert opened.window.windowTitle() == "Backup & restore — Clawd Desktop"


async def test_an_unknown_page_is_overview(opened: Opened) -> None:
    opened.window.show_page("logs")
    opened.window.show_page("../etc")
    assert opened.window.page == "overview"


async def test_back_and_forward_walk_the_way(opened: Opened) -> None:
    for page in ("backup", "logs", "logs"):
        opened.window.show_page(page)
    walked = []
    for command in ("back", "back", "back", "forward"):
        opened.window._command(command)
        walked.append(opened.window.page)
    assert walked == ["backup", "overview", "overview", "backup"]
    opened.window.show_page("alerts")
    opened.window._command("forward")
    assert opened.window.page == "alerts"


async def test_keys_reach_every_page(opened: Opened) -> None:
    seen = []
    for number in (3, 4, 5, 6, 7, 8, 9, 1):
        QTest.keySequence(opened.window, QKeySequence(f"Ctrl+{number}"))
        seen.append(opened.window.page)
    assert seen == ["channels", "approvals", "sandbox", "resources", "alerts", "backup", "logs", "overview"]


async def test_keys_open_settings_and_the_palette_and_close(opened: Opened) -> None:
    QTest.keySequence(opened.window, QKeySequence("Ctrl+,"))
    QTest.keySequence(opened.window, QKeySequence("Ctrl+K"))
    palette = opened.window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClick(palette, Qt.Key.Key_Escape)
    QTest.keySequence(opened.window, QKeySequence("Ctrl+W"))
    assert (opened.settings, opened.closes) == ([1], [1])


async def test_coming_back_to_chat_one_can_write_at_once(opened: Opened) -> None:
    for page in ("chat", "overview", "chat"):
        opened.window.show_page(page)
    box = opened.window.focusWidget()
    assert isinstance(box, QPlainTextEdit)
    assert box.accessibleName() == "Message"


async def test_closing_asks_and_does_not_close(opened: Opened) -> None:
    opened.window.close()
    assert opened.closes == [1]
    assert opened.window.isVisible()


async def test_place_and_page_are_there_at_the_next_start(opened: Opened, stage: Stage) -> None:
    opened.window.resize(780, 560)
    opened.window.show_page("logs")
    opened.window.remember()
    memory = Memory(stage.services.state_folder)
    again = MainWindow(stage.services, memory, close_asked=lambda: None, settings=lambda: None)
    assert (again.size().width(), again.size().height(), memory.now.page) == (780, 560, "logs")
    again.deleteLater()


async def test_a_broken_place_is_ignored(stage: Stage) -> None:
    stage.memory.keep(geometry="zz not hex")
    window = MainWindow(stage.services, stage.memory, close_asked=lambda: None, settings=lambda: None)
    assert window.size().width() >= window.minimumWidth()
    window.deleteLater()


async def test_refresh_reaches_the_page(opened: Opened, stage: Stage) -> None:
    stage.status.set(sessions=99)
    opened.window._command("refresh")
    assert "99" in [
        str(child.property("text")) for child in opened.window.findChildren(QWidget) if child.property("text")
    ]
