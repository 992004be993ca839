"""The values of a graph's lines in rows, as a table and as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from clawd_desktop.ui.widgets.graph.spec import GraphSpec
from clawd_desktop.ui.widgets.graph.tracks import Numbers, Track

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of all lines: the moments at which any has a value, oldest first; not-a-number where one has none."""

    times: Numbers
    low: tuple[Numbers, ...]
    mean: tuple[Numbers, ...]
    high: tuple[Numbers, ...]
    step_ms: int
    banded: bool


def grid(tracks: list[Track]) -> Grid:
    """The rows of these lines."""
    times = np.unique(np.concatenate([np.empty(0), *(track.times for track in tracks)]))

    def column(track: Track, values: Numbers) -> Numbers:
        whole = np.full(len(times), np.nan)
        whole[np.searchsorted(times, track.times)] = values
        return whole

    return Grid(
        times,
        tuple(column(one, one.low) for one in tracks),
        tuple(column(one, one.mean) for one in tracks),
        tuple(column(one, one.high) for one in tracks),
        max((track.step_ms for track in tracks), default=0),
        any(track.banded for track in tracks),
    )


def csv_text(spec: GraphSpec, rows: Grid) -> str:
    """The rows as CSV (RFC 4180): ISO 8601 times with their offset, plain numbers in the unit of the heading.

    Where a value stands for many, its lowest and highest stand beside it. A gap is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_heading(spec, rows))
    for number, moment in enumerate(rows.times):
        cells = [datetime.fromtimestamp(moment / 1000).astimezone().isoformat(timespec="milliseconds")]
        for low, mean, high in zip(rows.low, rows.mean, rows.high, strict=True):
            shown = (mean[number], low[number], high[number]) if rows.banded else (mean[number],)
            cells += [_number(float(value)) for value in shown]
        writer.writerow(cells)
    return out.getvalue()


def _heading(spec: GraphSpec, rows: Grid) -> list[str]:
    names = ["time"]
    for line in spec.lines:
        name = f"{line.title} ({spec.unit.value})"
        # A spreadsheet would take it for a formula.
        name = f"'{name}" if name.startswith(_STARTS_A_FORMULA) else name
        names += [name, f"{name} min", f"{name} max"] if rows.banded else [name]
    return names


def _number(value: float) -> str:
    return f"{value:.10g}" if np.isfinite(value) else ""
