"""Keeps who asks to write to the assistant on a channel, and who may, in Clawdbot's own files.

Source: Clawdbot 2026.1.24, pairing store: `<channel>-pairing.json` and `<channel>-allowFrom.json`, version 1.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.storage.json_file import JsonFile

LIFE_MS = 60 * 60 * 1000
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_log = logging.getLogger("clawd.channels.pairing")


@dataclass(frozen=True, slots=True)
class PairingRequest:
    """Somebody who wrote and is not known; times as the file has them, ISO 8601."""

    id: str
    code: str
    created_at: str
    last_seen_at: str
    meta: tuple[tuple[str, str], ...] = ()


class ChannelPairing:
    """The requests and allowlists of all channels, below `folder` (the state folder's `credentials`)."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._files: dict[str, JsonFile] = {}

    async def waiting(self, channel: str) -> tuple[PairingRequest, ...]:
        """Who waits, as long as a request lives.

        Raises BadInput for an impossible name, Unreadable or StorageFault when the file cannot be read.
        """
        stored = await self._file(channel_name(channel), "pairing").read()
        return tuple(_request(row) for row in _alive(stored, self._clock.wall_ms()))

    async def approve(self, channel: str, code: str) -> PairingRequest:
        """Let the sender with this code in, whatever its case, and return who that is.

        Raises NotFound when nobody waits with it, BadInput, Unreadable or StorageFault as `waiting`.
        """
        name = channel_name(channel)
        wanted = code.strip().upper()
        found = next((request for request in await self.waiting(name) if request.code.upper() == wanted), None)
        if found is None or not wanted:
            raise NotFound(f"No pending pairing request found for code: {code}")
        # First let in, then forget: after a crash in between the request is there still and can be approved again.
        await self._file(name, "allowFrom").change(lambda stored: _allowing(stored, found.id))
        await self._file(name, "pairing").change(lambda stored: self._without(stored, found))
        _log.info("%s may write on %s", found.id, name)
        return found

    async def allowed(self, channel: str) -> tuple[str, ...]:
        """Who was let in. Raises as `waiting`."""
        stored = await self._file(channel_name(channel), "allowFrom").read()
        return tuple(as_text(sender) for sender in as_list(stored.get("allowFrom")))

    def _without(self, stored: JsonObject, done: PairingRequest) -> JsonObject:
        left: list[JsonValue] = [row for row in _alive(stored, self._clock.wall_ms()) if row.get("code") != done.code]
        return {**stored, "version": 1, "requests": left}

    def _file(self, channel: str, kind: str) -> JsonFile:
        name = f"{channel}-{kind}.json"
        if name not in self._files:
            self._files[name] = JsonFile(self._folder / name, f"The {kind} file of {channel}")
        return self._files[name]


def channel_name(channel: str) -> str:
    """The channel's name as it stands in file names. Raises BadInput when it can be none."""
    name = channel.strip().lower()
    if not _NAME.fullmatch(name):
        raise BadInput("invalid pairing channel", hint="Name a channel such as telegram.")
    return name


def _alive(stored: JsonObject, now_ms: int) -> list[JsonObject]:
    rows = (as_object(row) for row in as_list(stored.get("requests")))
    return [row for row in rows if as_text(row.get("id")) and now_ms - _created_ms(row) <= LIFE_MS]


def _created_ms(row: JsonObject) -> float:
    try:
        return datetime.fromisoformat(as_text(row.get("createdAt"))).timestamp() * 1000
    except (ValueError, OverflowError):
        return 0.0


def _request(row: JsonObject) -> PairingRequest:
    created = as_text(row.get("createdAt"))
    facts = ((key, value) for key, value in as_object(row.get("meta")).items() if isinstance(value, str))
    return PairingRequest(
        as_text(row.get("id")),
        as_text(row.get("code")),
        created,
        as_text(row.get("lastSeenAt"), created),
        tuple(facts),
    )


def _allowing(stored: JsonObject, sender: str) -> JsonObject:
    senders = as_list(stored.get("allowFrom"))
    # "*" would let everybody in; a request can never ask for that.
    more: list[JsonValue] = [] if sender in senders or sender == "*" else [sender]
    return {**stored, "version": 1, "allowFrom": [*senders, *more]}
