"""Scrolls through any number of rows: only what is visible is laid out and has a widget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame

from clawd_desktop.ui.chat import words
from clawd_desktop.ui.chat.heights import Heights
from clawd_desktop.ui.chat.layout import LayoutCache, RowLayout, estimate
from clawd_desktop.ui.chat.paint import Scene
from clawd_desktop.ui.chat.pointer import Pointer, RowArea
from clawd_desktop.ui.chat.row_widget import RowWidget
from clawd_desktop.ui.chat.rows import Mark, Row
from clawd_desktop.ui.chat.selection import Selection, Spot, copied, extent
from clawd_desktop.ui.chat.style import Look, look
from clawd_desktop.ui.chat.transcript import Splice
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.theme import Theme

_BOTTOM_MARGIN = 16
_TOP_MARGIN = 8
_SLACK = 4
_TICK_MS = 300


class TranscriptView(RowArea):
    """The message list. Signals: `acted` (uid, Action, piece), `link_activated` (target), `near_top`, `moved`.

    `cache.count` counts the layouts that were made: the measure of work in tests and benches.
    """

    acted = Signal(int, str, int)
    link_activated = Signal(str)
    near_top = Signal()
    moved = Signal()
    menu_wanted = Signal(int, QPoint)

    def __init__(self, rows: Callable[[], list[Row]], theme: Theme, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self._rows = rows
        self._theme = theme
        self._now_ms = now_ms
        self._look: Look = look(theme)
        self._heights = Heights()
        self._widgets: dict[int, RowWidget] = {}
        self._current = 0
        self._at_end = True
        self._adjusting = False
        self.cache = LayoutCache()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._repaint_typing)
        self.pointer = Pointer(self)
        self.pointer.link_activated.connect(self.link_activated)
        self._prepare()

    def _prepare(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Messages"))
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(48)
        self.verticalScrollBar().setAccessibleName(tr("Scroll messages"))
        self._theme.changed.connect(self._restyle)

    # What the page asks for.

    @property
    def at_end(self) -> bool:
        """Whether the newest message is in sight; then the view follows what is added."""
        return self._at_end

    def splice(self, change: Splice) -> None:
        """Rows changed: keep what a person reads where it is, and look again soon."""
        anchor = self._anchor()
        width, rows = self.width(), self._rows()
        if change.removed == change.added == 1 and change.at < len(self._heights):
            pass  # The old height is the best guess at the new one.
        else:
            new = rows[change.at : change.at + change.added]
            self._heights.replace(change.at, change.removed, [estimate(row, width, self._look) for row in new])
        if anchor is not None and not self._at_end:
            number, inside = anchor
            number += change.added - change.removed if change.at <= number and change.removed != change.added else 0
            self._scroll_to(self._heights.top(max(0, number)) + _TOP_MARGIN + inside)
        self._soon.start()

    def to_end(self) -> None:
        """Show the newest message and follow from now on."""
        self._at_end = True
        self.refresh()

    def announce(self, row: Row) -> None:
        """Let a screen reader say a message that is complete."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words.spoken(row)))

    def selected_text(self) -> str:
        """The text that is selected."""
        found = extent(self.pointer.selection, self._rows()) if self.pointer.selection is not None else None
        return copied(found, self._rows(), self._layout) if found is not None else ""

    def visible_rows(self) -> list[RowWidget]:
        """The rows in sight, from top to bottom."""
        return sorted(self._widgets.values(), key=lambda widget: widget.y())

    def update_rows(self) -> None:
        """Paint the rows in sight again."""
        for widget in self._widgets.values():
            widget.update()

    def layout_of(self, uid: int) -> RowLayout | None:
        """The layout of a row that is in sight."""
        widget = self._widgets.get(uid)
        return widget.layout_ if widget is not None else None

    def links_of(self, uid: int) -> list[str]:
        """The link targets of a row that is in sight, in reading order, each once."""
        laid = self.layout_of(uid)
        found: dict[str, None] = {}
        for piece in laid.pieces if laid is not None else ():
            for format_ in piece.document.allFormats() if piece.document is not None else ():
                if format_.isCharFormat() and format_.toCharFormat().anchorHref():
                    found[format_.toCharFormat().anchorHref()] = None
        return list(found)

    # Layout.

    def refresh(self) -> None:
        """Lay out what is in sight, keep the place, and put the widgets there."""
        self._soon.stop()
        if not self.isVisible() or self.width() < 50:
            return
        if self._at_end:
            self._measure_end()
        else:
            self._measure_here()
        self._place()
        self.moved.emit()

    def _layout(self, number: int) -> RowLayout:
        return self.cache.get(self._rows()[number], self.width(), self._look)

    def _measure(self, number: int) -> int:
        height = self._layout(number).height
        self._heights.set(number, height)
        return height

    def _measure_end(self) -> None:
        number, covered = len(self._heights) - 1, 0
        while number >= 0 and covered < self.viewport().height():
            covered += self._measure(number)
            number -= 1
        self._set_range()
        self._scroll_to(self.verticalScrollBar().maximum())

    def _measure_here(self) -> None:
        anchor = self._anchor()
        for _ in range(3):
            value = self.verticalScrollBar().value()
            number = max(0, self._heights.row_at(value - _TOP_MARGIN))
            y = self._heights.top(number) + _TOP_MARGIN
            while number < len(self._heights) and y < value + self.viewport().height():
                y += self._measure(number)
                number += 1
            self._set_range()
            if anchor is None:
                return
            wanted = self._heights.top(anchor[0]) + _TOP_MARGIN + anchor[1]
            if wanted == self.verticalScrollBar().value():
                return
            self._scroll_to(wanted)

    def _anchor(self) -> tuple[int, int] | None:
        """The first row in sight that has its true height, and how far it is scrolled beyond the upper edge."""
        if not len(self._heights):
            return None
        value, rows = self.verticalScrollBar().value() - _TOP_MARGIN, self._rows()
        first = self._heights.row_at(value)
        last = min(self._heights.row_at(value + self.viewport().height()), len(rows) - 1)
        for number in range(first, last + 1):
            if rows[number].uid in self._widgets:
                return number, value - self._heights.top(number)
        return first, value - self._heights.top(first)

    def _set_range(self) -> None:
        bar = self.verticalScrollBar()
        self._adjusting = True
        total = self._heights.total + _TOP_MARGIN + _BOTTOM_MARGIN
        bar.setRange(0, max(0, total - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        self._adjusting = False

    def _scroll_to(self, value: int) -> None:
        self._adjusting = True
        if value > self.verticalScrollBar().maximum():
            self._set_range()
        self.verticalScrollBar().setValue(value)
        self._adjusting = False

    def _place(self) -> None:
        rows, width = self._rows(), self.width()
        value, bottom = self.verticalScrollBar().value(), self.viewport().height()
        number = self._heights.row_at(value - _TOP_MARGIN)
        seen: set[int] = set()
        y = self._heights.top(max(0, number)) + _TOP_MARGIN - value
        while 0 <= number < len(rows) and y < bottom:
            laid = self._layout(number)
            widget = self._widget(rows[number].uid)
            widget.setGeometry(0, y, width, laid.height)
            widget.show_layout(laid)
            widget.show()
            seen.add(rows[number].uid)
            y += laid.height
            number += 1
        for uid in [uid for uid in self._widgets if uid not in seen]:
            gone = self._widgets.pop(uid)
            gone.hide()
            gone.deleteLater()
        self._set_ticking(rows, seen)

    def _widget(self, uid: int) -> RowWidget:
        widget = self._widgets.get(uid)
        if widget is None:
            widget = self._widgets[uid] = RowWidget(self.viewport(), self._theme, self._scene)
            widget.acted.connect(self.acted)
        return widget

    def _scene(self, laid: RowLayout) -> Scene:
        found = extent(self.pointer.selection, self._rows()) if self.pointer.selection is not None else None
        marked = {}
        if found is not None:
            rows = self._rows()
            number = next((n for n in range(found.first, found.last + 1) if rows[n].uid == laid.row.uid), -1)
            marked = found.in_row(number, laid)
        return Scene(self._theme, self._now_ms(), marked, self._current == laid.row.uid and self.hasFocus())

    def _set_ticking(self, rows: list[Row], seen: set[int]) -> None:
        typing = any(row.uid in seen and row.mark is Mark.LIVE and not row.text for row in rows[-20:])
        if typing != self._tick.isActive():
            self._tick.start() if typing else self._tick.stop()

    def _repaint_typing(self) -> None:
        for widget in self._widgets.values():
            laid = widget.layout_
            if laid is not None and laid.row.mark is Mark.LIVE:
                widget.update(laid.meta)

    def _restyle(self) -> None:
        self._look = look(self._theme)
        self.cache.clear()
        self.refresh()

    # Events.

    def scrollContentsBy(self, dx: int, dy: int, /) -> None:  # noqa: N802
        """The scroll bar moved, by a person or by us."""
        if self._adjusting:
            return
        bar = self.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - _SLACK
        self.refresh()
        if bar.value() < self.viewport().height():
            self.near_top.emit()

    def resizeEvent(self, event: QResizeEvent, /) -> None:  # noqa: N802
        """Lay out for the new size."""
        super().resizeEvent(event)
        self.refresh()

    def viewportEvent(self, event: QEvent, /) -> bool:  # noqa: N802
        """Rows that came while it was out of sight are laid out when it is shown."""
        if event.type() is QEvent.Type.Show:
            self._soon.start()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:  # noqa: N802
        """Copy, select all, first and last message, message by message (with Alt); the rest scrolls."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._select_all()
        elif step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._step(step)
        elif event.key() == Qt.Key.Key_End:
            self.to_end()
        elif event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:  # noqa: N802
        """Begin a selection."""
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:  # noqa: N802
        """Extend the selection, or show that there is a link."""
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:  # noqa: N802
        """Follow a link, or end a selection."""
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:  # noqa: N802
        """Select the word."""
        self.pointer.double(event)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:  # noqa: N802
        """Ask for the menu of the row under the mouse, or of the current row."""
        uid = self.pointer.row_at(self.viewport().mapFromGlobal(event.globalPos())) or self._current
        self.menu_wanted.emit(uid, event.globalPos())

    def copy(self) -> None:
        """Put the selected text, or the current message, on the clipboard."""
        text = self.selected_text()
        if not text:
            text = next((row.text for row in self._rows() if row.uid == self._current), "")
        if text:
            QApplication.clipboard().setText(text)

    def _select_all(self) -> None:
        rows = self._rows()
        if rows:
            last = self._layout(len(rows) - 1)
            end = Spot(rows[-1].uid, max(0, len(last.pieces) - 1), last.pieces[-1].length if last.pieces else 0)
            self.pointer.select(Selection(Spot(rows[0].uid, 0, 0), end))

    def _step(self, step: int) -> None:
        rows = self._rows()
        numbers = {row.uid: number for number, row in enumerate(rows)}
        number = max(0, min(len(rows) - 1, numbers.get(self._current, len(rows) - (0 if step < 0 else 1)) + step))
        if not rows:
            return
        self._current = rows[number].uid
        self._measure(number)
        self._set_range()
        top = self._heights.top(number)
        bar = self.verticalScrollBar()
        if not bar.value() <= top <= bar.value() + self.viewport().height() - 80:
            bar.setValue(top)
        self.announce(rows[number])
        self.update_rows()
