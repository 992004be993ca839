"""A stretch of time that a graph shows, and what zooming and panning make of it."""

from __future__ import annotations

from dataclasses import dataclass

NARROWEST_MS = 10_000
WIDEST_MS = 400 * 86_400_000


@dataclass(frozen=True, slots=True)
class Span:
    """From `since_ms` to `until_ms`, wall clock."""

    since_ms: int
    until_ms: int

    @property
    def width_ms(self) -> int:
        """How long it is."""
        return self.until_ms - self.since_ms

    def zoomed(self, factor: float, around_ms: float) -> Span:
        """The span made `factor` times as long; the moment `around_ms` keeps its place."""
        width = min(max(self.width_ms * factor, NARROWEST_MS), WIDEST_MS)
        share = (around_ms - self.since_ms) / self.width_ms
        since = round(around_ms - share * width)
        return Span(since, since + round(width))

    def moved(self, by_ms: float) -> Span:
        """The span moved to later (or earlier, when negative)."""
        return Span(self.since_ms + round(by_ms), self.until_ms + round(by_ms))

    def within(self, latest_ms: int) -> Span:
        """The span moved back when it ends after `latest_ms`: there is nothing to see in the future."""
        return self.moved(min(0, latest_ms - self.until_ms))

    def around(self, moment_ms: float) -> Span:
        """The span moved as little as needed to hold the moment."""
        if moment_ms < self.since_ms:
            return self.moved(moment_ms - self.since_ms)
        return self.moved(max(0.0, moment_ms - self.until_ms))
