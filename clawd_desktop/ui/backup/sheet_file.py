"""Saves the recovery sheet as a PDF, a page or text, readable by its owner only."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QFontDatabase, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget

from clawd_desktop.backup import recovery_sheet
from clawd_desktop.backup.recovery_sheet import Sheet
from clawd_desktop.core import safeio
from clawd_desktop.ui.dialogs import choose_new_file
from clawd_desktop.ui.i18n import tr

NAME = "clawd-recovery-sheet.pdf"
# The largest in which all stands on one page.
_POINTS = (10, 9, 8, 7)
_MARGIN_MM = 16.0


async def save_sheet(parent: QWidget | None, sheet: Sheet) -> Path | None:
    """Ask where and save it; None when the person backed out. Raises StorageFault."""
    path = await choose_new_file(parent, tr("Recovery sheet"), NAME, suffix="pdf")
    if path is not None:
        await asyncio.to_thread(safeio.write_file, path, as_file(sheet, path.suffix))
    return path


def as_file(sheet: Sheet, suffix: str) -> bytes:
    """The bytes of a file with that ending: .html, .txt, all else a PDF."""
    ending = suffix.lower()
    if ending in (".html", ".htm"):
        return recovery_sheet.page(sheet).encode()
    return recovery_sheet.text(sheet).encode() if ending == ".txt" else pdf(recovery_sheet.text(sheet))


def pdf(text: str) -> bytes:
    """The text on paper, in letters of equal width."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(text.partition("\n")[0])
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins,
                    QPageLayout.Unit.Millimeter)
    )  # fmt: skip
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family())
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setPageSize(writer.pageLayout().paintRectPixels(writer.resolution()).size().toSizeF())
    document.setPlainText(text)
    for points in _POINTS:
        font.setPointSize(points)
        document.setDefaultFont(font)
        if document.pageCount() == 1:
            break
    document.print_(writer)
    del writer
    return bytes(buffer.data().data())
