"""What is remembered of a metric: values over time, with gaps where nothing was measured."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


def _numbers() -> array[float]:
    return array("d")


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one metric, oldest first, all arrays equally long; a gap is NaN.

    `key` is the metric's name, with its label in braces when it has one: `model.tokens{openai/gpt-5}`. `times_ms` are
    wall-clock milliseconds, `step_ms` is what one value stands for; within it lie `low`, `mean` and `high`.
    """

    key: str
    step_ms: int
    times_ms: array[float] = field(default_factory=_numbers)
    low: array[float] = field(default_factory=_numbers)
    mean: array[float] = field(default_factory=_numbers)
    high: array[float] = field(default_factory=_numbers)


class Recent(Protocol):
    """The newest values of all metrics, in memory: what alerts and graphs of the last minutes need."""

    def keys(self) -> Sequence[str]:
        """All series that have values."""

    def latest(self, key: str) -> float | None:
        """The newest value, None when it was not measured in the last sampling."""

    def values(self, key: str, since_ms: int) -> Sequence[tuple[int, float]]:
        """(time in ms, value) since then, oldest first; not-a-number is left out."""


class History(Recent, Protocol):
    """Recent values, and coarser ones of the last weeks from the disk."""

    async def series(self, key: str, since_ms: int, until_ms: int, points: int) -> Series:
        """At most about `points` values of that stretch, from the finest source that holds it. Raises ClawdError."""


def series_key(name: str, label: str = "") -> str:
    """The key of a series."""
    return f"{name}{{{label}}}" if label else name


def split_key(key: str) -> tuple[str, str]:
    """Name and label of a key."""
    name, brace, label = key.partition("{")
    return name, label.removesuffix("}") if brace else ""
