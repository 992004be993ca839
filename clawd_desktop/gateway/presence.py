"""Who is there: the gateway itself first, then the clients seen lately, in the shape of `system-presence`.

Source: Clawdbot 2026.1.24 presence entries; `clawdbot status` looks for the entry with mode "gateway", reason "self".
"""

from __future__ import annotations

import platform
import socket

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject, as_int, as_text
from clawd_desktop.gateway.methods.table import Client

_LIFE_MS = 5 * 60 * 1000
_MOST = 200
_FAMILIES = {"Darwin": "Mac", "Windows": "Windows", "Linux": "Linux"}


class Presence:
    """Entries by device id, else instance id, else connection id; each lives 5 minutes after it was last touched."""

    def __init__(self, clock: Clock, version: str) -> None:
        self._clock = clock
        self._own = _own_entry(version)
        self._entries: dict[str, JsonObject] = {}

    def entries(self) -> list[JsonObject]:
        """All entries: the gateway's own, then the newest first."""
        now = self._clock.wall_ms()
        fresh = [(key, row) for key, row in self._entries.items() if 0 <= now - as_int(row.get("ts")) <= _LIFE_MS]
        self._entries = dict(fresh[1 - _MOST :])
        return [{**self._own, "ts": now}, *reversed(self._entries.values())]

    def arrived(self, client: Client) -> None:
        """Note that a client has connected; command-line clients come and go too fast to be listed."""
        if client.mode != "cli":
            self._put(key_of(client), _entry(client, "connect", self._clock.wall_ms()))

    def left(self, client: Client) -> bool:
        """Note that a client has gone; False when it was never listed."""
        if key_of(client) not in self._entries:
            return False
        self._put(key_of(client), _entry(client, "disconnect", self._clock.wall_ms()))
        return True

    def entry(self, key: str) -> JsonObject:
        """What is listed under the key; empty when nothing is."""
        return dict(self._entries.get(key.lower(), {}))

    def note(self, key: str, facts: JsonObject) -> bool:
        """Merge facts that a client reports about itself; True when anything but the time changed."""
        name = key.lower()
        before = self._entries.get(name, {})
        after: JsonObject = {**before, **{fact: value for fact, value in facts.items() if value is not None}}
        self._put(name, {**after, "ts": self._clock.wall_ms()})
        return {**before, "ts": 0} != {**after, "ts": 0}

    def _put(self, key: str, entry: JsonObject) -> None:
        """File the entry as the newest."""
        self._entries.pop(key, None)
        self._entries[key] = entry


def key_of(client: Client) -> str:
    """What a client's entry is filed under, in lower case."""
    return (client.device_id or client.instance_id or client.connection_id).lower()


def _entry(client: Client, reason: str, now_ms: int) -> JsonObject:
    host = client.display_name or client.client_id
    known: JsonObject = {
        "host": host,
        "ip": "" if client.local else client.remote,
        "version": client.version,
        "platform": client.platform,
        "deviceFamily": client.device_family,
        "modelIdentifier": client.model_identifier,
        "mode": client.mode,
        "reason": reason,
        "deviceId": client.device_id,
        "instanceId": client.instance_id,
        "roles": [client.role.value],
        "scopes": list(client.scopes),
        "text": f"{host} · {client.mode} · {reason}",
        "ts": now_ms,
    }
    return {key: value for key, value in known.items() if value}


def _own_entry(version: str) -> JsonObject:
    host = socket.gethostname()
    return {
        "host": host,
        "ip": "127.0.0.1",
        "version": version,
        "platform": f"{platform.system().lower()} {platform.release()}",
        "deviceFamily": _FAMILIES.get(platform.system(), platform.system()),
        "modelIdentifier": platform.machine(),
        "mode": "gateway",
        "reason": "self",
        "text": f"Gateway: {host} (127.0.0.1) · app {version} · mode gateway · reason self",
    }


def own_host(presence: Presence) -> str:
    """The name of this computer, as the gateway's own entry has it."""
    return as_text(presence.entries()[0].get("host"))
