"""Ends what rested on a shared secret when that secret is changed, also while the gateway was not running.

Whoever changes the password because it leaked must be rid of those who came in with it: devices that were paired
silently lose their tokens. Those that the owner approved by click keep theirs, and both are told by name.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets as random

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, Unreadable
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.core.shown import shown_whole
from clawd_desktop.core.values import JsonObject, as_list, as_object, as_text
from clawd_desktop.gateway.device_store import RecordFile
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.gate import same_digest

NOTICE = "devices.secret_changed"
LONGEST_NAME = 60
MOST_NAMES = 20
# A password that a person chose must not be found out from its hash by trying many quickly.
_COST = {"n": 2**13, "r": 8, "p": 1}
_SALT = re.compile("[0-9a-f]{32}")
_log = logging.getLogger("clawd.gateway.devices")


class SecretChange:
    """Compares the secrets in force with those that devices were let in by."""

    def __init__(self, devices: Devices, file: RecordFile, notices: NoticeBoard, clock: Clock) -> None:
        self._devices = devices
        self._file = file
        self._notices = notices
        self._clock = clock
        self._known: dict[str, JsonObject] | None = None
        self._turn = asyncio.Lock()

    async def take(self, *secrets: str | None) -> None:
        """These secrets are in force from now on. What cannot be stored is logged and done again at the next start."""
        in_force = tuple(secret for secret in secrets if secret and secret.strip())
        async with self._turn:
            try:
                await self._take(in_force)
            except Unreadable as error:
                # Nobody knows whether it was changed.
                _log.warning("devices that rest on the gateway's secret are signed out: %s", error)
                await self._end_quietly()
            except ClawdError as error:
                _log.warning("that the gateway's secret was changed could not be recorded: %s", error)

    async def _take(self, in_force: tuple[str, ...]) -> None:
        if self._known is None:
            self._known = await self._file.read()
        known = self._known
        # A salt that was spoilt is replaced: nothing is known then any more, which counts as a change.
        salts = (as_text(mark.get("salt")) for mark in known.values())
        salt = next((text for text in salts if _SALT.fullmatch(text)), "") or random.token_hex(16)
        # In a thread: it takes some 25 ms for each, on purpose.
        marks = [await asyncio.to_thread(_mark, secret, salt) for secret in in_force]
        if any(not _among(as_text(mark.get("hash")), marks) for mark in known.values()):
            self._tell(await self._devices.end_silent())
        elif len(known) == len(marks):
            return
        made: dict[str, JsonObject] = {str(number): {"salt": salt, "hash": mark} for number, mark in enumerate(marks)}
        await self._file.write(made)
        self._known = made

    async def _end_quietly(self) -> None:
        try:
            self._tell(await self._devices.end_silent())
        except ClawdError as error:
            _log.warning("that they are could not be recorded: %s", error)

    def _tell(self, ended: tuple[str, ...]) -> None:
        records = {as_text(row.get("deviceId")): row for row in self._devices.records()}
        stay = [key for key, row in records.items() if any(_is_valid(token) for token in as_list(row.get("tokens")))]
        if not ended and not stay:
            return
        lines = (
            _line("Signed out, because they came in with the old one alone", [records[key] for key in ended]),
            _line("Still signed in, because they were approved", [records[key] for key in stay]),
        )
        text = " ".join(filter(None, lines)) + " Devices can be revoked with: clawd-desktop devices revoke DEVICE_ID"
        title, now = "The gateway's password was changed", self._clock.wall_ms()
        self._notices.set(Notice(NOTICE, Severity.WARNING, title, text, since_ms=now))


def _mark(secret: str, salt: str) -> str:
    data = secret.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=bytes.fromhex(salt), n=_COST["n"], r=_COST["r"], p=_COST["p"]).hex()


def _among(known: str, marks: list[str]) -> bool:
    return any([same_digest(mark.encode(), known.encode()) for mark in marks])


def _is_valid(token: object) -> bool:
    return isinstance(token, dict) and "revokedAtMs" not in token


def _line(what: str, records: list[JsonObject]) -> str:
    names = [_name(as_object(record)) for record in records[:MOST_NAMES]]
    more = f" and {len(records) - MOST_NAMES} more" if len(records) > MOST_NAMES else ""
    return f"{what}: {', '.join(names)}{more}." if names else ""


def _name(record: JsonObject) -> str:
    named = as_text(record.get("givenName")) or as_text(record.get("displayName")) or as_text(record.get("clientId"))
    return f"{shown_whole(named)[:LONGEST_NAME] or 'a device'} ({as_text(record.get('deviceId'))[:12]})"
