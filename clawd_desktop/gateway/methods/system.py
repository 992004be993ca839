"""Methods by which programs report to the assistant and wake it."""

from __future__ import annotations

from typing import cast

from pydantic import Field

from clawd_desktop.agent.wakes import WakeMode, Wakes
from clawd_desktop.core.values import JsonObject, JsonValue, as_text
from clawd_desktop.gateway.beacons import PREFIX, facts_in, merged, news
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Loose, Method, MethodError, Params, Scope
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.results.system import HeartbeatsSet, Ok

KEY_CHARS = 64
NO_HEARTBEAT = "Heartbeats are not built into this version yet: nothing was switched on."


class EventParams(Loose):
    """`text` is what is reported; the other keys say of which computer. `last_input_seconds` ago somebody was there."""

    text: str = ""
    device_id: str | None = None
    instance_id: str | None = None
    host: str | None = None
    ip: str | None = None
    mode: str | None = None
    version: str | None = None
    platform: str | None = None
    device_family: str | None = None
    model_identifier: str | None = None
    last_input_seconds: float | None = None
    reason: str | None = None
    roles: list[str] | None = None
    scopes: list[str] | None = None
    tags: list[str] | None = None


class HeartbeatsParams(Params):
    """Whether heartbeats shall run."""

    enabled: bool


class WakeParams(Params):
    """`mode` "now" starts a turn at once, "next-heartbeat" leaves the text to the next turn."""

    mode: WakeMode
    text: str = Field(min_length=1)


class SystemMethods:
    """What a program can tell; a person's messages go through chat.send."""

    def __init__(self, wakes: Wakes, presence: Presence, broadcaster: Broadcaster) -> None:
        self._wakes = wakes
        self._presence = presence
        self._broadcaster = broadcaster

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("system-event", Scope.ADMIN, EventParams, self.system_event, result=Ok),
            Method("set-heartbeats", Scope.ADMIN, HeartbeatsParams, self.set_heartbeats, result=HeartbeatsSet),
            Method("wake", Scope.WRITE, WakeParams, self.wake, result=Ok),
        )

    async def system_event(self, call: Call, params: EventParams) -> Ok:
        """Notes who is there, keeps the text for the main conversation's next turn, and tells all clients.

        Of a line that begins with "Node:" only what changed is kept.
        """
        text = params.text.strip()
        if not text:
            raise MethodError(ErrorCode.INVALID_REQUEST, "text required")
        key, reported = _reported(params, text)
        before = self._presence.entry(key)
        after = before | merged(before, reported)
        told = news(before, after) if text.startswith(PREFIX) else text
        if told:
            await self._wakes.note(told)
        self._presence.note(key, after)
        self._broadcaster.versions.presence += 1
        entries: list[JsonValue] = [*self._presence.entries()]
        versions = self._broadcaster.versions.as_wire()
        self._broadcaster.publish("presence", {"presence": entries}, state_version=versions)
        return {"ok": True}

    def set_heartbeats(self, call: Call, params: HeartbeatsParams) -> HeartbeatsSet:
        """Switches heartbeats off, which they are; they cannot be switched on yet."""
        if params.enabled:
            raise MethodError(ErrorCode.UNAVAILABLE, NO_HEARTBEAT)
        return {"ok": True, "enabled": False}

    async def wake(self, call: Call, params: WakeParams) -> Ok:
        """Keeps a report for the main conversation; with mode "now" a turn about it starts at once."""
        return {"ok": await self._wakes.wake(params.text, params.mode)}


def _reported(params: EventParams, text: str) -> tuple[str, JsonObject]:
    """Under which key the computer is listed, and all that was reported of it."""
    named = cast(JsonObject, params.model_dump(by_alias=True, exclude_none=True))
    facts: JsonObject = {**facts_in(text), **named, "text": text}
    names = (params.device_id, params.instance_id, as_text(facts_in(text).get("host")), text[:KEY_CHARS])
    return next(name.strip().lower() for name in names if name and name.strip()), facts
