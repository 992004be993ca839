"""Clients that may read hear how far a backup is and how it ended."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from backup_desk_stage import DeskStage

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import BackupEnded, BackupProgressed, DrillEnded
from clawd_desktop.gateway.backup_news import BackupNews, back_up
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Role, Scope


class Listener:
    """A connected client."""

    connection_id = "c1"

    def __init__(self, role: Role, *held: Scope) -> None:
        self.role = role
        self.held = frozenset(str(scope) for scope in held)
        self.got: list[dict[str, object]] = []

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        assert droppable
        self.got.append(json.loads(frame[frame.index(b"{") :]))


def test_operators_that_may_read_hear_of_it() -> None:
    bus, broadcaster = EventBus(), Broadcaster()
    reader, other, node = Listener(Role.OPERATOR, Scope.READ), Listener(Role.OPERATOR), Listener(Role.NODE)
    for listener in (reader, other, node):
        broadcaster.join(listener)
    stop = BackupNews(broadcaster, ManualClock(7)).listen(bus)
    bus.publish(BackupProgressed("write", 1, 2, "a\udcff"))
    bus.publish(BackupEnded(False, "schedule", "", "The disk is full."))
    bus.publish(DrillEnded(False, "b1", "/b", "It does not start."))
    stop()
    bus.publish(BackupEnded(True, "person", "/b", ""))
    assert [(frame["event"], frame["payload"]) for frame in reader.got] == [
        ("backup.progress", {"stage": "write", "done": 1, "total": 2, "file": "a\ufffd", "ts": 7}),
        ("backup.ended", {"ok": False, "cause": "schedule", "path": "", "text": "The disk is full.", "ts": 7}),
        ("backup.drilled", {"ok": False, "backup": "b1", "path": "/b", "text": "It does not start.", "ts": 7}),
    ]
    assert (other.got, node.got) == ([], [])


async def test_the_button_makes_a_backup_and_does_not_wait(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk()
    await back_up(desk)("")
    assert stage.ended == []
    async with asyncio.timeout(30):
        while not stage.ended:
            await asyncio.sleep(0.005)
    assert (stage.ended[0].ok, stage.ended[0].cause) == (True, "person")
