"""The pieces a message is laid out in: stretches of prose, code blocks, tables, rules and small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QTextBlock, QTextCursor, QTextLayout

from clawd_desktop.ui.chat.documents import INLINE_CODE, MARKER, QUOTE_DEPTH, Document, code, prose, table
from clawd_desktop.ui.chat.markdown import Block, Kind
from clawd_desktop.ui.chat.style import CODE_HEADER, CODE_PADDING, Look

_PROSE = (Kind.PARAGRAPH, Kind.HEADING, Kind.ITEM)
# Short enough that the growing end of an answer is laid out anew in a millisecond or two.
_PROSE_CHARACTERS = 1200
_RULE_HEIGHT = 17

Group = tuple[Block, ...]


@dataclass(eq=False)
class Piece:
    """A part of a row. `rect` is its place in the row; `inner` the document's place in the piece.

    `offset` is how far wide content is scrolled to the right; `pads` are the grounds of inline code, `markers` the
    signs of list items with the end of their baseline, `bars` the bars of quotes; all in the document's own pixels.
    """

    group: Group
    document: Document | None
    rect: QRect = field(default_factory=QRect)
    inner: QPoint = field(default_factory=QPoint)
    natural: int = 0
    offset: int = 0
    pads: list[QRectF] = field(default_factory=list)
    markers: list[tuple[QPointF, str]] = field(default_factory=list)
    bars: list[QRectF] = field(default_factory=list)
    image: QImage | None = None

    @property
    def kind(self) -> Kind:
        """What the piece shows; pictures and prose count as paragraphs."""
        return self.group[0].kind if self.group else Kind.PARAGRAPH

    @property
    def overflow(self) -> int:
        """By how many pixels the content is wider than its place."""
        return max(0, self.natural - self.rect.width()) if self.kind in (Kind.CODE, Kind.TABLE) else 0

    @property
    def length(self) -> int:
        """The last cursor position."""
        return self.document.characterCount() - 1 if self.document is not None else 0

    def origin(self) -> QPoint:
        """Where the document's top left is in the row, scrolled."""
        return self.rect.topLeft() + self.inner - QPoint(self.offset, 0)

    def position_at(self, point: QPoint) -> int:
        """The cursor position nearest to a point of the row."""
        if self.document is None:
            return 0
        layout = self.document.documentLayout()
        return max(0, layout.hitTest(QPointF(point - self.origin()), Qt.HitTestAccuracy.FuzzyHit))

    def link_at(self, point: QPoint) -> str:
        """The target of the link under a point of the row, or nothing."""
        if self.document is None or not self.rect.contains(point):
            return ""
        return self.document.documentLayout().anchorAt(QPointF(point - self.origin()))

    def text(self, start: int, end: int) -> str:
        """What is copied of the positions from `start` to `end`: list markers stay, cells are parted by tabs."""
        return "".join(self._copied(start, end)).replace("\u2028", "\n") if self.document is not None else ""

    def word_at(self, position: int) -> tuple[int, int]:
        """Start and end of the word at a position."""
        if self.document is None:
            return 0, 0
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(position, self.length))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def _copied(self, start: int, end: int) -> Iterator[str]:
        assert self.document is not None
        block, first = self.document.findBlock(start), True
        while block.isValid() and block.position() <= end:
            begin = block.position()
            part = block.text()[max(0, start - begin) : max(0, end - begin)]
            if not first:
                yield "\t" if _column(block) > 0 else "\n"
            if start <= begin:
                yield str(block.blockFormat().property(MARKER) or "")
            yield part
            block, first = block.next(), False


def _column(block: QTextBlock) -> int:
    grid = QTextCursor(block).currentTable()
    return grid.cellAt(block.position()).column() if grid is not None else 0


def groups(blocks: Sequence[Block]) -> list[Group]:
    """Blocks put together into pieces: neighbouring prose up to about 1,200 characters, everything else alone."""
    result: list[Group] = []
    size = 0
    for block in blocks:
        if block.kind not in _PROSE:
            result.append((block,))
            size = _PROSE_CHARACTERS
        elif result and size < _PROSE_CHARACTERS:
            result[-1] = (*result[-1], block)
            size += len(block.text)
        else:
            result.append((block,))
            size = len(block.text)
    return result


