"""How far back the graphs look, and how often that is worth looking at again."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.ui.i18n import mark
from clawd_desktop.ui.widgets.graph.span import Span

_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 86_400_000
# What a graph of this page can show side by side.
POINTS = 800
_FASTEST_MS = 2_000


@dataclass(frozen=True, slots=True)
class Range:
    """One choice; `title` is to be shown through tr."""

    id: str
    title: str
    width_ms: int

    def span(self, now_ms: int) -> Span:
        """The stretch that ends now."""
        return Span(now_ms - self.width_ms, now_ms)


RANGES = (
    Range("5m", mark("5 min"), 5 * _MINUTE_MS),
    Range("1h", mark("1 h"), _HOUR_MS),
    Range("24h", mark("24 h"), _DAY_MS),
    Range("30d", mark("30 d"), 30 * _DAY_MS),
)


def refresh_ms(span: Span) -> int:
    """How often a graph of that stretch changes visibly: when it has moved by two pixels or so."""
    return max(_FASTEST_MS, 2 * span.width_ms // POINTS)
