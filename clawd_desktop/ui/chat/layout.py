"""Lays one row out for a width: where its pieces, its labels and its controls stand; counts what it does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QImage

from clawd_desktop.ui.chat.documents import remark
from clawd_desktop.ui.chat.markdown import Block, Kind, split
from clawd_desktop.ui.chat.pieces import Piece, build, groups, place
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind
from clawd_desktop.ui.chat.style import (
    BLOCK_GAP,
    BUBBLE_PADDING,
    BUBBLE_SHARE,
    GUTTER,
    MEASURE,
    ROW_GAP,
    Look,
)

_DAY_HEIGHT = 48
_HEADER_HEIGHT = 32
_META_HEIGHT = 24
_TOOL_HEIGHT = 34
_ACTIONS_HEIGHT = 32
_NOTE_PADDING = 6
_CARD_PADDING = 16
_THUMBNAIL = 160
_KEPT = 80


class Action(StrEnum):
    """What a control of a row does."""

    COPY_CODE = "copy_code"
    COPY_MESSAGE = "copy_message"
    COPY_DETAILS = "copy_details"
    RETRY = "retry"
    TOGGLE = "toggle"
    MORE = "more"
    SCROLL = "scroll"


@dataclass(frozen=True, slots=True)
class Control:
    """A button or scroll bar of a row; `piece` is the number of the piece it belongs to, -1 for the whole row."""

    action: Action
    rect: QRect
    piece: int = -1


@dataclass(eq=False)
class RowLayout:
    """A row laid out. `column` is where text may stand; absent parts have empty rectangles."""

    row: Row
    width: int
    look: Look
    column: QRect = field(default_factory=QRect)
    height: int = 0
    pieces: list[Piece] = field(default_factory=list)
    day: QRect = field(default_factory=QRect)
    header: QRect = field(default_factory=QRect)
    frame: QRect = field(default_factory=QRect)
    meta: QRect = field(default_factory=QRect)
    controls: list[Control] = field(default_factory=list)
    laid_out: int = 0


def column(width: int, look: Look) -> QRect:
    """The readable column in the middle of a view that is `width` pixels wide."""
    wide = max(look.px(160), min(look.px(MEASURE), width - 2 * look.px(GUTTER)))
    return QRect((width - wide) // 2, 0, wide, 0)


def estimate(row: Row, width: int, look: Look) -> int:
    """A guess at the height of a row that was not laid out yet; only the scroll bar sees it."""
    wide = column(width, look).width()
    line = QFontMetrics(look.body).height() * 1.48
    characters = max(20.0, wide / (look.body.pixelSize() * 0.52))
    text = row.text[: row.shown]
    lines = text.count("\n") + len(text) / characters + 1
    extra = _HEADER_HEIGHT + _ACTIONS_HEIGHT + ROW_GAP + (_DAY_HEIGHT if row.day else 0)
    return (
        int(look.px(extra) + lines * line + row.pictures * look.px(40))
        if row.kind in _TEXTS
        else look.px(_TOOL_HEIGHT + 8)
    )


_TEXTS = (RowKind.USER, RowKind.ASSISTANT)


def lay_out(row: Row, width: int, look: Look, former: RowLayout | None = None) -> RowLayout:
    """The row for a view of `width` pixels. Pieces of the `former` layout that did not change are taken over."""
    result = RowLayout(row, width, look, column(width, look))
    usable = former if former is not None and former.look is look and former.row.kind is row.kind else None
    y = look.px(ROW_GAP) // 2 if row.kind is not RowKind.TOOL or row.lead else 0
    if row.day:
        result.day = QRect(result.column.left(), y, result.column.width(), look.px(_DAY_HEIGHT))
        y += look.px(_DAY_HEIGHT)
    if row.lead:
        result.header = QRect(result.column.left(), y, result.column.width(), look.px(_HEADER_HEIGHT))
        y += look.px(_HEADER_HEIGHT)
    result.height = _BODIES[row.kind](result, usable, y)
    return result


def _user(result: RowLayout, former: RowLayout | None, y: int) -> int:
    look, space = result.look, result.column
    pad = look.px(BUBBLE_PADDING)
    most = int(space.width() * BUBBLE_SHARE) - 2 * pad
    end = _flow(result, former, split(_shown(result.row), plain=True), QRect(0, y + pad, most, 0), plain=True)
    end = _thumbnails(result, 0, end, most)
    wide = max((min(most, piece.natural or piece.rect.width()) for piece in result.pieces), default=look.px(40))
    left = space.right() + 1 - wide - 2 * pad
    # The last line of text brings its own distance below.
    result.frame = QRect(left, y, wide + 2 * pad, end - y + pad - look.px(4))
    for piece in result.pieces:
        piece.rect.moveLeft(left + pad)
        piece.rect.setWidth(min(piece.rect.width(), wide))
    _piece_controls(result)
    y = _more(result, result.frame.bottom() + 1)
    result.meta = QRect(space.left(), y, space.width(), look.px(_META_HEIGHT))
    size = look.px(24)
    result.controls.append(
        Control(Action.COPY_MESSAGE, QRect(left - size - look.px(4), result.frame.top() + look.px(6), size, size))
    )
    return y + look.px(_META_HEIGHT) + look.px(ROW_GAP) // 2


def _assistant(result: RowLayout, former: RowLayout | None, y: int) -> int:
    look, space, row = result.look, result.column, result.row
    blocks = split(_shown(row))
    end = _flow(result, former, blocks, QRect(space.left(), y, space.width(), 0))
    end = _thumbnails(result, space.left(), end, space.width())
    _piece_controls(result)
    end = _more(result, end)
    if row.mark is Mark.LIVE:
        result.meta = QRect(space.left(), end, space.width(), look.px(_ACTIONS_HEIGHT)) if not row.text else QRect()
        return end + look.px(_ACTIONS_HEIGHT) + look.px(ROW_GAP) // 2
    size = look.px(26)
    result.controls.append(Control(Action.COPY_MESSAGE, QRect(space.left() - look.px(6), end + look.px(4), size, size)))
    result.meta = QRect(space.left() + size, end + look.px(4), space.width() - size, size)
    return end + look.px(_ACTIONS_HEIGHT) + look.px(ROW_GAP) // 4


def _tool(result: RowLayout, former: RowLayout | None, y: int) -> int:
    look, space, tool = result.look, result.column, result.row.tool
    height = look.px(_TOOL_HEIGHT)
    result.frame = QRect(space.left(), y, space.width(), height)
    result.controls.append(Control(Action.TOGGLE, QRect(result.frame)))
    end = y + height
    if result.row.expanded and tool is not None:
        parts = [
            Block(Kind.CODE, text, marker=label)
            for label, text in (("json", tool.arguments), ("", tool.result))
            if text
        ]
        end = _flow(result, former, parts, QRect(space.left(), end + look.px(8), space.width(), 0))
        _piece_controls(result)
    return end + look.px(8)


def _note(result: RowLayout, former: RowLayout | None, y: int) -> int:
    look, space = result.look, result.column
    pad, inset = look.px(_NOTE_PADDING), look.px(24)
    piece = Piece((Block(Kind.PARAGRAPH, result.row.text),), remark(result.row.text, look))
    place(piece, space.left() + inset, y + pad, space.width() - inset, look)
    result.pieces.append(piece)
    result.frame = QRect(space.left(), y, space.width(), piece.rect.height() + 2 * pad)
    return result.frame.bottom() + 1 + look.px(ROW_GAP) // 2


def _error(result: RowLayout, former: RowLayout | None, y: int) -> int:
    look, space = result.look, result.column
    pad, inset = look.px(_CARD_PADDING), look.px(_CARD_PADDING + 28)
    top = y + pad + look.px(24)
    blocks = split(_shown(result.row), plain=True)
    end = _flow(result, former, blocks, QRect(space.left() + inset, top, space.width() - inset - pad, 0), plain=True)
    tall, x = look.px(32), space.left() + inset
    for action, wide in ((Action.RETRY, look.px(96)), (Action.COPY_DETAILS, look.px(128))):
        result.controls.append(Control(action, QRect(x, end + look.px(12), wide, tall)))
        x += wide + look.px(8)
    end += look.px(12) + tall + pad
    result.frame = QRect(space.left(), y, space.width(), end - y)
    return end + look.px(ROW_GAP) // 2


_BODIES = {
    RowKind.USER: _user,
    RowKind.ASSISTANT: _assistant,
    RowKind.TOOL: _tool,
    RowKind.NOTE: _note,
    RowKind.ERROR: _error,
}


def _shown(row: Row) -> str:
    return row.text if row.mark is Mark.LIVE else row.text[: row.shown]


def _flow(
    result: RowLayout, former: RowLayout | None, blocks: Sequence[Block], area: QRect, *, plain: bool = False
) -> int:
    """Place the blocks' pieces one below the other from the top of `area`; returns where they end."""
    y = area.top()
    old = former.pieces if former is not None else []
    same_width = former is not None and former.width == result.width
    for at, group in enumerate(groups(blocks)):
        kept = old[at] if at < len(old) and old[at].group == group else None
        piece = kept or build(group, result.look, plain=plain)
        y += _gap(group, result.look) if at else 0
        if kept is not None and same_width:
            kept.rect.moveTo(kept.rect.left(), y)
        else:
            place(piece, area.left(), y, area.width(), result.look)
            result.laid_out += 1
        result.pieces.append(piece)
        y = piece.rect.bottom() + 1
    return y


