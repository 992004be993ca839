"""Every page can be used by keyboard and screen reader, and no text is cut: both languages, 100 % and 200 % type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget
from ui.staging import NOW, LocalModels, Stage, settled

from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.ui.about import About
from clawd_desktop.ui.main_window import MainWindow
from clawd_desktop.ui.settings.window import SECTIONS, SettingsWindow
from clawd_desktop.ui.windows import PAGES

pytestmark = pytest.mark.qt
NOTICE = Notice(
    "port", Severity.ERROR, "The port is taken", "By node.", (NoticeAction("gateway.retry", "Try again"),), NOW
)
looks = pytest.mark.parametrize(("language", "scale"), [("en", 1.0), ("zh_CN", 1.0), ("en", 2.0), ("zh_CN", 2.0)])


@pytest.fixture
def filled(stage: Stage) -> Stage:
    """With something to show in each place."""
    stage.notices.set(NOTICE)
    stage.servers.append(LocalModels())
    return stage


@pytest.fixture
def windows(filled: Stage) -> Iterator[tuple[MainWindow, SettingsWindow]]:
    """The main window and Settings."""
    main = MainWindow(filled.services, filled.memory, close_asked=lambda: None, settings=lambda: None)
    settings = SettingsWindow(filled.services, filled.memory, lambda **_wanted: None)  # type: ignore[arg-type]
    yield main, settings
    for window in (main, settings):
        window.hide()
        window.deleteLater()


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name)) if interface is not None else ""


def mute(window: QWidget) -> list[str]:
    """Widgets that the keyboard reaches and a screen reader cannot name."""
    reached = [child for child in window.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
    shown = [child for child in reached if child.isVisibleTo(window) and child.focusProxy() is None]
    return [
        f"{type(child).__name__} in {type(child.parent()).__name__}" for child in shown if not spoken(child).strip()
    ]


def clipped(window: QWidget) -> list[str]:
    """Buttons and labels that have less room than their text needs."""
    return [
        f"{type(child).__name__} {child.text()!r}: {child.width()} of {child.minimumSizeHint().width()}"
        for child in window.findChildren(QWidget)
        if isinstance(child, QAbstractButton | QLabel) and child.isVisible() and child.text() and _too_small(child)
    ]


def _too_small(child: QAbstractButton | QLabel) -> bool:
    if isinstance(child, QLabel) and child.wordWrap():
        return child.height() < child.heightForWidth(child.width())
    if isinstance(child, QLabel) and child.toolTip() == child.text():
        return False
    return child.width() < child.minimumSizeHint().width() or child.height() < child.minimumSizeHint().height()


async def test_every_focusable_widget_of_a_page_has_a_name(windows: tuple[MainWindow, SettingsWindow]) -> None:
    main, _ = windows
    main.show()
    found = {}
    for row in PAGES:
        main.show_page(row.id)
        found[row.id] = mute(main)
    assert found == {row.id: [] for row in PAGES}


async def test_every_focusable_widget_of_settings_has_a_name(windows: tuple[MainWindow, SettingsWindow]) -> None:
    _, settings = windows
    found = {}
    for row in SECTIONS:
        settings.present(row.id)
        await settled(lambda: settings._described is not None and settings._page.count() == 1)
        found[row.id] = mute(settings)
    assert found == {row.id: [] for row in SECTIONS}


@looks
async def test_no_text_of_a_page_is_cut(filled: Stage, language: str, scale: float) -> None:
    main = _worded(filled, language, scale)
    found = {}
    for page in [row.id for row in PAGES if row.id != "chat"]:
        main.hide()  # what is shown is laid out at once
        main.show_page(page)
        main.resize(round(1_080 * scale), round(720 * scale))
        main.resize(main.minimumSizeHint().expandedTo(main.size()))
        main.show()
        await settled(lambda: main.isVisible())
        found[page] = clipped(main)
    assert found == dict.fromkeys(found, [])
    _put_back(filled, main)


def _worded(stage: Stage, language: str, scale: float) -> MainWindow:
    stage.shell.languages.use(language)
    stage.services.theme.scale = scale
    stage.services.theme.use("dark")
    window = MainWindow(stage.services, stage.memory, close_asked=lambda: None, settings=lambda: None)
    window.resize(round(1_080 * scale), round(720 * scale))
    return window


def _put_back(stage: Stage, window: QWidget) -> None:
    stage.services.theme.scale = 1.0
    window.hide()
    window.deleteLater()


@looks
async def test_no_text_of_settings_is_cut(stage: Stage, language: str, scale: float) -> None:
    stage.shell.languages.use(language)
    stage.services.theme.scale = scale
    stage.services.theme.use("dark")
    settings = SettingsWindow(stage.services, stage.memory, lambda **_wanted: None)  # type: ignore[arg-type]
    settings.resize(round(940 * scale), round(660 * scale))
    found = {}
    for row in SECTIONS:
        settings.hide()  # what is shown is laid out at once
        settings.present(row.id)
        await settled(lambda: settings._described is not None and settings._page.count() == 1)
        found[row.id] = clipped(settings)
    assert found == dict.fromkeys(found, [])
    _put_back(stage, settings)


def test_about_has_a_way_out_for_the_keyboard(stage: Stage) -> None:
    about = About(stage.services)
    assert [button.text() for button in about.findChildren(QAbstractButton) if button.isDefault()] == ["Close"]  # type: ignore[attr-defined]
    assert mute(about) == []


async def test_text_fields_do_not_trap_the_tab_key(windows: tuple[MainWindow, SettingsWindow]) -> None:
    _, settings = windows
    settings.present("advanced")
    await settled(lambda: settings.findChildren(QPlainTextEdit))
    assert all(text.tabChangesFocus() or text.isReadOnly() for text in settings.findChildren(QPlainTextEdit))
    assert QApplication.activeModalWidget() is None
