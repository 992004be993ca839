"""Which devices the owner has approved, which wait for it, and the tokens they hold."""

from __future__ import annotations

import asyncio
import logging
import secrets
import uuid
from collections.abc import Callable

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import PairingChanged
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.gateway import pairing
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.gate import Standing, digest
from clawd_desktop.gateway.methods.table import Client, ErrorCode, MethodError, Role, covered
from clawd_desktop.gateway.pairing import Applicant

REQUESTED = "device.pair.requested"
RESOLVED = "device.pair.resolved"
_LAZY_SECONDS = 1.0
_MOST_PENDING = 64
_log = logging.getLogger("clawd.gateway.devices")


class Devices:
    """Pairs, lists, rotates and revokes. `announce(event, payload)` tells the connected clients who may know."""

    def __init__(
        self, store: DeviceStore, clock: Clock, bus: EventBus, announce: Callable[[str, JsonObject], object]
    ) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._announce = announce
        self._paired: dict[str, JsonObject] = {}
        self._pending: dict[str, JsonObject] = {}
        self._live_nodes: dict[str, Client] = {}
        self._lock = asyncio.Lock()
        self._lazy: asyncio.Task[None] | None = None
        self._on_dead_token: Callable[[str, str], object] = lambda device_id, role: None

    async def open(self) -> None:
        """Read what was stored. An unreadable file is logged, kept as it is, and nothing is written over it."""
        self._paired = await self._store.paired.read()
        self._pending = await self._store.pending.read()

    async def close(self) -> None:
        """Write what was still to be written."""
        if self._lazy is not None and not self._lazy.done():
            await stop(self._lazy)
            await self._save_quietly()

    def on_dead_token(self, listener: Callable[[str, str], object]) -> None:
        """Call `listener(device_id, role)` when the tokens of a device are rotated or revoked."""
        self._on_dead_token = listener

    def standing(self, device_id: str, role: Role) -> Standing | None:
        """What the owner approved for the device, None when it is unknown."""
        record = self._paired.get(device_id)
        return None if record is None else pairing.standing(record, role)

    def records(self) -> tuple[JsonObject, ...]:
        """All paired devices without anything secret, oldest first."""
        return tuple(pairing.summary(record) for record in pairing.oldest_first(self._paired, "approvedAtMs"))

    def listing(self) -> JsonObject:
        """The answer of `device.pair.list`: what waits and what is paired, newest first."""
        self._drop_stale()
        pending = list(reversed(pairing.oldest_first(self._pending, "ts")))
        return {"pending": list(pending), "paired": list(reversed(self.records()))}

    def arrived(self, client: Client) -> None:
        """A node has connected; it is listed with what it says it can do until it goes."""
        if client.role is Role.NODE and client.device_id:
            self._live_nodes[client.device_id] = client

    def left(self, client: Client) -> None:
        """A client has gone."""
        if self._live_nodes.get(client.device_id) is client:
            del self._live_nodes[client.device_id]

    def nodes(self) -> tuple[JsonObject, ...]:
        """Paired machines that lend their abilities, those that are connected first."""
        paired = [record for record in self._paired.values() if Role.NODE in pairing.roles_of(record)]
        rows = [pairing.node_row(row, self._live_nodes.get(as_text(row.get("deviceId")))) for row in paired]
        return tuple(sorted(rows, key=lambda row: not row["connected"]))

    async def enrol(self, applicant: Applicant) -> str:
        """Pair the device for what it asks without asking the owner, and return a new token for it.

        Only for a device that came with the shared secret and was judged by the gate. Raises ClawdError when it could
        not be stored.
        """
        before = self._paired.get(applicant.device_id)
        token = _new_token()
        await self._approve(applicant, token)
        if before is None:
            self._resolved(str(uuid.uuid4()), applicant.device_id, "approved")
        return token

    async def ask(self, applicant: Applicant) -> JsonObject:
        """The waiting request of the device, made and announced when there is none for the same things yet."""
        self._drop_stale()
        for request in self._pending.values():
            if pairing.applicant_of(request) == applicant:
                return request
        now = self._clock.wall_ms()
        request_id = str(uuid.uuid4())
        known = applicant.device_id in self._paired
        request = pairing.pending_request(applicant, request_id, now, repair=known)
        others = [row for row in pairing.oldest_first(self._pending, "ts") if row["deviceId"] != applicant.device_id]
        kept = {as_text(row.get("requestId")): row for row in others[1 - _MOST_PENDING :]}
        await self._save_pending({**kept, request_id: request})
        self._announce(REQUESTED, request)
        self._bus.publish(PairingChanged(request_id, applicant.device_id, requested=True))
        return request

    async def approve(self, request_id: str, held: frozenset[str] | None = None) -> JsonObject:
        """Approve a waiting request. `held` are the scopes of who approves (see `covered`), None for the owner here.

        Raises MethodError when the request is unknown or asks for more than the approver holds.
        """
        request, applicant = self._find(request_id)
        _within(applicant.scopes, held)
        await self._approve(applicant, None)
        await self._settle(request, "approved")
        return {"requestId": request_id, "device": pairing.summary(self._paired[applicant.device_id])}

    async def reject(self, request_id: str) -> JsonObject:
        """Refuse a waiting request. Raises MethodError when it is unknown."""
        request, applicant = self._find(request_id)
        await self._settle(request, "rejected")
        return {"requestId": request_id, "deviceId": applicant.device_id}

    async def rotate(
        self, device_id: str, role: str, scopes: tuple[str, ...] | None, held: frozenset[str] | None = None
    ) -> JsonObject:
        """Give the device a new token and kill the old ones; never with more than was approved or the caller holds.

        Raises MethodError when device or role are unknown, or too much is asked for.
        """
        record = self._record(device_id, role)
        wanted = scopes if scopes is not None else pairing.texts(record.get("scopes"))
        _within(wanted, covered(pairing.texts(record.get("scopes"))))
        _within(wanted, held)
        token, now = _new_token(), self._clock.wall_ms()
        await self._save(pairing.rotated(record, role, wanted, digest(token), now))
        self._on_dead_token(device_id, role)
        return {"deviceId": device_id, "role": role, "token": token, "scopes": list(wanted), "rotatedAtMs": now}

    async def revoke(self, device_id: str, role: str) -> JsonObject:
        """Kill the device's tokens of a role. Raises MethodError when device or role are unknown."""
        record, now = self._record(device_id, role), self._clock.wall_ms()
        await self._save(pairing.revoked(record, role, now))
        self._on_dead_token(device_id, role)
        return {"deviceId": device_id, "role": role, "revokedAtMs": now}

    def seen(self, applicant: Applicant) -> None:
        """Note that a paired device came with its token; written within a second, together with others."""
        record = self._paired.get(applicant.device_id)
        entry = {} if record is None else pairing.token_of(record, applicant.role)
        if record is None or not entry:
            return
        used: JsonObject = {**entry, "lastUsedAtMs": self._clock.wall_ms()}
        tokens: JsonObject = {**as_object(record.get("tokens")), applicant.role.value: used}
        self._paired[applicant.device_id] = {**record, **applicant.facts(), "tokens": tokens}
        if self._lazy is None or self._lazy.done():
            self._lazy = spawn(self._save_later(), name="devices save")

    async def _approve(self, applicant: Applicant, token: str | None) -> None:
        now = self._clock.wall_ms()
        record = pairing.approved(self._paired.get(applicant.device_id, {}), applicant, now)
        if token is not None:
            record = pairing.with_token(record, applicant.role.value, applicant.scopes, digest(token), now)
        await self._save(record)

    async def _settle(self, request: JsonObject, decision: str) -> None:
        request_id = as_text(request.get("requestId"))
        await self._save_pending({key: row for key, row in self._pending.items() if key != request_id})
        self._resolved(request_id, as_text(request.get("deviceId")), decision)

    def _resolved(self, request_id: str, device_id: str, decision: str) -> None:
        now = self._clock.wall_ms()
        self._announce(RESOLVED, {"requestId": request_id, "deviceId": device_id, "decision": decision, "ts": now})
        self._bus.publish(PairingChanged(request_id, device_id, requested=False))

    def _find(self, request_id: str) -> tuple[JsonObject, Applicant]:
        self._drop_stale()
        request = self._pending.get(request_id)
        applicant = None if request is None else pairing.applicant_of(request)
        if request is None or applicant is None:
            raise MethodError(ErrorCode.INVALID_REQUEST, "unknown requestId")
        return request, applicant

    def _record(self, device_id: str, role: str) -> JsonObject:
        record = self._paired.get(device_id)
        if record is None or role not in pairing.roles_of(record):
            raise MethodError(ErrorCode.INVALID_REQUEST, "unknown deviceId/role")
        return record

    def _drop_stale(self) -> None:
        now = self._clock.wall_ms()
        self._pending = {key: row for key, row in self._pending.items() if pairing.is_fresh(row, now)}

    async def _save(self, record: JsonObject) -> None:
        """Store the changed record; what is in memory changes only when the disk has it."""
        async with self._lock:
            changed = {**self._paired, as_text(record.get("deviceId")): record}
            safe = {key: pairing.hashed(row) for key, row in changed.items()}
            await self._store.paired.write(safe)
            self._paired = safe

    async def _save_pending(self, changed: dict[str, JsonObject]) -> None:
        async with self._lock:
            await self._store.pending.write(changed)
            self._pending = changed

    async def _save_later(self) -> None:
        await asyncio.sleep(_LAZY_SECONDS)
        await self._save_quietly()

    async def _save_quietly(self) -> None:
        async with self._lock:
            try:
                await self._store.paired.write({key: pairing.hashed(row) for key, row in self._paired.items()})
            except ClawdError as error:
                _log.warning("when devices were last seen could not be saved: %s", error)


def _new_token() -> str:
    return secrets.token_hex(32)


def _within(wanted: tuple[str, ...], held: frozenset[str] | None) -> None:
    """Refuse to hand out more than is held. Raises MethodError."""
    if held is not None and (missing := [scope for scope in wanted if scope not in held]):
        raise MethodError(ErrorCode.INVALID_REQUEST, f"missing scope: {missing[0]}")
