"""Which colour of the theme each part of a graph has."""

from __future__ import annotations

LINES = ("line_1", "line_2", "line_3", "line_4")
_LIMITS = {"info": "info", "warning": "warning", "critical": "bad"}


def line_role(number: int) -> str:
    """The token of the line with that number, counted from 0."""
    return LINES[number % len(LINES)]


def limit_role(severity: str) -> str:
    """The token of thresholds and alert periods of that severity."""
    return _LIMITS.get(severity, "warning")
