"""Autostart on Windows: a value under HKCU Run; what Task Manager says about it is read and respected.

Source: learn.microsoft.com "Run and RunOnce Registry Keys". StartupApproved is not documented: Task Manager writes 12
bytes of which the first is even for enabled and odd for disabled.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Protocol

from clawd_desktop.core.errors import Refused, Unavailable
from clawd_desktop.system.autostart.port import TITLE, AutostartState, AutostartStatus, compare

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


class Registry(Protocol):
    """The current user's part of the registry."""

    def read(self, key: str, name: str) -> str | bytes | None:
        """A value, None when there is none."""

    def write(self, key: str, name: str, value: str) -> None:
        """Store a text value."""

    def delete(self, key: str, name: str) -> None:
        """Remove a value; one that is not there is fine."""


class WindowsAutostart:
    """The value "Clawd Desktop" under Run. Fulfils Autostart."""

    def __init__(self, command: Sequence[str], registry: Registry) -> None:
        self._command = tuple(command)
        self._registry = registry

    def state(self) -> AutostartStatus:
        """Whether the value is there, is not switched off in Task Manager, and starts this copy."""
        found = self._registry.read(RUN, TITLE)
        if not isinstance(found, str):
            return AutostartStatus(AutostartState.OFF)
        if self._switched_off():
            return AutostartStatus(AutostartState.DISABLED, "Task Manager")
        if found != subprocess.list2cmdline(self._command):
            return AutostartStatus(AutostartState.STALE, found)
        return compare(self._command, self._command)

    def enable(self) -> None:
        """Write the value. Raises Refused when it was switched off in Task Manager: that is where it is switched on."""
        if self._switched_off():
            raise Refused(
                "You switched Clawd Desktop off in Task Manager.", hint="Switch it on there, under Startup apps."
            )  # fmt: skip
        self._registry.write(RUN, TITLE, subprocess.list2cmdline(self._command))

    def disable(self) -> None:
        """Remove the value."""
        self._registry.delete(RUN, TITLE)

    def _switched_off(self) -> bool:
        approved = self._registry.read(APPROVED, TITLE)
        return isinstance(approved, bytes) and bool(approved) and approved[0] % 2 == 1


if sys.platform == "win32":
    import winreg

    class _UserRegistry:
        def read(self, key: str, name: str) -> str | bytes | None:
            """A value, None when there is none."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as handle:
                    value = winreg.QueryValueEx(handle, name)[0]
            except FileNotFoundError:
                return None
            return value if isinstance(value, str | bytes) else None

        def write(self, key: str, name: str, value: str) -> None:
            """Store a text value."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as handle:
                winreg.SetValueEx(handle, name, 0, winreg.REG_SZ, value)

        def delete(self, key: str, name: str) -> None:
            """Remove a value; one that is not there is fine."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as handle:
                    winreg.DeleteValue(handle, name)
            except FileNotFoundError:
                return

    def open_registry() -> Registry:
        """The registry of this computer."""
        return _UserRegistry()

else:

    def open_registry() -> Registry:
        """Raises Unavailable: only Windows has one."""
        raise Unavailable("There is no registry on this system.")
