"""The switch says what the system says."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.system.autostart.freedesktop import FreedesktopAutostart
from clawd_desktop.system.autostart.switch import AutostartSwitch


async def test_on_and_off(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    switch = AutostartSwitch(FreedesktopAutostart(["/bin/sh"], environ, tmp_path))
    assert not await switch.enabled()
    await switch.set(True)
    assert await switch.enabled()
    assert list(tmp_path.rglob("*.desktop"))
    await switch.set(False)
    assert not await switch.enabled()
