"""Methods that say how the gateway is: health, status, presence, the last heartbeat and the log."""

from __future__ import annotations

import asyncio

import orjson
from pydantic import Field

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.table import Call, Encoded, Loose, Method, NoParams, Params, Scope
from clawd_desktop.gateway.presence import Presence
from clawd_desktop.gateway.results.system import Health, HeartbeatEvent, LogLines, PresenceList, Status
from clawd_desktop.gateway.summaries import Summaries
from clawd_desktop.operations.log_tail import Tail, tail
from clawd_desktop.operations.logs import LogDesk

FRESH_S = 1.0  # Clawdbot serves a copy up to 60 s old; ours is never older than a second.


class HealthParams(Loose):
    """`probe` asks for a fresh measurement instead of the copy."""

    probe: bool = False


class LogsParams(Params):
    """`cursor` is a byte offset of an earlier answer; `limit` lines, `max_bytes` bytes at most."""

    cursor: int | None = Field(default=None, ge=0)
    limit: int = Field(default=500, ge=1, le=5000)
    max_bytes: int = Field(default=250_000, ge=1, le=1_000_000)


class HealthMethods:
    """Answers from what is measured now."""

    def __init__(self, summaries: Summaries, presence: Presence, log: LogDesk, clock: Clock) -> None:
        self._summaries = summaries
        self._presence = presence
        self._log = log
        self._clock = clock
        self._copy = Encoded(b"")
        self._copied_at = float("-inf")

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("health", Scope.READ, HealthParams, self.health, result=Health),
            Method("logs.tail", Scope.READ, LogsParams, self.logs_tail, result=LogLines),
            Method("status", Scope.READ, NoParams, self.status, result=Status),
            Method("last-heartbeat", Scope.READ, NoParams, self.last_heartbeat, result=HeartbeatEvent | None),
            Method("system-presence", Scope.READ, NoParams, self.system_presence, result=PresenceList),
        )

    def health(self, call: Call, params: HealthParams) -> Encoded:
        """HealthSummary; a copy at most a second old unless a probe is asked for."""
        now = self._clock.monotonic()
        if params.probe or now - self._copied_at > FRESH_S:
            self._copy = Encoded(orjson.dumps(self._summaries.health()))
            self._copied_at = now
        return self._copy

    def status(self, call: Call, params: NoParams) -> JsonObject:
        """StatusSummary and, under "desktop", what the Overview page shows."""
        return self._summaries.status()

    def system_presence(self, call: Call, params: NoParams) -> JsonValue:
        """Who is there: the gateway itself first."""
        return [*self._presence.entries()]

    def last_heartbeat(self, call: Call, params: NoParams) -> JsonValue:
        """The last heartbeat event; null while none has run."""
        return None

    async def logs_tail(self, call: Call, params: LogsParams) -> JsonObject:
        """New lines of today's log."""
        found = await asyncio.to_thread(self._newest, params)
        return {
            "file": found.file,
            "cursor": found.cursor,
            "size": found.size,
            "lines": list(found.lines),
            "truncated": found.truncated,
            "reset": found.reset,
        }

    def _newest(self, params: LogsParams) -> Tail:
        self._log.flush()
        return tail(self._log.path, params.cursor, params.limit, params.max_bytes)
