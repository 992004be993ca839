"""What mouse, wheel and keyboard ask of a graph: pan, zoom, point at a value, go back to now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea

from clawd_desktop.ui.widgets.graph.span import Span

_WHEEL = 1.0015
_ZOOM = 1.5
_PAGE = 0.5
_Key = Qt.Key


@dataclass(frozen=True)
class Wishes:
    """What the graph does. `step` moves the keyboard's cursor: -1 and 1 by a value, -2 and 2 to the ends."""

    span: Callable[[], Span]
    moment_at: Callable[[float], float]
    show: Callable[[Span], None]
    point: Callable[[float | None], None]
    step: Callable[[int], None]
    reset: Callable[[], None]


class Hands(QObject):
    """Listens to a plot. The wheel zooms with Ctrl, or when the graph has the focus; else the page scrolls."""

    def __init__(self, plot: QAbstractScrollArea, wishes: Wishes) -> None:
        super().__init__(plot)
        self._plot = plot
        self._view = plot.viewport()
        self._wishes = wishes
        self._held: tuple[float, Span] | None = None
        self._view.setMouseTracking(True)
        plot.installEventFilter(self)
        self._view.installEventFilter(self)
        self._keys: dict[Qt.Key, Callable[[], None]] = {
            _Key.Key_Left: lambda: wishes.step(-1),
            _Key.Key_Right: lambda: wishes.step(1),
            _Key.Key_Home: lambda: wishes.step(-2),
            _Key.Key_End: lambda: wishes.step(2),
            _Key.Key_PageUp: lambda: self._pan(-_PAGE),
            _Key.Key_PageDown: lambda: self._pan(_PAGE),
            _Key.Key_Plus: lambda: self._zoom(1 / _ZOOM, self._middle()),
            _Key.Key_Equal: lambda: self._zoom(1 / _ZOOM, self._middle()),
            _Key.Key_Minus: lambda: self._zoom(_ZOOM, self._middle()),
            _Key.Key_0: wishes.reset,
            _Key.Key_Escape: lambda: wishes.point(None),
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what is meant for the graph; the library's own handling of it never runs."""
        # The Python half of a plot that is being deleted may be empty while Qt still sends events.
        if getattr(self, "_view", None) is None:
            return False
        if isinstance(event, QKeyEvent):
            return watched is self._plot and event.type() == QEvent.Type.KeyPress and self._key(event)
        if watched is not self._view:
            return False
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if event.type() == QEvent.Type.Leave and self._held is None:
            self._wishes.point(None)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        run = self._keys.get(Qt.Key(event.key()))
        if run is None:
            return False
        run()
        return True

    def _wheel(self, event: QWheelEvent) -> bool:
        turned = event.angleDelta()
        if not (self._plot.hasFocus() or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            # The page scrolls: the plot must not take it.
            event.ignore()
            return True
        if abs(turned.x()) > abs(turned.y()):
            self._wishes.show(self._wishes.span().moved(-turned.x() / 1200 * self._wishes.span().width_ms))
        else:
            self._zoom(_WHEEL ** -turned.y(), self._wishes.moment_at(event.position().x()))
        event.accept()
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        x = event.position().x()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._plot.setFocus(Qt.FocusReason.MouseFocusReason)
            self._held = (x, self._wishes.span())
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._held = None
            self._view.unsetCursor()
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._wishes.reset()
        elif kind == QEvent.Type.MouseMove and self._held is not None:
            self._drag(x)
        elif kind == QEvent.Type.MouseMove:
            self._wishes.point(self._wishes.moment_at(x))
        return True

    def _drag(self, x: float) -> None:
        assert self._held is not None
        began, span = self._held
        per_pixel = self._wishes.moment_at(1.0) - self._wishes.moment_at(0.0)
        self._wishes.show(span.moved((began - x) * per_pixel))

    def _pan(self, share: float) -> None:
        span = self._wishes.span()
        self._wishes.show(span.moved(share * span.width_ms))

    def _zoom(self, factor: float, around_ms: float) -> None:
        self._wishes.show(self._wishes.span().zoomed(factor, around_ms))

    def _middle(self) -> float:
        span = self._wishes.span()
        return (span.since_ms + span.until_ms) / 2
