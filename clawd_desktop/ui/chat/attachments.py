"""Checks pictures before they are sent and makes the small versions that are shown; nothing here touches a widget."""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from clawd_desktop.core.errors import BadInput, Unreadable
from clawd_desktop.core.messages import Image
from clawd_desktop.core.safeio import read_file
from clawd_desktop.ui.chat.visible import one_line
from clawd_desktop.ui.i18n import tr

# The gateway's chat.send takes pictures of at most 5 MB each (Clawdbot 2026.1.24); larger ones would be refused there.
IMAGE_LIMIT = 5_000_000
MOST_IMAGES = 8
_MOST_PIXELS = 40_000_000
_SIDE = 320
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpeg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that waits to be sent; `thumbnail` is a small encoded picture."""

    name: str
    mime_type: str
    data: bytes
    thumbnail: bytes

    def image(self) -> Image:
        """The picture as a part of a message."""
        return Image(base64.b64encode(self.data).decode("ascii"), self.mime_type)


def format_of(data: bytes) -> tuple[str, str] | None:
    """MIME type and Qt's format name by content, never by name; None for all that is no PNG, JPEG, WebP or GIF."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", "webp"
    return next(((mime, name) for magic, mime, name in _MAGIC if data.startswith(magic)), None)


def thumbnail(data: bytes) -> bytes:
    """A PNG of at most 320 x 320 pixels; empty when the picture is broken, too large to decode, or of another kind."""
    found = format_of(data)
    if found is None:
        return b""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(found[1].encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return b""
    if size.width() > _SIDE or size.height() > _SIDE:
        reader.setScaledSize(
            size.scaled(QSize(_SIDE, _SIDE), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        )
    return encoded(reader.read())


def encoded(image: QImage) -> bytes:
    """The picture as PNG; empty when there is none."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    written = not image.isNull() and QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data()) if written else b""


def attach(name: str, data: bytes) -> Attachment:
    """The picture, checked. Raises BadInput when it is too large, of another kind or broken."""
    name = one_line(name, 60)
    if len(data) > IMAGE_LIMIT:
        raise BadInput(tr("{name} is larger than 5 MB.", name=name), hint=tr("Make the picture smaller and try again."))
    found = format_of(data)
    if found is None:
        raise BadInput(
            tr("{name} is not a picture that can be sent.", name=name), hint=tr("PNG, JPEG, WebP and GIF can be sent.")
        )
    small = thumbnail(data)
    if not small:
        raise BadInput(tr("{name} is damaged or has too many pixels.", name=name), hint=tr("Save it again and retry."))
    return Attachment(name, found[0], data, small)


async def attach_file(path: Path) -> Attachment:
    """The picture of a file. Raises ClawdError (BadInput, NotFound, Unreadable, StorageFault)."""
    return await asyncio.to_thread(_from_file, path)


async def attach_image(image: QImage, name: str) -> Attachment:
    """A picture of the clipboard. Raises BadInput."""
    return await asyncio.to_thread(lambda: attach(name, encoded(image)))


async def thumbnails(images: tuple[Image, ...]) -> tuple[bytes, ...]:
    """Small versions of the pictures of a message; what cannot be shown is left out."""
    if not images:
        return ()
    return await asyncio.to_thread(lambda: tuple(small for image in images[:MOST_IMAGES] if (small := _decoded(image))))


def _decoded(image: Image) -> bytes:
    try:
        return thumbnail(base64.b64decode(image.data, validate=False))
    except (binascii.Error, ValueError):
        return b""


def _from_file(path: Path) -> Attachment:
    try:
        data = read_file(path, limit=IMAGE_LIMIT + 1)
    except Unreadable as error:
        raise BadInput(
            tr("{name} is no file of at most 5 MB.", name=one_line(path.name, 60)),
            hint=tr("Make the picture smaller and try again."),
        ) from error
    return attach(path.name, data)
