"""Checks of the computer: memory, load, limits, the age of what it runs on, its clock."""

from __future__ import annotations

import datetime
import os
import platform
import sys
import time

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.container import container, memory_limit
from clawd_desktop.operations.diagnostics.facts import file_limit
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.units import Unit, told

CATEGORY = "system"
# Source: DiagnosticsReport of the course warns below a tenth.
LOW_MEMORY = 0.1
VERY_LOW_MEMORY = 0.03
HIGH_LOAD = 2.0
FEWEST_FILES = 1024
FEWEST_MEMORY = 512 * 2**20
_PLATFORMS = ("linux", "darwin", "win32")
# Source: devguide.python.org/versions, ends of security support.
PYTHON_ENDS = {(3, 11): (2027, 10), (3, 12): (2028, 10), (3, 13): (2029, 10), (3, 14): (2030, 10)}
# Nothing of this program was written before, and no certificate lives so long.
FIRST_YEAR, LAST_YEAR = 2026, 2100


def platform_known(ground: Ground) -> Found:
    """Whether this is a system that the program is made for."""
    if sys.platform.startswith(_PLATFORMS):
        return ()
    text = f"It is {sys.platform} {platform.release()}; tested are Linux, macOS and Windows."
    return (Finding("system.platform", CATEGORY, Level.INFO, "A system that is not tested", text),)


def memory(ground: Ground) -> Found:
    """Whether there is memory left."""
    import psutil

    now = psutil.virtual_memory()
    return memory_finding(now.available, now.total)


def memory_finding(available: int, total: int) -> Found:
    """What `available` bytes of `total` mean."""
    share = available / total if total else 1.0
    if share >= LOW_MEMORY:
        return ()
    level = Level.ERROR if share < VERY_LOW_MEMORY else Level.WARNING
    text = f"Only {told(available, Unit.BYTES)} of {told(total, Unit.BYTES)} are available."
    return (
        Finding("system.memory.low", CATEGORY, level, "Low memory available", text,
                "Close other applications, or give the computer more."),
    )  # fmt: skip


def load(ground: Ground) -> Found:
    """Whether programs wait for the processor."""
    import psutil

    return load_finding(psutil.getloadavg()[1], os.cpu_count() or 1)


def load_finding(five_minutes: float, cores: int) -> Found:
    """What a load means on so many cores."""
    if five_minutes <= HIGH_LOAD * cores:
        return ()
    text = f"{five_minutes:.1f} programs ran or waited in the last five minutes, on {cores} cores."
    return (
        Finding("system.load.high", CATEGORY, Level.WARNING, "The computer is very busy", text,
                "See which program it is; answers are late meanwhile."),
    )  # fmt: skip


def limits(ground: Ground) -> Found:
    """Whether enough files may be open."""
    return limit_finding(file_limit(), ground.config.config.gateway.max_connections)


def limit_finding(most_files: int, connections: int) -> Found:
    """What a limit of open files means for so many connections; 0 is no limit."""
    needed = max(FEWEST_FILES, connections + 200)
    if not most_files or most_files >= needed:
        return ()
    text = (
        f"At most {most_files:,} files and connections may be open; {needed:,} are needed for gateway.maxConnections."
    )
    return (
        Finding("system.limits.files", CATEGORY, Level.WARNING, "Few files may be open at once", text,
                f"Raise it (ulimit -n {needed}, or LimitNOFILE= of the service), or lower gateway.maxConnections."),
    )  # fmt: skip


def surroundings(ground: Ground) -> Found:
    """Whether it runs in a container, and whether that leaves it room."""
    return container_finding(container(), memory_limit())


def container_finding(kind: str, limit: int) -> Found:
    """What a container with this memory (bytes, 0 for no limit) means."""
    if not kind:
        return ()
    room = f"with {told(limit, Unit.BYTES)} of memory" if limit else "without a limit of memory"
    if 0 < limit < FEWEST_MEMORY:
        return (
            Finding("system.container.small", CATEGORY, Level.WARNING, "The container has little memory",
                    f"It runs in {kind} {room}.", "Give it at least 512 MiB."),
        )  # fmt: skip
    return (Finding("system.container", CATEGORY, Level.INFO, f"It runs in a container ({kind}, {room})"),)


def python_age(ground: Ground) -> Found:
    """Whether this Python still gets corrections."""
    today = datetime.datetime.fromtimestamp(ground.clock.wall_ms() / 1000, datetime.UTC)
    return python_finding((sys.version_info.major, sys.version_info.minor), today.year, today.month)


def python_finding(version: tuple[int, int], year: int, month: int) -> Found:
    """What a Python version means in that month."""
    end = PYTHON_ENDS.get(version, (9999, 1) if version > max(PYTHON_ENDS) else (0, 0))
    if (year, month) <= end:
        return ()
    return (
        Finding("system.python.old", CATEGORY, Level.WARNING, "This Python gets no corrections any more",
                f"It is {version[0]}.{version[1]}.", "Install a newer one, and Clawd Desktop with it."),
    )  # fmt: skip


def clock_sane(ground: Ground) -> Found:
    """Whether the clock can be right at all, and its time zone is known."""
    return clock_finding(ground.clock.wall_ms() / 1000, time.tzname)


def clock_finding(seconds: float, zone: tuple[str, str]) -> Found:
    """What a clock means that shows so many seconds since the epoch."""
    year = datetime.datetime.fromtimestamp(seconds, datetime.UTC).year
    if not FIRST_YEAR <= year < LAST_YEAR:
        return (
            Finding("system.clock.wrong", CATEGORY, Level.ERROR, "The clock is wrong", f"It shows the year {year}.",
                    "Set it: certificates, passes and planned work depend on it."),
        )  # fmt: skip
    if not any(zone):
        return (
            Finding("system.clock.zone", CATEGORY, Level.WARNING, "The time zone is not known", "",
                    "Set it, or planned work and quiet hours come at other times than you think."),
        )  # fmt: skip
    return ()


CHECKS = (
    Check("system.platform", CATEGORY, "Operating system", platform_known),
    Check("system.memory", CATEGORY, "Memory", memory),
    Check("system.load", CATEGORY, "Load", load),
    Check("system.limits", CATEGORY, "Limit of open files", limits),
    Check("system.container", CATEGORY, "Container", surroundings),
    Check("system.python", CATEGORY, "Python", python_age),
    Check("system.clock", CATEGORY, "Clock", clock_sane),
)
