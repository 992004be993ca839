"""Decides when the application starts with as little as possible: after three crashes, or when it is asked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CRASHES = 3
WITHIN_MS = 300_000
REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class SafeMode:
    """Whether channels, hooks, automation, a model that is loaded in advance and one's own look stay off, and why."""

    on: bool = False
    reason: str = ""


def safe_mode(crashes: Sequence[int], *, asked: bool) -> SafeMode:
    """What to start with. `crashes` are the times (wall-clock ms, oldest first) of all since the last clean end."""
    if asked:
        return SafeMode(True, "It was started with --safe-mode.")
    last = list(crashes)[-CRASHES:]
    if len(last) == CRASHES and max(last) - min(last) <= WITHIN_MS:
        return SafeMode(True, f"It ended unexpectedly {CRASHES} times within {WITHIN_MS // 60_000} minutes.")
    return SafeMode()
