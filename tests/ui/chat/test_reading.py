"""Links open only after a person has seen the whole host (security case M01)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QMessageBox, QPushButton

from clawd_desktop.core.messages import user_message
from tests.ui.chat.page_stage import MESSAGES, Stage, opened, until
from tests.ui.chat.scripted_chat import answer

LINKED = (*MESSAGES, answer("see [this](https://google.com@evil.example/x) and ```\ncode\n```", 1_759_000_002_000))


@pytest.fixture
def opened_urls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been given to the browser."""
    found: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: found.append(QUrl(url).toString()) or True)
    return found


def question(stage: Stage) -> QMessageBox | None:
    return stage.page.findChild(QMessageBox)


def buttons(box: QMessageBox) -> dict[str, QPushButton]:
    return {button.text(): button for button in box.findChildren(QPushButton)}


async def test_the_whole_host_is_confirmed_before_a_link_opens(tmp_path: Path, opened_urls: list[str]) -> None:
    async with opened(tmp_path, LINKED) as stage:
        stage.page.reading.open_link("https://google.com@evil.example/x")
        await until(lambda: question(stage) is not None)
        box = question(stage)
        assert box is not None
        assert "Open evil.example?" in box.text()
        assert opened_urls == []
        buttons(box)["Open"].click()
        await until(lambda: opened_urls == ["https://google.com@evil.example/x"])


async def test_backing_out_opens_nothing(tmp_path: Path, opened_urls: list[str]) -> None:
    async with opened(tmp_path, LINKED) as stage:
        stage.page.reading.open_link("mailto:someone@example.org")
        await until(lambda: question(stage) is not None)
        box = question(stage)
        assert box is not None
        assert "Write to someone@example.org?" in box.text()
        buttons(box)["Cancel"].click()
        await until(lambda: question(stage) is None or not box.isVisible())
        assert opened_urls == []


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "clawd://page"])
async def test_other_links_do_nothing(tmp_path: Path, opened_urls: list[str], target: str) -> None:
    async with opened(tmp_path, LINKED) as stage:
        stage.page.reading.open_link(target)
        assert question(stage) is None
        assert opened_urls == []


async def test_the_menu_copies_edits_and_opens(tmp_path: Path, opened_urls: list[str]) -> None:
    async with opened(tmp_path, LINKED) as stage:
        stage.page.view.refresh()
        rows = stage.page.conversation.transcript.rows
        labels = {}
        for row in (rows[0], rows[-1]):
            stage.page.view.menu_wanted.emit(row.uid, QPoint(0, 0))
            menu = stage.page.findChildren(QMenu)[-1]
            labels[row.kind] = {action.text(): action for action in menu.actions()}
            menu.hide()
        assert list(labels[rows[0].kind]) == ["Copy", "Copy message", "Edit and send again"]
        assert list(labels[rows[-1].kind]) == ["Copy", "Copy message", "Open evil.example"]
        labels[rows[0].kind]["Edit and send again"].trigger()
        assert stage.page.composer.box.toPlainText() == rows[0].text
        labels[rows[-1].kind]["Copy message"].trigger()
        assert QGuiApplication.clipboard().text() == rows[-1].text


async def test_code_is_copied_as_it_is(tmp_path: Path) -> None:
    code = answer("```py\nif x:\n    pass\n```", 1_759_000_002_000)
    async with opened(tmp_path, (user_message("q", now_ms=1_759_000_000_000), code)) as stage:
        stage.page.view.refresh()
        stage.page.view.acted.emit(stage.page.conversation.transcript.rows[-1].uid, "copy_code", 0)
        assert QGuiApplication.clipboard().text() == "if x:\n    pass"
