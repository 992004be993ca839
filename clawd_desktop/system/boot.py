"""Tells one start of the computer from another, so that a power cut is not taken for a crash."""

from __future__ import annotations

from pathlib import Path

# Source: proc(5), a random number that the kernel draws once at each start of the computer.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_BY_TIME = "since:"
# Where only the time of the start is known it is worked out anew each time, from clocks that are corrected meanwhile.
_SLACK_S = 120.0


def boot_id() -> str:
    """What names this start of the computer."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        import psutil

        return f"{_BY_TIME}{psutil.boot_time():.0f}"


def same_boot(one: str, other: str) -> bool:
    """Whether two answers of `boot_id` name the same start."""
    if one.startswith(_BY_TIME) and other.startswith(_BY_TIME):
        try:
            return abs(float(one.removeprefix(_BY_TIME)) - float(other.removeprefix(_BY_TIME))) < _SLACK_S
        except ValueError:
            return False
    return one == other
