"""Autostart on Linux and BSD desktops: a .desktop file in the autostart folder.

Sources: specifications.freedesktop.org autostart-spec 0.5 and desktop-entry-spec 1.5 (quoting of Exec).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.system.autostart.port import TITLE, AutostartState, AutostartStatus, compare

_GROUP = "[Desktop Entry]"
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")
# The tray of the panel must be there first: each desktop has its own word for that.
_LATER = """X-GNOME-Autostart-enabled=true
X-GNOME-Autostart-Delay=5
X-MATE-Autostart-Delay=5
X-KDE-autostart-after=panel
X-LXQt-Need-Tray=true
"""


class FreedesktopAutostart:
    """The file clawd-desktop.desktop in $XDG_CONFIG_HOME/autostart. Fulfils Autostart."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], home: Path) -> None:
        base = environ.get("XDG_CONFIG_HOME", "")
        folder = Path(base) if Path(base).is_absolute() else home / ".config"
        self._path = folder / "autostart/clawd-desktop.desktop"
        self._command = tuple(command)

    def state(self) -> AutostartStatus:
        """Whether the file is there, is not hidden, and starts this copy."""
        try:
            text = safeio.read_file(self._path, limit=64 * 1024).decode(errors="replace")
        except NotFound:
            return AutostartStatus(AutostartState.OFF)
        except ClawdError as error:
            return AutostartStatus(AutostartState.UNKNOWN, error.message)
        return judge(text, self._command)

    def enable(self) -> None:
        """Write the file, over one that was hidden or stale."""
        safeio.make_folder(self._path.parent)
        safeio.write_file(self._path, compose(self._command).encode(), mode=0o644)

    def disable(self) -> None:
        """Remove the file."""
        if self._path.parent.exists():
            safeio.remove(self._path)


def compose(command: Sequence[str]) -> str:
    """The whole .desktop file."""
    return (
        f"{_GROUP}\nType=Application\nName={TITLE}\nComment=Your personal assistant in the system tray\n"
        f"Icon=clawd-desktop\nTryExec={_escape(command[0])}\nExec={exec_line(command)}\nTerminal=false\n{_LATER}"
    )


def judge(text: str, command: Sequence[str]) -> AutostartStatus:
    """What a .desktop file says: a person may have hidden it, or it may start another copy."""
    keys = _keys(text)
    if keys.get("Hidden") == "true" or keys.get("X-GNOME-Autostart-enabled") == "false":
        return AutostartStatus(AutostartState.DISABLED)
    if keys.get("Exec") != exec_line(command):
        return AutostartStatus(AutostartState.STALE, keys.get("Exec", ""))
    return compare(command, command)


def exec_line(command: Sequence[str]) -> str:
    """The command as the value of Exec: quoted words, then escaped as every string of the format."""
    return _escape(" ".join(_quote(word) for word in command))


def _quote(word: str) -> str:
    word = word.replace("%", "%%")
    if word and not _RESERVED & set(word):
        return word
    return '"' + "".join(f"\\{c}" if c in '"`$\\' else c for c in word) + '"'


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _keys(text: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == _GROUP
        elif inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            keys[key.strip()] = value.strip()
    return keys
