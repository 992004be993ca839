"""Writes refused strangers into log and audit ledger, few enough that they cannot fill them and hide what matters."""

from __future__ import annotations

import logging

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.ports import Ledger
from clawd_desktop.gateway.http.facts import printable
from clawd_desktop.gateway.limiter import TokenBucket

BURST = 100
# Some seven megabytes a day: a seventh of what a day's log may hold.
PER_SECOND = 0.2
# The ledger is kept for more than a year: some three hundred lines a day.
LEDGER_PER_SECOND = 1 / 300


class Refusals:
    """One line per refusal while they are few; later lines say how many were left out."""

    def __init__(self, clock: Clock, ledger: Ledger | None = None) -> None:
        self._bucket = TokenBucket(clock, PER_SECOND, BURST)
        self._left_out = 0
        self._ledger = ledger
        self._ledger_bucket = TokenBucket(clock, LEDGER_PER_SECOND, BURST)
        self._not_in_ledger = 0

    def note(self, log: logging.Logger, text: str, *foreign: str) -> None:
        """Log the text with what the stranger said put in, made fit for one line."""
        if self._bucket.take():
            self._left_out += 1
            return
        if self._left_out:
            log.warning("%d refusals before this one were not written down", self._left_out)
            self._left_out = 0
        log.warning(text, *map(printable, foreign))

    def keep(self, act: str, who: str, reason: str) -> None:
        """Put into the ledger what somebody was not let do."""
        if self._ledger is None:
            return
        if self._ledger_bucket.take():
            self._not_in_ledger += 1
            return
        more, self._not_in_ledger = self._not_in_ledger, 0
        detail = f"{more} before this one were not written down" if more else ""
        self._ledger.record(printable(who), act, printable(reason), ok=False, detail=detail)
