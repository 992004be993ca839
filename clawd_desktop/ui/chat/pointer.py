"""The mouse over messages: selecting across rows, following links, showing where they lead."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QToolTip

from clawd_desktop.ui.chat.row_widget import RowWidget
from clawd_desktop.ui.chat.selection import Selection, Spot


class RowArea(QAbstractScrollArea):
    """What the pointer needs of the view."""

    def visible_rows(self) -> list[RowWidget]:
        """The rows in sight, from top to bottom."""
        raise NotImplementedError

    def update_rows(self) -> None:
        """Paint the rows in sight again."""
        raise NotImplementedError

    def selected_text(self) -> str:
        """The text that is selected."""
        raise NotImplementedError


class Pointer(QObject):
    """Keeps the selection. `link_activated` carries the target of a link that was clicked without selecting."""

    link_activated = Signal(str)

    def __init__(self, area: RowArea) -> None:
        super().__init__(area)
        self._area = area
        self.selection: Selection | None = None

    def select(self, selection: Selection | None) -> None:
        """Select this and nothing else."""
        self.selection = selection
        self._area.update_rows()

    def press(self, event: QMouseEvent) -> None:
        """Begin a selection."""
        if event.button() is Qt.MouseButton.LeftButton:
            spot = self._spot(event.position().toPoint())
            self.select(Selection(spot, spot) if spot is not None else None)

    def move(self, event: QMouseEvent) -> None:
        """Extend the selection, or show that there is a link and where it leads."""
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self.selection is not None:
            spot = self._spot(point)
            if spot is not None and spot != self.selection.head:
                self.select(Selection(self.selection.anchor, spot))
            self._scroll_near_edge(point.y())
            return
        link = self._link(point)
        self._area.viewport().setCursor(self._cursor(point, link))
        QToolTip.showText(event.globalPosition().toPoint(), link) if link else QToolTip.hideText()

    def release(self, event: QMouseEvent) -> None:
        """Follow a link that was clicked; put a selection where the middle button finds it."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.selection is None or self.selection.empty:
            link = self._link(event.position().toPoint())
            if link:
                self.link_activated.emit(link)
        elif QApplication.clipboard().supportsSelection():
            clipboard = QApplication.clipboard()
            clipboard.setText(self._area.selected_text(), clipboard.Mode.Selection)

    def double(self, event: QMouseEvent) -> None:
        """Select the word."""
        point = event.position().toPoint()
        spot, widget = self._spot(point), self._nearest(point)
        if spot is not None and widget is not None and widget.layout_ is not None:
            start, end = widget.layout_.pieces[spot.piece].word_at(spot.position)
            self.select(Selection(Spot(spot.uid, spot.piece, start), Spot(spot.uid, spot.piece, end)))

    def row_at(self, point: QPoint) -> int:
        """The uid of the row under a point of the viewport, 0 when there is none."""
        widget = self._under(point)
        return widget.layout_.row.uid if widget is not None and widget.layout_ is not None else 0

    def _under(self, point: QPoint) -> RowWidget | None:
        return next((row for row in self._area.visible_rows() if row.geometry().contains(point)), None)

    def _nearest(self, point: QPoint) -> RowWidget | None:
        rows = self._area.visible_rows()
        return next((row for row in rows if point.y() < row.geometry().bottom()), rows[-1] if rows else None)

    def _spot(self, point: QPoint) -> Spot | None:
        widget = self._nearest(point)
        if widget is None or widget.layout_ is None or not widget.layout_.pieces:
            return None
        local = point - widget.pos()
        pieces = widget.layout_.pieces
        at = next((n for n, piece in enumerate(pieces) if local.y() <= piece.rect.bottom()), len(pieces) - 1)
        return Spot(widget.layout_.row.uid, at, pieces[at].position_at(local))

    def _link(self, point: QPoint) -> str:
        widget = self._under(point)
        if widget is None or widget.layout_ is None:
            return ""
        local = point - widget.pos()
        return next((link for piece in widget.layout_.pieces if (link := piece.link_at(local))), "")

    def _cursor(self, point: QPoint, link: str) -> Qt.CursorShape:
        if link:
            return Qt.CursorShape.PointingHandCursor
        widget = self._under(point)
        pieces = widget.layout_.pieces if widget is not None and widget.layout_ is not None else []
        inside = widget is not None and any(piece.rect.contains(point - widget.pos()) for piece in pieces)
        return Qt.CursorShape.IBeamCursor if inside else Qt.CursorShape.ArrowCursor

    def _scroll_near_edge(self, y: int) -> None:
        beyond = min(0, y) or max(0, y - self._area.viewport().height())
        if beyond:
            bar = self._area.verticalScrollBar()
            bar.setValue(bar.value() + beyond // 2)
