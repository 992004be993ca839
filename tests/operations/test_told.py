"""What was repaired is told on the bus, with a name where there is one."""

from __future__ import annotations

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.told import Told


def test_with_and_without_a_name() -> None:
    bus, heard = EventBus(), list[Repaired]()
    bus.subscribe(Repaired, heard.append)
    told = Told(bus, NoticeBoard(bus), ManualClock())
    told.repaired("config", "", "go_back", "It was.")
    told.repaired("run", "r1", "stop", "It was.", ok=False)
    assert heard == [Repaired("config", "go_back", True, "It was."), Repaired("run:r1", "stop", False, "It was.")]
