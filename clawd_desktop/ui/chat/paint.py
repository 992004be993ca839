"""Paints a row from its layout: grounds, labels, text and selection. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextCursor,
)

from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.layout import RowLayout
from clawd_desktop.ui.chat.markdown import Kind
from clawd_desktop.ui.chat.pieces import Piece
from clawd_desktop.ui.chat.rows import Mark, RowKind
from clawd_desktop.ui.chat.selection import Marked
from clawd_desktop.ui.chat.style import CODE_HEADER, CODE_PADDING, ROUND, Look
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.icons import app_icon
from clawd_desktop.ui.theme import Theme

_DOTS = 3
_DOT_STEP_MS = 300


@dataclass(frozen=True, slots=True)
class Scene:
    """What painting needs besides the layout; `current` draws the keyboard's ring."""

    theme: Theme
    now_ms: int
    marked: Marked
    current: bool = False


def paint_row(painter: QPainter, layout: RowLayout, scene: Scene, exposed: QRect | None = None) -> None:
    """The row at the painter's origin; of its pieces only those that reach into `exposed`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not layout.day.isEmpty():
        _day(painter, layout, scene)
    if not layout.header.isEmpty():
        _header(painter, layout)
    _GROUNDS.get(layout.row.kind, _nothing)(painter, layout, scene)
    for number, piece in enumerate(layout.pieces):
        if exposed is None or exposed.intersects(piece.rect):
            _piece(painter, piece, layout.look, scene.marked.get(number))
    if not layout.meta.isEmpty():
        _meta(painter, layout, scene)
    if scene.current:
        painter.setPen(QPen(layout.look.colours["accent"], 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(layout.column.left() - 12, 2, layout.column.width() + 24, layout.height - 4)
        painter.drawRoundedRect(ring, ROUND, ROUND)


def _nothing(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    """Rows without a ground."""


def _day(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    look, rect = layout.look, layout.day
    label = words.day_label(layout.row.time_ms, scene.now_ms)
    wide = QFontMetrics(look.small).horizontalAdvance(label) + look.px(32)
    middle = rect.center().y()
    painter.setPen(look.colours["border"])
    painter.drawLine(rect.left(), middle, rect.center().x() - wide // 2, middle)
    painter.drawLine(rect.center().x() + wide // 2, middle, rect.right(), middle)
    _text(painter, rect, label, look.small, look.colours["muted"], Qt.AlignmentFlag.AlignCenter)


def _header(painter: QPainter, layout: RowLayout) -> None:
    look, rect = layout.look, layout.header
    side = look.px(20)
    app_icon().paint(painter, rect.left(), rect.top() + look.px(2), side, side)
    name = "Clawd"
    left = rect.left() + side + look.px(8)
    line = QRect(left, rect.top(), rect.right() - left, look.px(24))
    _text(painter, line, name, look.strong, look.colours["text"])
    line.setLeft(left + QFontMetrics(look.strong).horizontalAdvance(name) + look.px(8))
    facts = " · ".join(part for part in (layout.row.detail, words.clock_time(layout.row.time_ms)) if part)
    if layout.row.kind is RowKind.ASSISTANT:
        _text(painter, line, facts, look.small, look.colours["muted"])


def _bubble(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(layout.look.colours["hover"])
    painter.drawRoundedRect(layout.frame, ROUND + 4, ROUND + 4)


def _tool(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    look, rect, tool = layout.look, layout.frame, layout.row.tool
    if tool is None:
        return
    painter.setPen(look.colours["border"])
    painter.setBrush(look.colours["surface"])
    label = words.tool_label(layout.row)
    metrics = QFontMetrics(look.small)
    side = look.px(16)
    wide = min(rect.width(), metrics.horizontalAdvance(label) + 2 * side + look.px(36))
    painter.drawRoundedRect(QRectF(rect.left() + 0.5, rect.top() + 0.5, wide, rect.height() - 1), 8, 8)
    role = "bad" if tool.failed else "muted"
    top = rect.center().y() - side // 2
    scene.theme.icon("error" if tool.failed else "tool", role).paint(
        painter, rect.left() + look.px(10), top, side, side
    )
    middle = rect.adjusted(look.px(18) + side, 0, 0, 0)
    middle.setWidth(wide - 2 * side - look.px(28))
    fitted = metrics.elidedText(label, Qt.TextElideMode.ElideRight, middle.width())
    _text(painter, middle, fitted, look.small, look.colours["bad" if tool.failed else "text"])
    chevron = "down" if layout.row.expanded else "right"
    scene.theme.icon(chevron, "muted").paint(painter, rect.left() + wide - side - look.px(6), top, side, side)


def _note(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    look, side = layout.look, layout.look.px(16)
    top = layout.frame.top() + look.px(5)
    scene.theme.icon("info", "muted").paint(painter, layout.frame.left() + look.px(2), top, side, side)


def _card(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    look, rect = layout.look, layout.frame
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colours["bad_soft"])
    painter.drawRoundedRect(rect, ROUND, ROUND)
    side = look.px(20)
    scene.theme.icon("error", "bad").paint(painter, rect.left() + look.px(16), rect.top() + look.px(14), side, side)
    title = QRect(rect.left() + look.px(44), rect.top() + look.px(12), rect.width() - look.px(60), look.px(24))
    _text(painter, title, tr("No answer"), look.strong, look.colours["bad"])


_GROUNDS: dict[RowKind, Callable[[QPainter, RowLayout, Scene], None]] = {
    RowKind.USER: _bubble,
    RowKind.TOOL: _tool,
    RowKind.NOTE: _note,
    RowKind.ERROR: _card,
}


def _meta(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    row, look, rect = layout.row, layout.look, layout.meta
    if row.mark is Mark.LIVE:
        _typing(painter, layout, scene)
        return
    parts = [words.remark(row)]
    alignment = Qt.AlignmentFlag.AlignLeft
    if row.kind is RowKind.USER:
        parts.append(words.clock_time(row.time_ms))
        alignment = Qt.AlignmentFlag.AlignRight
    colour = look.colours["warning" if row.mark in (Mark.STOPPED, Mark.BROKEN, Mark.CUT) else "muted"]
    _text(painter, rect, " · ".join(part for part in parts if part), look.small, colour, alignment)


def _typing(painter: QPainter, layout: RowLayout, scene: Scene) -> None:
    look, rect = layout.look, layout.meta
    step = (scene.now_ms // _DOT_STEP_MS) % (_DOTS + 1)
    painter.setPen(Qt.PenStyle.NoPen)
    for dot in range(_DOTS):
        painter.setBrush(look.colours["accent" if dot < step else "border"])
        painter.drawEllipse(QPointF(rect.left() + look.px(5 + 12 * dot), rect.center().y()), look.px(3.5), look.px(3.5))
    beside = rect.adjusted(look.px(12 * _DOTS + 8), 0, 0, 0)
    _text(painter, beside, words.elapsed(layout.row.time_ms, scene.now_ms), look.small, look.colours["muted"])


def _piece(painter: QPainter, piece: Piece, look: Look, marked: tuple[int, int] | None) -> None:
    if piece.image is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(piece.rect, piece.image)
        return
    if piece.kind is Kind.RULE:
        painter.setPen(look.colours["border"])
        painter.drawLine(piece.rect.left(), piece.rect.center().y(), piece.rect.right(), piece.rect.center().y())
        return
    clipped = piece.kind in (Kind.CODE, Kind.TABLE)
    if piece.kind is Kind.CODE:
        _code_frame(painter, piece, look)
    painter.save()
    if clipped:
        painter.setClipRect(piece.rect.adjusted(1, 0, -1, 0))
    painter.translate(piece.origin())
    _pads(painter, piece, look)
    _signs(painter, piece, look)
    _document(painter, piece, look, marked)
    painter.restore()


def _code_frame(painter: QPainter, piece: Piece, look: Look) -> None:
    frame = QRectF(piece.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(look.colours["border"])
    painter.setBrush(look.colours["sunken" if look.dark else "surface"])
    painter.drawRoundedRect(frame, ROUND, ROUND)
    painter.save()
    painter.setClipRect(QRectF(frame.left(), frame.top(), frame.width(), look.px(CODE_HEADER)))
    painter.setBrush(look.colours["surface" if look.dark else "code"])
    painter.drawRoundedRect(frame, ROUND, ROUND)
    painter.restore()
    label = QRect(
        piece.rect.left() + look.px(CODE_PADDING), piece.rect.top(), piece.rect.width() // 2, look.px(CODE_HEADER)
    )
    _text(painter, label, piece.group[0].marker.lower() or tr("text"), look.small, look.colours["muted"])
    painter.setPen(look.colours["border"])
    below = piece.rect.top() + look.px(CODE_HEADER) + 0.5
    painter.drawLine(QPointF(frame.left(), below), QPointF(frame.right(), below))


def _signs(painter: QPainter, piece: Piece, look: Look) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colours["outline"])
    for bar in piece.bars:
        painter.drawRoundedRect(bar, 1.5, 1.5)
    for point, sign in piece.markers:
        if sign == "-":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colours["muted"])
            painter.drawEllipse(QPointF(point.x() - look.px(4), point.y() - look.px(5)), look.px(2.6), look.px(2.6))
        elif sign.startswith("["):
            _task(painter, point, look, done=sign == "[x]")
        else:
            painter.setPen(look.colours["muted"])
            painter.setFont(look.body)
            painter.drawText(
                QPointF(point.x() - QFontMetrics(look.body).horizontalAdvance(sign) + look.px(2), point.y()), sign
            )


def _task(painter: QPainter, end: QPointF, look: Look, *, done: bool) -> None:
    side = look.px(13)
    box = QRectF(end.x() - side, end.y() - side + look.px(2), side, side)
    painter.setPen(QPen(look.colours["accent_fill" if done else "outline"], 1.2))
    painter.setBrush(look.colours["accent_fill"] if done else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    if done:
        painter.setPen(QPen(look.colours["on_accent"], 1.6))
        middle = box.center()
        painter.drawPolyline([middle + QPointF(-3.2, 0.2), middle + QPointF(-0.8, 2.6), middle + QPointF(3.4, -2.4)])


def _pads(painter: QPainter, piece: Piece, look: Look) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colours["hover"])
    for pad in piece.pads:
        painter.drawRoundedRect(pad, 4, 4)


def _document(painter: QPainter, piece: Piece, look: Look, marked: tuple[int, int] | None) -> None:
    if piece.document is None:
        return
    context = QAbstractTextDocumentLayout.PaintContext()
    palette = context.palette
    palette.setColor(QPalette.ColorRole.Text, look.colours["text"])
    context.palette = palette
    if marked is not None:
        chosen = QAbstractTextDocumentLayout.Selection()
        cursor = QTextCursor(piece.document)
        cursor.setPosition(min(marked[0], piece.length))
        cursor.setPosition(min(marked[1], piece.length), QTextCursor.MoveMode.KeepAnchor)
        chosen.cursor = cursor
        chosen.format = _highlight(look)
        context.selections = [chosen]
    piece.document.documentLayout().draw(painter, context)


def _highlight(look: Look) -> QTextCharFormat:
    format_ = QTextCharFormat()
    ground = QColor(look.colours["accent"])
    ground.setAlpha(90)
    format_.setBackground(ground)
    return format_


def _text(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    colour: QColor,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, alignment | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
