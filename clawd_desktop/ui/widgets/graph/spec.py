"""What a graph shows: its lines, thresholds and shaded periods, as plain facts without any drawing."""

from __future__ import annotations

from dataclasses import dataclass, field

from clawd_desktop.operations.series import Series
from clawd_desktop.operations.units import Unit


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `title` is already in the person's language.

    `factor` turns the series' unit into the graph's. `rate` says that the series counts up and that its growth per
    minute is shown instead.
    """

    key: str
    title: str
    factor: float = 1.0
    rate: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit, in the graph's unit. `severity` is info, warning or critical and decides the colour."""

    value: float
    title: str
    severity: str = "warning"


@dataclass(frozen=True, slots=True)
class Shade:
    """A period that is shaded because an alert stood; `until_ms` is None while it still does."""

    since_ms: int
    until_ms: int | None
    title: str
    severity: str = "warning"


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """One graph. All its lines are measured in `unit`.

    `top` fixes the upper end of the scale (1.0 for shares); without it the scale follows what is seen. `limits` says
    that thresholds always lie on the scale, even far above what is measured.
    """

    id: str
    title: str
    unit: Unit
    lines: tuple[Line, ...]
    top: float | None = None
    limits: bool = False


@dataclass(frozen=True, slots=True)
class GraphData:
    """What was measured: one series for each line, in the order of the lines."""

    series: tuple[Series, ...]
    thresholds: tuple[Threshold, ...] = field(default=())
    shades: tuple[Shade, ...] = field(default=())
