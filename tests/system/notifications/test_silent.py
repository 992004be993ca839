"""Silence is said to be silence."""

from __future__ import annotations

from clawd_desktop.system.notifications.port import Notification
from clawd_desktop.system.notifications.silent import Silent


async def test_nothing_is_shown_and_nothing_is_claimed() -> None:
    silent = Silent()
    assert not await silent.show(Notification("a", "b", "c"))
    await silent.withdraw("a")
    await silent.close()
