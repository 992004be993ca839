"""How a measured value is written on the screen, in the person's language."""

from __future__ import annotations

import math

from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import tr

UNKNOWN = "—"


def value_text(value: float | None, unit: Unit) -> str:
    """The value with its unit, a dash when it was not measured."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit is Unit.TOKENS:
        return tr("{n} tokens", n=words.amount(round(value)))
    if unit in (Unit.PER_S, Unit.PER_MIN) and 0 < value < 0.001:
        return told(0.0, unit)
    return told(value, unit)


def tick_text(value: float, unit: Unit) -> str:
    """The value as it stands at an axis, where round values need no decimals."""
    return "0" if value == 0 else value_text(value, unit).replace(".0 ", " ")
