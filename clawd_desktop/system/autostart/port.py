"""What starting with the session means on every platform, and the command that is started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from clawd_desktop.core.errors import Unavailable

TITLE = "Clawd Desktop"
SCRIPT = "clawd-desktop-gui"


class AutostartState(StrEnum):
    """Whether the application starts with the session."""

    OFF = "off"
    ON = "on"
    DISABLED = "disabled"
    STALE = "stale"
    UNKNOWN = "unknown"


_SENTENCES = {
    AutostartState.OFF: "Clawd Desktop does not start by itself.",
    AutostartState.ON: "Clawd Desktop starts when you log in.",
    AutostartState.DISABLED: "You switched the automatic start off in the settings of your desktop.",
    AutostartState.STALE: "The automatic start points to another or missing copy; switch it on again to repair it.",
    AutostartState.UNKNOWN: "Whether Clawd Desktop starts by itself cannot be read.",
}


@dataclass(frozen=True, slots=True)
class AutostartStatus:
    """The state, and where it was found or what stands there instead."""

    state: AutostartState
    detail: str = ""

    def sentence(self) -> str:
        """The state for a person."""
        return f"{_SENTENCES[self.state]}{f' ({self.detail})' if self.detail else ''}"


class Autostart(Protocol):
    """The switch. Calls touch a file or two and may block for some milliseconds."""

    def state(self) -> AutostartStatus:
        """Whether it is on. Never raises."""

    def enable(self) -> None:
        """Switch it on, or repair it. Raises StorageFault; Refused where only the desktop's own settings can."""

    def disable(self) -> None:
        """Switch it off; off already is fine. Raises StorageFault."""


class NoAutostart:
    """A platform that has no such switch. Fulfils Autostart."""

    def state(self) -> AutostartStatus:
        """Off."""
        return AutostartStatus(AutostartState.OFF)

    def enable(self) -> None:
        """Raises Unavailable."""
        raise Unavailable("This system cannot start programs with the session.", hint="Start Clawd Desktop by hand.")

    def disable(self) -> None:
        """It is off."""


def launch_command(environ: Mapping[str, str], executable: Path) -> tuple[str, ...]:
    """The command that starts this very copy again: the AppImage, the script beside the interpreter, or the module."""
    if environ.get("APPIMAGE"):
        return (environ["APPIMAGE"],)
    for script in (executable.with_name(SCRIPT), executable.with_name(f"{SCRIPT}.exe")):
        if script.exists():
            return (str(script),)
    return (str(executable), "-m", "clawd_desktop")


def compare(wanted: Sequence[str], found: Sequence[str]) -> AutostartStatus:
    """On when the registered command is ours and its program is there, else stale."""
    if list(wanted) == list(found) and Path(wanted[0]).exists():
        return AutostartStatus(AutostartState.ON)
    return AutostartStatus(AutostartState.STALE, " ".join(found))
