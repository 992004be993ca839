"""The switch "Start at login" as windows use it: asked and set without blocking."""

from __future__ import annotations

import asyncio

from clawd_desktop.system.autostart.port import Autostart, AutostartState


class AutostartSwitch:
    """One switch, off until a person turns it on."""

    def __init__(self, autostart: Autostart) -> None:
        self._autostart = autostart

    async def enabled(self) -> bool:
        """Whether the operating system says that the application starts at login."""
        return (await asyncio.to_thread(self._autostart.state)).state is AutostartState.ON

    async def set(self, enabled: bool) -> None:
        """Switch it on or off. Raises StorageFault; Refused where only the desktop's own settings can."""
        await asyncio.to_thread(self._autostart.enable if enabled else self._autostart.disable)
