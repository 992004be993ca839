"""The whole page with real widgets and keys, and an assistant that does what the test says."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.events import RunText, ShuttingDown
from clawd_desktop.core.messages import user_message
from clawd_desktop.ui.chat.conversation import Phase
from clawd_desktop.ui.chat.rows import Mark
from tests.ui.chat.page_stage import Stage, opened, until
from tests.ui.chat.scripted_chat import MAIN


def say(stage: Stage, text: str) -> None:
    QTest.keyClicks(stage.page.composer.box, text)
    QTest.keyClick(stage.page.composer.box, Qt.Key.Key_Return)


async def test_a_question_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        say(stage, "second")
        assert stage.page.composer.box.toPlainText() == ""
        await until(lambda: MAIN in stage.chat.running)
        await until(lambda: stage.page.composer.stop_button.isVisible())
        stage.chat.say(MAIN, "half an")
        await until(lambda: stage.texts()[-1] == "half an")
        stage.chat.finish(MAIN, "half an answer")
        await until(lambda: not stage.page.composer.stop_button.isVisible())
        assert stage.texts() == ["first question", "first **answer**", "second", "half an answer"]
        assert all(row.mark is Mark.NONE for row in stage.page.conversation.transcript.rows)


async def test_streaming_is_painted_at_most_20_times_a_second(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.chat.start(MAIN, "r")
        await until(lambda: stage.page.conversation.running)
        stage.page.view.refresh()
        before, begin = stage.page.view.cache.count, asyncio.get_running_loop().time()
        for number in range(2000):
            stage.bus.publish(RunText("r", MAIN, number, "word " * number, "word "))
            await asyncio.sleep(0)
        stage.chat.finish(MAIN, "done")
        await until(lambda: stage.texts()[-1] == "done")
        seconds = asyncio.get_running_loop().time() - begin
        assert stage.page.view.cache.count - before <= 20 * seconds + 4


async def test_escape_stops(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        say(stage, "long story")
        await until(lambda: stage.page.conversation.running)
        stage.chat.say(MAIN, "once upon")
        QTest.keyClick(stage.page.composer.box, Qt.Key.Key_Escape)
        await until(lambda: not stage.page.conversation.running)
        assert stage.page.conversation.transcript.rows[-1].mark is Mark.STOPPED


async def test_a_message_sent_meanwhile_is_queued(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        say(stage, "one")
        await until(lambda: stage.page.conversation.running)
        say(stage, "two")
        await until(lambda: stage.page.conversation.transcript.rows[-1].mark is Mark.QUEUED)
        assert stage.texts()[-1] == "two"


async def test_a_failed_send_keeps_the_text(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.chat.failure = StorageFault("The disk is full.", hint="Free some space.")
        say(stage, "precious")
        await until(lambda: stage.page.banner.isVisible())
        assert stage.page.composer.box.toPlainText() == "precious"
        assert "The disk is full. Free some space." in stage.page.banner.text.text()
        assert "precious" not in stage.texts()


async def test_a_failure_is_a_card_with_a_way_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        say(stage, "ask")
        await until(lambda: stage.page.conversation.running)
        stage.chat.fail(MAIN, "The key was refused. Enter another.")
        await until(lambda: stage.texts()[-1].startswith("The key"))
        stage.page.view.refresh()
        buttons = {button.text(): button for button in stage.page.view.findChildren(QPushButton)}
        QTest.mouseClick(buttons["Copy details"], Qt.MouseButton.LeftButton)
        assert "model.no_key" in QGuiApplication.clipboard().text()
        QTest.mouseClick(buttons["Try again"], Qt.MouseButton.LeftButton)
        await until(lambda: len(stage.chat.sent) == 2)
        assert stage.chat.sent[0] == stage.chat.sent[1]


async def test_new_conversation_and_first_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        QTest.keyClick(stage.page.composer.box, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert stage.page.stack.currentWidget() is stage.page.empty
        QTest.mouseClick(stage.page.empty.examples[0], Qt.MouseButton.LeftButton)
        await until(lambda: bool(stage.chat.sent))
        assert stage.page.stack.currentWidget() is stage.page.view
        await until(lambda: stage.page.panel.model.row_of(stage.page.conversation.key) >= 0)
        await until(lambda: stage.page.header.title.text() != "New conversation")


async def test_a_conversation_without_messages_invites_to_begin(tmp_path: Path) -> None:
    async with opened(tmp_path, ()) as stage:
        stage.page.open(MAIN)
        await until(lambda: stage.page.conversation.phase is Phase.READY)
        assert stage.page.stack.currentWidget() is stage.page.empty
        stage.chat.failure = StorageFault("The disk is full.")
        say(stage, "lost?")
        await until(lambda: stage.page.banner.isVisible())
        assert stage.page.stack.currentWidget() is stage.page.empty
        say(stage, "")
        await until(lambda: bool(stage.chat.sent))
        assert stage.page.stack.currentWidget() is stage.page.view
        assert stage.chat.sent[0][0] == MAIN


async def test_drafts_stay_with_their_conversation_and_outlive_the_page(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        QTest.keyClicks(stage.page.composer.box, "for main")
        stage.page.open("other")
        assert stage.page.composer.box.toPlainText() == ""
        QTest.keyClicks(stage.page.composer.box, "for other")
        stage.page.open(MAIN)
        assert stage.page.composer.box.toPlainText() == "for main"
        stage.bus.publish(ShuttingDown("quit"))
    async with opened(tmp_path) as stage:
        assert stage.page.composer.box.toPlainText() == "for main"
        stage.page.open("other")
        assert stage.page.composer.box.toPlainText() == "for other"


async def test_a_conversation_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.chat.failure = StorageFault("The disk is gone.")
        stage.page.open("other")
        await until(lambda: stage.page.conversation.phase is Phase.FAILED)
        shown = stage.page.stack.currentWidget()
        buttons = {button.text(): button for button in shown.findChildren(QPushButton)}
        QTest.mouseClick(buttons["Copy details"], Qt.MouseButton.LeftButton)
        assert "The disk is gone." in QGuiApplication.clipboard().text()
        QTest.mouseClick(buttons["Try again"], Qt.MouseButton.LeftButton)
        await until(lambda: stage.texts() == ["elsewhere"])


async def test_delete_goes_to_the_trash_after_the_time_for_undo(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.panel.delete("other")
        assert stage.chat.deleted == []
        stage.page.panel.undo()
        await until(lambda: stage.page.conversation.key == "other")
        stage.page.panel.delete("other")
        assert stage.page.conversation.key == MAIN
        stage.page.panel.finish_deleting()
        await until(lambda: stage.chat.deleted == ["other"])
        await until(lambda: stage.page.panel.model.find("other") is None)


async def test_what_cannot_be_deleted_comes_back_with_a_sentence(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.chat.failure = StorageFault("The disk is full.")
        stage.page.panel.delete("other")
        stage.page.panel.finish_deleting()
        await until(lambda: stage.page.banner.isVisible())
        assert stage.page.panel.model.row_of("other") >= 0


async def test_f5_reads_everything_again_and_keeps_the_draft(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        QTest.keyClicks(stage.page.composer.box, "typed")
        stage.chat.messages[MAIN].append(("added", user_message("from elsewhere", now_ms=1_759_000_009_000)))
        stage.page.refresh()
        await until(lambda: stage.texts()[-1:] == ["from elsewhere"])
        assert stage.page.composer.box.toPlainText() == "typed"


async def test_rename(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.rename("other")
        await until(lambda: stage.page.findChild(QDialog) is not None)
        dialog = stage.page.findChild(QDialog)
        assert isinstance(dialog, QDialog)
        line = dialog.findChild(QLineEdit)
        assert isinstance(line, QLineEdit)
        line.setText("Better")
        dialog.accept()
        await until(lambda: stage.chat.titles["other"] == "Better")


async def test_10000_messages_are_read_back_page_by_page(tmp_path: Path) -> None:
    messages = [user_message(f"m{number}", now_ms=1_759_000_000_000 + number) for number in range(10_000)]
    async with opened(tmp_path, messages) as stage:
        assert stage.page.view.cache.count < 40
        bar = stage.page.view.verticalScrollBar()
        while stage.texts()[0] != "m9000":
            bar.setValue(0)
            await asyncio.sleep(0)
            stage.page.view.refresh()
            if stage.texts()[0] == "m9100":
                break
        assert len(stage.page.view.viewport().children()) < 40
        assert stage.page.jump.isVisible()
        QTest.mouseClick(stage.page.jump, Qt.MouseButton.LeftButton)
        assert not stage.page.jump.isVisible()


async def test_keys(tmp_path: Path) -> None:
    messages = [user_message(f"m{number}", now_ms=1_759_000_000_000 + number) for number in range(50)]
    async with opened(tmp_path, messages) as stage:
        stage.page.view.refresh()
        bar, box = stage.page.view.verticalScrollBar(), stage.page.composer.box
        end = bar.value()
        QTest.keyClick(box, Qt.Key.Key_PageUp)
        assert bar.value() < end
        QTest.keyClick(box, Qt.Key.Key_PageDown)
        assert stage.page.view.at_end
        QTest.keyClick(box, Qt.Key.Key_Up)
        assert box.toPlainText() == "m49"


async def test_every_focusable_widget_has_a_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.view.refresh()
        nameless = [widget for widget in stage.page.findChildren(QWidget) if focusable(widget) and not named(widget)]
        assert nameless == []


def focusable(widget: QWidget) -> bool:
    return widget.isVisible() and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus


def named(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


async def test_the_list_gives_way_in_a_narrow_window(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        assert stage.page.panel.isVisible()
        stage.page.resize(600, 600)
        assert not stage.page.panel.isVisible()
        assert stage.page.header.new_button.isVisible()
        QTest.mouseClick(stage.page.header.panel_button, Qt.MouseButton.LeftButton)
        assert stage.page.panel.isVisible()


async def test_the_page_fits_the_smallest_window_in_every_state(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.resize(544, 480)
        for shown in (stage.page.empty, stage.page.skeleton, stage.page.view):
            stage.page.stack.setCurrentWidget(shown)
            stage.page.layout().activate()
            smallest = stage.page.minimumSizeHint()
            assert (smallest.width() <= 544, smallest.height() <= 520) == (True, True), shown


async def test_events_after_the_page_is_gone_hurt_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(tmp_path) as stage:
        bus, chat = stage.bus, stage.chat
    with caplog.at_level(logging.ERROR, "clawd.bus"):
        chat.start(MAIN, "late")
        bus.publish(ShuttingDown("quit"))
    assert caplog.text == ""
