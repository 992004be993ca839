"""Reads whether the computer runs on battery, and how full that is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Battery:
    """`discharging` says that there is no mains; `level` is 0 to 1. None is what the system does not tell."""

    discharging: bool | None = None
    level: float | None = None


def read() -> Battery:
    """The battery now; nothing is known where there is none. Blocks for some milliseconds, so for a worker thread."""
    import psutil

    # Not on every system. Source: psutil's documentation of sensors_battery.
    if not hasattr(psutil, "sensors_battery"):
        return Battery()
    try:
        found = psutil.sensors_battery()
    except (psutil.Error, OSError, ValueError, NotImplementedError, RuntimeError):
        return Battery()
    if found is None:
        return Battery()
    return Battery(None if found.power_plugged is None else not found.power_plugged, _level(found.percent))


def _level(percent: float | None) -> float | None:
    # Worn batteries are reported above 100, and some drivers say -1 or 255 for "unknown".
    if percent is None or not 0 <= percent <= 120:
        return None
    return min(1.0, percent / 100)
