"""Tells clients how far a backup or a restore is, how it ended, and how one was tried out."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.backup.drill_report import plain
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import BackupEnded, BackupProgressed, DrillEnded, RestoreEnded
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Scope

PROGRESS = "backup.progress"
ENDED = "backup.ended"
RESTORED = "backup.restored"
DRILLED = "backup.drilled"


class BackupNews:
    """Events to operators that may read; who is slow misses steps of the way."""

    def __init__(self, broadcaster: Broadcaster, clock: Clock) -> None:
        self._broadcaster = broadcaster
        self._clock = clock

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin; the returned function ends it."""
        undo = (
            bus.subscribe(BackupProgressed, self._progressed),
            bus.subscribe(BackupEnded, self._ended),
            bus.subscribe(RestoreEnded, self._restored),
            bus.subscribe(DrillEnded, self._drilled),
        )

        def stop() -> None:
            for unsubscribe in undo:
                unsubscribe()

        return stop

    def _progressed(self, event: BackupProgressed) -> None:
        told: JsonObject = {
            "stage": event.stage, "done": event.done, "total": event.total, "file": plain(event.file),
        }  # fmt: skip
        self._tell(PROGRESS, told)

    def _ended(self, event: BackupEnded) -> None:
        ended: JsonObject = {
            "ok": event.ok, "cause": event.cause, "path": plain(event.path), "text": event.text,
        }  # fmt: skip
        self._tell(ENDED, ended)

    def _restored(self, event: RestoreEnded) -> None:
        self._tell(RESTORED, {"ok": event.ok, "undo": event.undo, "text": plain(event.text)})

    def _drilled(self, event: DrillEnded) -> None:
        drilled: JsonObject = {
            "ok": event.ok, "backup": event.backup, "path": plain(event.path), "text": plain(event.text),
        }  # fmt: skip
        self._tell(DRILLED, drilled)

    def _tell(self, name: str, payload: JsonObject) -> None:
        payload["ts"] = self._clock.wall_ms()
        self._broadcaster.publish(name, payload, scope=Scope.READ, droppable=True)
