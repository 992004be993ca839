"""Which autostart each platform has: one row per platform."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from clawd_desktop.system.autostart.port import Autostart, NoAutostart

Make = Callable[[Sequence[str], Mapping[str, str], Path], Autostart]


def _freedesktop(command: Sequence[str], environ: Mapping[str, str], home: Path) -> Autostart:
    from clawd_desktop.system.autostart.freedesktop import FreedesktopAutostart

    return FreedesktopAutostart(command, environ, home)


def _macos(command: Sequence[str], environ: Mapping[str, str], home: Path) -> Autostart:
    from clawd_desktop.system.autostart.macos import MacAutostart

    return MacAutostart(command, home)


def _windows(command: Sequence[str], environ: Mapping[str, str], home: Path) -> Autostart:
    from clawd_desktop.system.autostart.windows import WindowsAutostart, open_registry

    return WindowsAutostart(command, open_registry())


_BY_PLATFORM: Mapping[str, Make] = {
    "linux": _freedesktop,
    "freebsd": _freedesktop,
    "openbsd": _freedesktop,
    "darwin": _macos,
    "win32": _windows,
}


def make_autostart(
    command: Sequence[str], environ: Mapping[str, str], home: Path, platform: str = sys.platform
) -> Autostart:
    """The autostart of this platform for `command`, whose first word is an absolute path (see port.launch_command)."""
    family = platform if platform == "win32" else platform.rstrip("0123456789.")
    make = _BY_PLATFORM.get(family)
    return make(command, environ, home) if make else NoAutostart()
