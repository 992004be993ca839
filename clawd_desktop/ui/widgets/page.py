"""The frame of a page: scrolls when it must, keeps its margin, and never grows wider than is good to read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE

WIDEST = 960


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """The content in an area that scrolls only up and down; `name` is for screen readers."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    content.setProperty("role", "scrolled")
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    return area


class _Column(QWidget):
    """Never lower than its content is at its width: a scroll area asks only for the height without wrapped lines."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Hold the height for the new width."""
        super().resizeEvent(event)
        self._hold()

    def event(self, event: QEvent) -> bool:
        """Hold the height when something inside has changed."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Polish):
            self._hold()
        return done

    def _hold(self) -> None:
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            needed = layout.totalHeightForWidth(self.width())
            if needed != self.minimumHeight():
                self.setMinimumHeight(needed)
                # The scroll area would do it a turn of the loop later, and lines would be pressed together until then.
                self.resize(self.width(), max(self.height(), needed))


def column(*, spacing: int = 4 * SPACE, widest: int = WIDEST) -> tuple[QWidget, QVBoxLayout]:
    """A page's content: one column with the page margin, centred when the window is wider than `widest`."""
    outer = _Column()
    row = QHBoxLayout(outer)
    row.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    inner = QWidget()
    inner.setMaximumWidth(widest)
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    row.addStretch(1)
    row.addWidget(inner, 1000)
    row.addStretch(1)
    return outer, layout
