"""Pictures are checked by content and size before they are sent."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.messages import Image
from clawd_desktop.ui.chat.attachments import (
    IMAGE_LIMIT,
    attach,
    attach_file,
    attach_image,
    encoded,
    format_of,
    thumbnail,
    thumbnails,
)

pytestmark = pytest.mark.usefixtures("qapp")


def picture(width: int = 8, height: int = 8) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    return image


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_the_content_says_what_it_is(data: bytes, mime: str) -> None:
    found = format_of(data)
    assert found is not None
    assert found[0] == mime


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"BM", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE"])
def test_other_kinds_are_refused(data: bytes) -> None:
    assert format_of(data) is None
    assert thumbnail(data) == b""
    with pytest.raises(BadInput, match="not a picture"):
        attach("x.png", data)


def test_a_large_or_broken_picture_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="larger than 5 MB"):
        attach("big.png", b"\x89PNG\r\n\x1a\n" + bytes(IMAGE_LIMIT))
    with pytest.raises(BadInput, match="damaged"):
        attach("torn.png", encoded(picture())[:30])


def test_a_thumbnail_is_small() -> None:
    small = QImage.fromData(thumbnail(encoded(picture(2000, 1000))))
    assert (small.width(), small.height()) == (320, 160)


async def test_files_and_clipboard_pictures_become_attachments(tmp_path: Path) -> None:
    file = tmp_path / "a\u202eb.png"
    file.write_bytes(encoded(picture()))
    from_file = await attach_file(file)
    assert (from_file.name, from_file.mime_type) == ("a⟨U+202E⟩b.png", "image/png")
    assert base64.b64decode(from_file.image().data) == file.read_bytes()
    assert (await attach_image(picture(), "Pasted picture")).data == file.read_bytes()


async def test_files_that_cannot_be_read_are_explained(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await attach_file(tmp_path / "gone.png")
    with pytest.raises(BadInput):
        await attach_file(tmp_path)


async def test_pictures_of_messages_are_shown_where_they_can_be() -> None:
    good = Image(base64.b64encode(encoded(picture())).decode(), "image/png")
    assert len(await thumbnails((good, Image("no base64!", "image/png"), Image("aGk=", "image/png")))) == 1
    assert await thumbnails(()) == ()
