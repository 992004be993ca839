"""Builds the hello: what a client that was let in learns about the gateway.

Source: Clawdbot protocol 3, hello-ok; the Swift client decodes it strictly, so no field is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clawd_desktop.config.schema.gateway import Gateway
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.broadcast import Broadcaster, events_of
from clawd_desktop.gateway.handshake import Welcome
from clawd_desktop.gateway.methods.table import Method
from clawd_desktop.gateway.presence import Presence, own_host
from clawd_desktop.gateway.rates import Rate


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may use up. Sizes are bytes, times seconds.

    A `request` time of 0 means any; without a `rate` requests are not counted. `clients` are all that are let in.
    """

    frame: int = 524_288
    frame_before_hello: int = 16_384
    buffered: int = 1_572_864
    waiting: int = 64
    handshake: float = 10.0
    tick: float = 30.0
    in_flight: int = 64
    clients: int = 1_000
    request: float = 30.0
    http_runs: int = 16
    rate: Rate | None = None


DEFAULT_LIMITS = Limits()


def limits_of(gateway: Gateway) -> Limits:
    """The limits that the configuration asks for."""
    rate = gateway.rate_limiting
    return Limits(
        frame=gateway.max_payload_bytes,
        handshake=gateway.connection_timeout / 1000,
        clients=gateway.max_connections,
        request=gateway.request_timeout / 1000,
        rate=Rate(rate.requests_per_minute, rate.burst_size) if rate.enabled else None,
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the hello says of this installation; `health` is the latest summary (empty before the first)."""

    config_path: str
    state_dir: str
    session_defaults: JsonObject
    health: JsonObject
    canvas_url: str = ""


class Hello:
    """Everything a hello is made of; `facts` is asked each time."""

    def __init__(
        self,
        table: Mapping[str, Method],
        broadcaster: Broadcaster,
        presence: Presence,
        clock: Clock,
        version: str,
        facts: Callable[[], Facts],
    ) -> None:
        self._listed = [(name, method.protocol) for name, method in table.items() if method.listed]
        self._broadcaster = broadcaster
        self._presence = presence
        self._clock = clock
        self._version = version
        self._facts = facts
        self._started = clock.monotonic()

    def payload(self, welcome: Welcome, limits: Limits) -> JsonObject:
        """The payload of the connect response."""
        facts, client = self._facts(), welcome.client
        hello: JsonObject = {
            "type": "hello-ok",
            "protocol": client.protocol,
            "server": {"version": self._version, "host": own_host(self._presence), "connId": client.connection_id},
            "features": self._features(client.protocol),
            "snapshot": self._snapshot(facts),
            "policy": {
                "maxPayload": limits.frame,
                "maxBufferedBytes": limits.buffered,
                "tickIntervalMs": round(limits.tick * 1000),
            },
        }
        if facts.canvas_url:
            hello["canvasHostUrl"] = facts.canvas_url
        if welcome.device_token:
            hello["auth"] = {
                "deviceToken": welcome.device_token,
                "role": client.role.value,
                "scopes": list(client.scopes),
                "issuedAtMs": client.connected_ms,
            }
        return hello

    def _features(self, protocol: int) -> JsonObject:
        methods: list[JsonValue] = [name for name, since in self._listed if since <= protocol]
        return {"methods": methods, "events": list(events_of(protocol))}

    def _snapshot(self, facts: Facts) -> JsonObject:
        return {
            "presence": list(self._presence.entries()),
            "health": facts.health,
            "stateVersion": dict(self._broadcaster.versions.as_wire()),
            "uptimeMs": round((self._clock.monotonic() - self._started) * 1000),
            "configPath": facts.config_path,
            "stateDir": facts.state_dir,
            "sessionDefaults": facts.session_defaults,
        }
