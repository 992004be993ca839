"""Autostart on macOS: a LaunchAgent of our own label that runs once at login and is never restarted by launchd.

Source: launchd.plist(5). There is no KeepAlive: two keepers of one gateway kept restarting it against each other.
"""

from __future__ import annotations

import plistlib
from collections.abc import Sequence
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.system.autostart.port import AutostartState, AutostartStatus, compare

LABEL = "io.github.clawd-desktop"


class MacAutostart:
    """The file ~/Library/LaunchAgents/<label>.plist; launchd reads it at the next login. Fulfils Autostart."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        self._path = home / "Library/LaunchAgents" / f"{LABEL}.plist"
        self._command = tuple(command)

    def state(self) -> AutostartStatus:
        """Whether the file is there, is not disabled, and starts this copy."""
        try:
            data = safeio.read_file(self._path, limit=64 * 1024)
        except NotFound:
            return AutostartStatus(AutostartState.OFF)
        except ClawdError as error:
            return AutostartStatus(AutostartState.UNKNOWN, error.message)
        return judge(data, self._command)

    def enable(self) -> None:
        """Write the file."""
        safeio.make_folder(self._path.parent)
        safeio.write_file(self._path, compose(self._command), mode=0o644)

    def disable(self) -> None:
        """Remove the file."""
        if self._path.parent.exists():
            safeio.remove(self._path)


def compose(command: Sequence[str]) -> bytes:
    """The whole property list."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }
    )


def judge(data: bytes, command: Sequence[str]) -> AutostartStatus:
    """What a property list says."""
    from xml.parsers.expat import ExpatError

    try:
        agent = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError) as error:
        return AutostartStatus(AutostartState.STALE, str(error))
    if not isinstance(agent, dict):
        return AutostartStatus(AutostartState.STALE)
    if agent.get("Disabled") is True:
        return AutostartStatus(AutostartState.DISABLED)
    found = agent.get("ProgramArguments")
    return compare(command, [str(word) for word in found] if isinstance(found, list) else [])