def build(group: Group, look: Look, *, plain: bool = False) -> Piece:
    """The piece of a group, not yet placed."""
    kind = group[0].kind
    if kind is Kind.CODE:
        return Piece(group, code(group[0], look))
    if kind is Kind.TABLE:
        return Piece(group, table(group[0], look))
    if kind is Kind.RULE:
        return Piece(group, None)
    return Piece(group, prose(group, look, plain=plain))


def place(piece: Piece, x: int, y: int, width: int, look: Look) -> None:
    """Give the piece its place and let it flow into `width` pixels."""
    sizers = {Kind.CODE: _place_code, Kind.TABLE: _place_table, Kind.RULE: _place_rule}
    left = look.px(16) * piece.group[0].quote if piece.kind in sizers and piece.group else 0
    height = sizers.get(piece.kind, _place_prose)(piece, width - left, look)
    piece.rect = QRect(x + left, y, width - left, height)
    piece.offset = min(piece.offset, piece.overflow)


def _place_prose(piece: Piece, width: int, look: Look) -> int:
    if piece.document is None:
        return 0
    piece.document.setTextWidth(width)
    # The natural width is that of the longest line as it is broken now.
    piece.natural = int(piece.document.idealWidth()) + 1
    _decorate(piece, piece.document, look)
    return int(piece.document.size().height())


def _place_code(piece: Piece, width: int, look: Look) -> int:
    document = piece.document
    assert document is not None
    pad, header = look.px(CODE_PADDING), look.px(CODE_HEADER)
    document.setTextWidth(-1)
    piece.natural = int(document.idealWidth()) + 2 * pad
    piece.inner = QPoint(pad, header + look.px(10))
    return int(document.size().height()) + header + look.px(8) + pad + (look.px(6) if piece.natural > width else 0)


def _place_table(piece: Piece, width: int, look: Look) -> int:
    document = piece.document
    assert document is not None
    document.setTextWidth(width)
    piece.natural = int(document.size().width()) if document.size().width() > width + 1 else width
    return int(document.size().height()) + (look.px(10) if piece.natural > width else 0)


def _place_rule(piece: Piece, width: int, look: Look) -> int:
    return look.px(_RULE_HEIGHT)


def _decorate(piece: Piece, document: Document, look: Look) -> None:
    piece.pads, piece.markers, piece.bars = [], [], []
    block = document.begin()
    while block.isValid():
        box = document.documentLayout().blockBoundingRect(block)
        for start, end in _code_runs(block):
            piece.pads.extend(_run_rects(block.layout(), start, end, box.topLeft(), look))
        format_ = block.blockFormat()
        if format_.hasProperty(MARKER) and block.layout().lineCount():
            line = block.layout().lineAt(0)
            end_point = QPointF(box.left() + line.x() - look.px(8), box.top() + line.y() + line.ascent())
            piece.markers.append((end_point, str(format_.property(MARKER)).strip()))
        for level in range(int(format_.property(QUOTE_DEPTH) or 0)):
            piece.bars.append(QRectF(look.px(16) * level, box.top(), 3, box.height() + _quoted_gap(block.next())))
        block = block.next()


def _quoted_gap(following: QTextBlock) -> float:
    format_ = following.blockFormat()
    return format_.topMargin() if following.isValid() and format_.hasProperty(QUOTE_DEPTH) else 0.0


def _code_runs(block: QTextBlock) -> Iterator[tuple[int, int]]:
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        iterator += 1
        if fragment.charFormat().hasProperty(INLINE_CODE):
            start = fragment.position() - block.position()
            yield start, start + fragment.length()


def _run_rects(layout: QTextLayout, start: int, end: int, frame: QPointF, look: Look) -> Iterator[QRectF]:
    metrics = QFontMetricsF(look.code)
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first >= last:
            continue
        left, right = (float(line.cursorToX(at)[0]) for at in (first, last))  # type: ignore[index]
        baseline = line.y() + line.ascent()
        yield QRectF(left - 2, baseline - metrics.ascent() - 2, right - left + 4, metrics.height() + 3).translated(
            frame
        )
