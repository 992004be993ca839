"""Keeps one-time passes: each lets the owner of the state folder in without a password, once, within a minute."""

from __future__ import annotations

import hashlib
import secrets

from clawd_desktop.core.clock import Clock

LIFETIME_S = 60.0
MOST_ALIVE = 16
BYTES = 32
# What a pass begins with, so that it can be told from other texts (the log hides whatever looks like one).
MARK = "clawd-pass-"


class Passes:
    """Passes of 256 random bits, as SHA-256 digests only; the oldest makes room when there are too many.

    Whether an offered text is one of them is for the gate to say.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[bytes, float] = {}

    def issue(self) -> str:
        """A new pass; it is told this once and never again."""
        made = MARK + secrets.token_urlsafe(BYTES)
        kept = self.alive()[1 - MOST_ALIVE :]
        self._until = {known: self._until[known] for known in kept}
        self._until[hashlib.sha256(made.encode()).digest()] = self._clock.monotonic() + LIFETIME_S
        return made

    def alive(self) -> tuple[bytes, ...]:
        """The digests of the passes that can still be used, oldest first."""
        now = self._clock.monotonic()
        return tuple(known for known, until in self._until.items() if now < until)

    def spend(self, known: bytes) -> None:
        """Use up the pass of this digest."""
        self._until.pop(known, None)
