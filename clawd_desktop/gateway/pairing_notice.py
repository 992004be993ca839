"""Asks the owner about devices that want to be paired: a notice with two buttons, taken back when it is decided."""

from __future__ import annotations

from collections.abc import Callable

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import PairingChanged
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.values import JsonObject, as_list, as_object, as_text
from clawd_desktop.gateway.devices import Devices

LONGEST_NAME = 60


class PairingNotices:
    """One notice per waiting request, for as long as it waits."""

    def __init__(self, devices: Devices, notices: NoticeBoard, clock: Clock) -> None:
        self._devices = devices
        self._notices = notices
        self._clock = clock
        self._shown: set[str] = set()

    def listen(self, bus: EventBus) -> Callable[[], None]:
        """Begin; the returned function ends it."""
        return bus.subscribe(PairingChanged, self._changed)

    def _changed(self, event: PairingChanged) -> None:
        waiting = {
            as_text(as_object(row).get("requestId")): as_object(row)
            for row in as_list(self._devices.listing().get("pending"))
        }
        for request_id in self._shown - waiting.keys():
            self._notices.clear(f"pairing.{request_id}")
        for request in waiting.values():
            self._notices.set(notice_of(request, self._clock.wall_ms()))
        self._shown = set(waiting)


def notice_of(request: JsonObject, now_ms: int) -> Notice:
    """Who asks and for what; what the device says of itself is cut and loses its control characters."""
    request_id, device = as_text(request.get("requestId")), as_text(request.get("deviceId"))
    named = as_text(request.get("displayName")) or as_text(request.get("clientId")) or "A device"
    name = "".join(char for char in named if char.isprintable())[:LONGEST_NAME]
    scopes = ", ".join(as_text(scope).removeprefix("operator.") for scope in as_list(request.get("scopes")))
    text = f"{name} (device {device[:12]}) asks for: {scopes or as_text(request.get('role'))}."
    actions = (
        NoticeAction(f"pairing.approve:{request_id}", "Approve"),
        NoticeAction(f"pairing.reject:{request_id}", "Reject"),
    )
    return Notice(f"pairing.{request_id}", Severity.ACTION, "A device wants to connect", text, actions, now_ms)