def _gap(group: tuple[Block, ...], look: Look) -> int:
    gaps = {Kind.HEADING: 20, Kind.ITEM: 6, Kind.CODE: BLOCK_GAP + 4, Kind.TABLE: BLOCK_GAP}
    return look.px(gaps.get(group[0].kind, BLOCK_GAP))


def _thumbnails(result: RowLayout, x: int, y: int, width: int) -> int:
    side = result.look.px(_THUMBNAIL)
    for encoded in result.row.thumbnails:
        image = QImage.fromData(encoded)
        if image.isNull():
            continue
        scale = min(1.0, side / max(1, image.height()), width / max(1, image.width()))
        wide, tall = max(1, int(image.width() * scale)), max(1, int(image.height() * scale))
        y += result.look.px(8) if result.pieces else 0
        result.pieces.append(Piece((), None, QRect(x, y, wide, tall), natural=wide, image=image))
        y += tall
    return y


def _piece_controls(result: RowLayout) -> None:
    look = result.look
    for number, piece in enumerate(result.pieces):
        if piece.kind is Kind.CODE:
            size = look.px(26)
            corner = piece.rect.topRight()
            rect = QRect(corner.x() - size - look.px(6), corner.y() + look.px(5), size, size)
            result.controls.append(Control(Action.COPY_CODE, rect, number))
        if piece.overflow:
            bar = QRect(piece.rect.left() + 4, piece.rect.bottom() - look.px(10), piece.rect.width() - 8, look.px(10))
            result.controls.append(Control(Action.SCROLL, bar, number))


def _more(result: RowLayout, y: int) -> int:
    row = result.row
    if row.mark is Mark.LIVE or len(row.text) <= row.shown:
        return y
    look, space = result.look, result.column
    result.controls.append(Control(Action.MORE, QRect(space.left(), y + look.px(8), look.px(220), look.px(32))))
    return y + look.px(48)


class LayoutCache:
    """The layouts of the rows seen last; `count` is how many rows, `pieces` how many pieces were laid out so far."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, RowLayout] = OrderedDict()
        self.count = 0
        self.pieces = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, row: Row, width: int, look: Look) -> RowLayout:
        """The layout of the row, from memory where row, width and look are the same as before."""
        former = self._kept.get(row.uid)
        if former is not None and former.row is row and former.width == width and former.look is look:
            self._kept.move_to_end(row.uid)
            return former
        made = lay_out(row, width, look, former)
        self.count += 1
        self.pieces += made.laid_out
        self._kept[row.uid] = made
        self._kept.move_to_end(row.uid)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        """Forget all layouts."""
        self._kept.clear()
