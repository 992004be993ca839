"""Long pastes, pictures and drafts: nothing freezes and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from clawd_desktop.ui.chat.attachments import encoded
from clawd_desktop.ui.chat.composer import MESSAGE_LIMIT, byte_size
from clawd_desktop.ui.chat.drafts import Draft
from tests.ui.chat.page_stage import opened, until
from tests.ui.chat.scripted_chat import MAIN


def picture() -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    return image


async def test_20_mb_are_refused_with_a_sentence_and_a_way_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.composer.paste_long("z" * 20_000_000)
        assert "19.1 MiB" in stage.page.banner.text.text()
        assert "256 KiB" in stage.page.banner.text.text()
        QTest.mouseClick(stage.page.banner.action, Qt.MouseButton.LeftButton)
        assert MESSAGE_LIMIT - 10 < byte_size(stage.page.composer.text) <= MESSAGE_LIMIT
        QTest.keyClick(stage.page.composer.box, Qt.Key.Key_Return)
        await until(lambda: bool(stage.chat.sent))
        assert byte_size(stage.chat.sent[0][1]) <= MESSAGE_LIMIT


async def test_a_message_that_grew_too_long_is_not_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.composer.paste_long("z" * (MESSAGE_LIMIT - 10))
        stage.page.composer.box.setPlainText("more than ten characters")
        QTest.keyClick(stage.page.composer.box, Qt.Key.Key_Return)
        assert stage.page.banner.isVisible()
        assert stage.chat.sent == []


async def test_pictures_from_files_and_clipboard_are_sent(tmp_path: Path) -> None:
    file = tmp_path / "p.png"
    file.write_bytes(encoded(picture()))
    async with opened(tmp_path) as stage:
        stage.page.composer.files.emit([str(file)])
        stage.page.composer.picture.emit(picture())
        await until(lambda: len(stage.page.composer.attachments) == 2)
        QTest.keyClick(stage.page.composer.box, Qt.Key.Key_Return)
        await until(lambda: bool(stage.chat.sent))
        assert [image.mime_type for image in stage.chat.sent[0][2]] == ["image/png", "image/png"]
        said = next(row for row in stage.page.conversation.transcript.rows if row.pictures)
        assert len(said.thumbnails) == 2


async def test_what_is_no_picture_is_explained(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("words")
    async with opened(tmp_path) as stage:
        stage.page.composer.files.emit([str(tmp_path / "notes.txt")])
        await until(lambda: stage.page.banner.isVisible())
        assert "notes.txt is not a picture" in stage.page.banner.text.text()
        assert stage.page.composer.attachments == ()


async def test_drafts_are_written_after_a_pause_and_when_the_page_is_hidden(tmp_path: Path) -> None:
    file = tmp_path / "desktop" / "drafts.json"
    async with opened(tmp_path) as stage:
        QTest.keyClicks(stage.page.composer.box, "typed")
        assert not file.exists()
        stage.page.writing._pause.timeout.emit()
        await until(file.exists)
        QTest.keyClicks(stage.page.composer.box, " more")
        stage.page.hide()
        await until(lambda: b"typed more" in file.read_bytes())
        stage.page.writing.save()


async def test_an_unsent_message_of_another_conversation_becomes_its_draft(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        stage.page.conversation.unsent.emit("other", "lost?", (), "No disk.")
        assert stage.page.writing.drafts.get("other") == Draft("lost?")
        assert stage.page.composer.box.toPlainText() == ""
        stage.page.composer.box.setPlainText("newer")
        stage.page.conversation.unsent.emit(MAIN, "older", (), "No disk.")
        assert stage.page.composer.box.toPlainText() == "older\n\nnewer"
