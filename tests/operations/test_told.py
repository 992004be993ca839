"""What was repaired is an event and a line in the record of acts."""

from __future__ import annotations

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.told import Told


def test_both() -> None:
    bus, heard, lines = EventBus(), list[Repaired](), list[tuple[str, str, str, bool, str]]()
    bus.subscribe(Repaired, heard.append)

    class Writes:
        def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
            lines.append((actor, act, subject, ok, detail))

    Told(bus, NoticeBoard(bus), ManualClock()).repaired("config", "", "go_back", "It was.", actor="owner")
    Told(bus, NoticeBoard(bus), ManualClock(), Writes()).repaired("run", "r1", "stop", "It was.", ok=False)
    assert heard == [Repaired("config", "go_back", True, "It was."), Repaired("run:r1", "stop", False, "It was.")]
    assert lines == [("self-repair", "run.stop", "r1", False, "It was.")]
