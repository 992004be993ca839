"""The box sends on Enter, grows to eight lines, and takes what is pasted without choking."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clawd_desktop.ui.chat.attachments import MOST_IMAGES, Attachment
from clawd_desktop.ui.chat.composer import INLINE_LIMIT, MESSAGE_LIMIT, Composer, byte_size, local_files, trimmed
from clawd_desktop.ui.chat.drafts import Draft
from clawd_desktop.ui.theme import Theme

PICTURE = Attachment("p.png", "image/png", b"data", b"")


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme) -> Composer:
    made = Composer(theme)
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.show()
    return made


def count(signal: object) -> list[object]:
    found: list[object] = []
    signal.connect(lambda *values: found.append(values))  # type: ignore[attr-defined]
    return found


def mime(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


@pytest.mark.parametrize(
    ("key", "modifier", "sent", "text"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, 1, "hi"),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, 1, "hi"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, 1, "hi"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier, 0, "hi\n"),
    ],
)
def test_enter_sends_and_shift_enter_breaks_the_line(
    composer: Composer, key: Qt.Key, modifier: Qt.KeyboardModifier, sent: int, text: str
) -> None:
    submitted = count(composer.submitted)
    QTest.keyClicks(composer.box, "hi")
    QTest.keyClick(composer.box, key, modifier)
    assert (len(submitted), composer.box.toPlainText()) == (sent, text)


def test_nothing_is_sent_when_there_is_nothing(composer: Composer) -> None:
    submitted = count(composer.submitted)
    QTest.keyClicks(composer.box, "  ")
    QTest.keyClick(composer.box, Qt.Key.Key_Return)
    assert submitted == []
    assert not composer.send_button.isEnabled()
    composer.add(PICTURE)
    QTest.mouseClick(composer.send_button, Qt.MouseButton.LeftButton)
    assert len(submitted) == 1


def test_the_box_grows_to_eight_lines(composer: Composer) -> None:
    heights = []
    for lines in (1, 2, 8, 20):
        composer.box.setPlainText("\n".join("x" * lines))
        heights.append(composer.box.height())
    assert heights == sorted(heights)
    assert heights[0] < heights[1] < heights[2] == heights[3]
    assert composer.box.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAsNeeded


def test_short_text_goes_into_the_box_and_long_text_beside_it(composer: Composer) -> None:
    composer.box.insertFromMimeData(mime("short"))
    composer.box.insertFromMimeData(mime("y" * (INLINE_LIMIT + 1)))
    assert composer.box.toPlainText() == "short"
    assert composer.text == "short\n\n" + "y" * (INLINE_LIMIT + 1)
    assert composer.chips.isVisible()


def test_20_mb_pasted_are_refused_at_once(composer: Composer) -> None:
    refused = count(composer.too_long)
    huge = mime("z" * 20_000_000)
    begin = time.process_time()
    composer.box.insertFromMimeData(huge)
    assert time.process_time() - begin < 1.0
    assert len(refused) == 1
    assert composer.text == ""


def test_pastes_together_may_not_exceed_a_message(composer: Composer) -> None:
    refused = count(composer.too_long)
    composer.paste_long("a" * (MESSAGE_LIMIT - 100))
    composer.paste_long("b" * 200)
    assert len(refused) == 1
    assert byte_size(composer.text) <= MESSAGE_LIMIT


@pytest.mark.parametrize(("text", "limit", "kept"), [("abc", 2, "ab"), ("aü", 2, "a"), ("😀😀", 7, "😀"), ("", 5, "")])
def test_trimming_keeps_whole_characters(text: str, limit: int, kept: str) -> None:
    assert trimmed(text, limit) == kept


def test_pictures_and_files_are_handed_on(composer: Composer, tmp_path: Path) -> None:
    pictures, files = count(composer.picture), count(composer.files)
    data = QMimeData()
    data.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    composer.box.insertFromMimeData(data)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.png"))])
    assert composer.box.canInsertFromMimeData(data)
    composer.box.insertFromMimeData(data)
    assert len(pictures) == 1
    assert files == [([str(tmp_path / "x.png")],)]
    assert len(local_files(["x"] * 20)) == MOST_IMAGES


def test_pictures_are_limited_and_can_be_removed(composer: Composer) -> None:
    assert [composer.add(PICTURE) for _ in range(MOST_IMAGES + 1)] == [True] * MOST_IMAGES + [False]
    composer._drop(0)
    assert len(composer.attachments) == MOST_IMAGES - 1
    composer.paste_long("y" * 9000)
    composer._drop_pasted(0)
    assert composer.text == ""


def test_drafts_are_shown_and_taken_back(composer: Composer) -> None:
    composer.restore(Draft("typed", ("pasted",)), [PICTURE])
    assert (composer.draft(), composer.attachments) == (Draft("typed", ("pasted",)), (PICTURE,))
    composer.restore(Draft("x" * (INLINE_LIMIT + 1)))
    assert composer.box.toPlainText() == ""
    composer.clear()
    assert not composer.draft()


def test_up_in_an_empty_box_edits_the_last_message_only(composer: Composer) -> None:
    edits = count(composer.edit_last)
    QTest.keyClick(composer.box, Qt.Key.Key_Up)
    QTest.keyClicks(composer.box, "x")
    QTest.keyClick(composer.box, Qt.Key.Key_Up)
    assert len(edits) == 1


def test_stop_is_offered_only_while_there_is_something_to_stop(composer: Composer) -> None:
    stops = count(composer.stop)
    assert not composer.stop_button.isVisible()
    composer.set_running(True)
    QTest.mouseClick(composer.stop_button, Qt.MouseButton.LeftButton)
    composer.set_running(False)
    assert len(stops) == 1
    assert not composer.stop_button.isVisible()
