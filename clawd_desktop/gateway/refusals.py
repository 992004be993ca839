"""Writes refused strangers into the log, few enough that they cannot fill it and so hide what matters."""

from __future__ import annotations

import logging

from clawd_desktop.core.clock import Clock
from clawd_desktop.gateway.http.facts import printable
from clawd_desktop.gateway.limiter import TokenBucket

BURST = 100
# Some seven megabytes a day: a seventh of what a day's log may hold.
PER_SECOND = 0.2


class Refusals:
    """One line per refusal while they are few; later lines say how many were left out."""

    def __init__(self, clock: Clock) -> None:
        self._bucket = TokenBucket(clock, PER_SECOND, BURST)
        self._left_out = 0

    def note(self, log: logging.Logger, text: str, *foreign: str) -> None:
        """Log the text with what the stranger said put in, made fit for one line."""
        if self._bucket.take():
            self._left_out += 1
            return
        if self._left_out:
            log.warning("%d refusals before this one were not written down", self._left_out)
            self._left_out = 0
        log.warning(text, *map(printable, foreign))
