"""Builds text documents from Markdown blocks by hand: nothing is parsed as HTML and nothing is ever loaded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)

from clawd_desktop.ui.chat.highlight import Tint, tints
from clawd_desktop.ui.chat.inline import Span, spans
from clawd_desktop.ui.chat.links import openable
from clawd_desktop.ui.chat.markdown import Block, Kind
from clawd_desktop.ui.chat.style import BLOCK_GAP, CODE_LINE_HEIGHT, INDENT, LINE_HEIGHT, Look

QUOTE_DEPTH = QTextFormat.Property.UserProperty + 1
MARKER = QTextFormat.Property.UserProperty + 2
INLINE_CODE = QTextFormat.Property.UserProperty + 3
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
_TINTS = {Tint.COMMENT: "muted", Tint.STRING: "good", Tint.NUMBER: "warning", Tint.KEYWORD: "accent_text"}
_ALIGNMENTS = {"c": Qt.AlignmentFlag.AlignHCenter, "r": Qt.AlignmentFlag.AlignRight}


class Document(QTextDocument):
    """A document that has no resources: pictures at web or file addresses are never fetched (security case M05)."""

    def __init__(self, font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDefaultFont(font)
        option = self.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)

    def loadResource(self, kind: int, name: QUrl | str, /) -> object:  # noqa: N802
        """Nothing, whatever is asked for."""
        return None


def prose(blocks: Sequence[Block], look: Look, *, plain: bool = False) -> Document:
    """Paragraphs, headings and list items as one document; `plain` text has no inline marks.

    Room is left where markers of lists and bars of quotes are painted.
    """
    document = Document(look.body)
    cursor = QTextCursor(document)
    for at, block in enumerate(blocks):
        _begin(cursor, _block_format(block, look, first=at == 0), first=at == 0)
        font = look.heading(block.level) if block.kind is Kind.HEADING else None
        _insert(cursor, [Span(block.text)] if plain else spans(block.text), look, font=font, quoted=block.quote > 0)
    return document


def remark(text: str, look: Look) -> Document:
    """A small remark between messages."""
    document = Document(look.small)
    muted = QTextCharFormat()
    muted.setForeground(look.colours["muted"])
    QTextCursor(document).insertText(text, muted)
    return document


def code(block: Block, look: Look) -> Document:
    """The lines of a code block, coloured, not wrapped."""
    document = Document(look.code)
    option = document.defaultTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    option.setTabStopDistance(4 * _space(look.code))
    document.setDefaultTextOption(option)
    cursor = QTextCursor(document)
    spaced = QTextBlockFormat()
    spaced.setLineHeight(CODE_LINE_HEIGHT, _PROPORTIONAL)
    cursor.setBlockFormat(spaced)
    normal = QTextCharFormat()
    normal.setForeground(look.colours["text"])
    cursor.insertText(block.text, normal)
    for start, length, tint in tints(block.marker, block.text):
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        coloured = QTextCharFormat()
        coloured.setForeground(look.colours[_TINTS[tint]])
        cursor.mergeCharFormat(coloured)
    return document


def table(block: Block, look: Look) -> Document:
    """A table with a line under each row; cells keep inline styles."""
    document = Document(look.body)
    option = document.defaultTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    document.setDefaultTextOption(option)
    cursor = QTextCursor(document)
    grid = cursor.insertTable(len(block.rows), len(block.rows[0]), _table_format(look))
    for row, cells in enumerate(block.rows):
        for column, text in enumerate(cells):
            cell = grid.cellAt(row, column)
            ruled = cell.format().toTableCellFormat()
            ruled.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            ruled.setBottomBorder(1 if row + 1 < len(block.rows) else 0)
            ruled.setBottomBorderBrush(QBrush(look.colours["border" if row else "outline"]))
            cell.setFormat(ruled)
            inner = cell.firstCursorPosition()
            aligned = QTextBlockFormat()
            aligned.setAlignment(_ALIGNMENTS.get(block.marker[column], Qt.AlignmentFlag.AlignLeft))
            inner.setBlockFormat(aligned)
            _insert(inner, spans(text), look, font=look.strong if row == 0 else None)
    return document


def _table_format(look: Look) -> QTextTableFormat:
    format_ = QTextTableFormat()
    format_.setBorder(0)
    format_.setBorderCollapse(True)
    format_.setCellPadding(look.px(8))
    format_.setCellSpacing(0)
    format_.setHeaderRowCount(1)
    format_.setWidth(QTextLength(QTextLength.Type.VariableLength, 0))
    return format_


def _begin(cursor: QTextCursor, format_: QTextBlockFormat, *, first: bool) -> None:
    if first:
        cursor.setBlockFormat(format_)
    else:
        cursor.insertBlock(format_, QTextCharFormat())


def _block_format(block: Block, look: Look, *, first: bool) -> QTextBlockFormat:
    format_ = QTextBlockFormat()
    heading, item = block.kind is Kind.HEADING, block.kind is Kind.ITEM
    format_.setLineHeight(125 if heading else LINE_HEIGHT, _PROPORTIONAL)
    format_.setTopMargin(0 if first else look.px(20 if heading else 4 if item else BLOCK_GAP))
    if heading:
        format_.setHeadingLevel(block.level)
    if block.quote:
        format_.setProperty(QUOTE_DEPTH, block.quote)
        format_.setLeftMargin(look.px(16) * block.quote)
    if item:
        format_.setProperty(MARKER, "  " * (block.level - 1) + ("-" if block.marker == "•" else block.marker) + " ")
    if block.level and not heading:
        format_.setLeftMargin(format_.leftMargin() + look.px(INDENT) * block.level)
    return format_


def _insert(
    cursor: QTextCursor, parts: Sequence[Span], look: Look, *, font: QFont | None = None, quoted: bool = False
) -> None:
    for part in parts:
        cursor.insertText(part.text.replace("\n", "\u2028"), _char_format(part, look, font, quoted))


def _char_format(part: Span, look: Look, font: QFont | None, quoted: bool) -> QTextCharFormat:
    format_ = QTextCharFormat()
    used = QFont(font or (look.strong if part.bold else look.body))
    if part.code:
        used.setFamilies(look.code.families())
        used.setPixelSize(max(look.px(11), used.pixelSize() - 1))
        format_.setProperty(INLINE_CODE, True)
    used.setItalic(part.italic)
    used.setStrikeOut(part.strike)
    format_.setFont(used)
    format_.setForeground(look.colours["muted" if quoted else "text"])
    if part.link and openable(part.link) is not None:
        format_.setAnchor(True)
        format_.setAnchorHref(part.link)
        format_.setForeground(look.colours["info"])
        format_.setFontUnderline(True)
    elif part.image:
        format_.setForeground(look.colours["muted"])
    return format_


def _space(font: QFont) -> float:
    from PySide6.QtGui import QFontMetricsF

    return QFontMetricsF(font).horizontalAdvance(" ")
