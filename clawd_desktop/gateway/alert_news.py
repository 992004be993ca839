"""Tells clients what becomes of alerts, and lets the owner's buttons act on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.events import AlertChanged, AlertRaised
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Scope
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.quiet import QuietDesk

RAISED = "alert.raised"
CHANGED = "alert.changed"
OWNER = "owner"


class AlertNews:
    """One event per change, to operators that may read."""

    def __init__(self, broadcaster: Broadcaster, clock: Clock) -> None:
        self._broadcaster = broadcaster
        self._clock = clock

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin; the returned function ends it."""
        undo = (bus.subscribe(AlertRaised, self._raised), bus.subscribe(AlertChanged, self._changed))

        def stop() -> None:
            for unsubscribe in undo:
                unsubscribe()

        return stop

    def _raised(self, event: AlertRaised) -> None:
        self._tell(
            RAISED,
            {
                "id": event.alert_id,
                "rule": event.rule,
                "severity": event.severity,
                "title": event.title,
                "text": event.text,
            },
        )

    def _changed(self, event: AlertChanged) -> None:
        self._tell(CHANGED, {"id": event.alert_id, "rule": event.rule, "state": event.state})

    def _tell(self, name: str, payload: JsonObject) -> None:
        payload["ts"] = self._clock.wall_ms()
        self._broadcaster.publish(name, payload, scope=Scope.READ, droppable=True)


def alert_actions(desk: AlertDesk, quiet: QuietDesk) -> Mapping[str, Callable[[str], Awaitable[object]]]:
    """What buttons can ask for: acknowledge an alert, snooze a rule, mute all notifications."""

    async def acknowledge(alert_id: str) -> None:
        desk.acknowledge(alert_id, OWNER)

    async def snooze(argument: str) -> None:
        rule, _, seconds = argument.rpartition(":")
        desk.snooze(rule, _whole(seconds))

    async def mute(seconds: str) -> None:
        await quiet.mute(_whole(seconds))

    async def unmute(_: str) -> None:
        await quiet.mute(0)

    return {
        "alert.acknowledge": acknowledge, "alert.snooze": snooze, "notify.mute": mute, "notify.unmute": unmute,
    }  # fmt: skip


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise BadInput(f"{text[:40]!r} is no number of seconds.")
    return int(text)
