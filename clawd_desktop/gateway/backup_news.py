"""Tells clients how far a backup is, how it ended and how one was tried out; makes one for the button of a notice."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.drill_report import plain
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import BackupEnded, BackupProgressed, DrillEnded
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Scope

PROGRESS = "backup.progress"
ENDED = "backup.ended"
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

    def _drilled(self, event: DrillEnded) -> None:
        drilled: JsonObject = {
            "ok": event.ok, "backup": event.backup, "path": plain(event.path), "text": plain(event.text),
        }  # fmt: skip
        self._tell(DRILLED, drilled)

    def _tell(self, name: str, payload: JsonObject) -> None:
        payload["ts"] = self._clock.wall_ms()
        self._broadcaster.publish(name, payload, scope=Scope.READ, droppable=True)


def back_up(desk: BackupDesk) -> Callable[[str], Awaitable[object]]:
    """What the button "Back up now" does: begins a backup and does not wait for it; how it ends is told as ever."""

    async def begin(_: str) -> None:
        if desk.progress is None:
            tasks.spawn(_made(desk), name="backup")

    return begin


async def _made(desk: BackupDesk) -> None:
    with contextlib.suppress(ClawdError):  # it is remembered, and told by BackupEnded
        await desk.create(Order())
