"""What metrics are measured in, and how a person writes such a value: 80%, 1.5GiB, 250ms, 3d."""

from __future__ import annotations

import math
import re
from enum import StrEnum

from clawd_desktop.core.errors import BadInput


class Unit(StrEnum):
    """What a number counts. Shares are 0 to 1, times seconds, sizes bytes."""

    SHARE = "share"
    BYTES = "bytes"
    BYTES_PER_S = "bytes/s"
    SECONDS = "s"
    COUNT = "count"
    PER_S = "1/s"
    PER_MIN = "1/min"
    TOKENS = "tokens"
    DOLLARS = "USD"


_SIZES = {"": 1.0, "b": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 2.0**10, "mib": 2.0**20,
          "gib": 2.0**30, "tib": 2.0**40, "k": 2.0**10, "m": 2.0**20, "g": 2.0**30, "t": 2.0**40}  # fmt: skip
_TIMES = {"": 1.0, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}
_WRITTEN = {
    Unit.SHARE: {"": 1.0, "%": 0.01},
    Unit.BYTES: _SIZES,
    Unit.BYTES_PER_S: {**_SIZES, **{f"{name}/s": factor for name, factor in _SIZES.items() if name}},
    Unit.SECONDS: _TIMES,
    Unit.COUNT: {"": 1.0},
    Unit.PER_S: {"": 1.0, "/s": 1.0, "/min": 1 / 60},
    Unit.PER_MIN: {"": 1.0, "/min": 1.0, "/s": 60.0},
    Unit.TOKENS: {"": 1.0, "k": 1e3, "m": 1e6},
    Unit.DOLLARS: {"": 1.0, "usd": 1.0, "$": 1.0},
}
_NUMBER = re.compile(r"^\s*(\$?)\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z%/$]*)\s*$")


def parsed(value: float | str, unit: Unit) -> float:
    """The value in `unit`. Raises BadInput when it is no number or carries a unit that does not fit."""
    if isinstance(value, int | float):
        number, written = float(value), ""
    else:
        found = _NUMBER.match(value)
        if found is None:
            raise BadInput(f'"{value}" is no value.', hint=f"Write a number{_ways(unit)}.")
        number, written = float(found[2]), (found[3] or found[1]).lower()
    factor = _WRITTEN[unit].get(written)
    if factor is None or not math.isfinite(number):
        raise BadInput(
            f'"{value}" does not fit what is measured in {unit.value}.', hint=f"Write a number{_ways(unit)}."
        )
    return number * factor


def _ways(unit: Unit) -> str:
    names = [name for name in _WRITTEN[unit] if name]
    return f", alone or with one of {', '.join(names)}" if names else " without a unit"


def told(value: float, unit: Unit) -> str:
    """The value as people read it, such as 81 %, 1.5 GiB, 250 ms."""
    if not math.isfinite(value):
        return "not known"
    if unit is Unit.SHARE:
        return f"{value * 100:.0f} %" if abs(value) >= 0.1 else f"{value * 100:.1f} %"
    if unit in (Unit.BYTES, Unit.BYTES_PER_S):
        return _size(value) + ("/s" if unit is Unit.BYTES_PER_S else "")
    if unit is Unit.SECONDS:
        return _time(value)
    if unit is Unit.DOLLARS:
        return f"${value:,.2f}"
    number = f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"
    return {Unit.PER_S: f"{number}/s", Unit.PER_MIN: f"{number}/min", Unit.TOKENS: f"{number} tokens"}.get(unit, number)


def _size(value: float) -> str:
    for name in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024:
            return f"{value:.0f} {name}" if name == "B" else f"{value:.1f} {name}"
        value /= 1024
    return f"{value:.1f} TiB"


def _time(value: float) -> str:
    if abs(value) < 0.01:
        return f"{value * 1000:.2g} ms"
    if abs(value) < 1:
        return f"{value * 1000:.0f} ms"
    if abs(value) < 120:
        return f"{value:.3g} s"
    if abs(value) < 7_200:
        return f"{value / 60:.0f} min"
    return f"{value / 3_600:.1f} h" if abs(value) < 172_800 else f"{value / 86_400:.1f} d"
