"""Clients that may read hear how far a backup or a restore is and how it ended."""

from __future__ import annotations

import json

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import BackupEnded, BackupProgressed, DrillEnded, RestoreEnded
from clawd_desktop.gateway.backup_news import BackupNews
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
    bus.publish(RestoreEnded(True, "r1", "It is back \udcff.", "b"))
    stop()
    bus.publish(BackupEnded(True, "person", "/b", ""))
    assert [(frame["event"], frame["payload"]) for frame in reader.got] == [
        ("backup.progress", {"stage": "write", "done": 1, "total": 2, "file": "a\ufffd", "ts": 7}),
        ("backup.ended", {"ok": False, "cause": "schedule", "path": "", "text": "The disk is full.", "ts": 7}),
        ("backup.drilled", {"ok": False, "backup": "b1", "path": "/b", "text": "It does not start.", "ts": 7}),
        ("backup.restored", {"ok": True, "undo": "r1", "text": "It is back \ufffd.", "ts": 7}),
    ]
    assert (other.got, node.got) == ([], [])
