"""Which devices the owner has approved, which wait for it, and the tokens they hold."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from collections.abc import Callable, Iterator

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import PairingChanged
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.gateway import pairing
from clawd_desktop.gateway.admission import Standing, digest
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.methods.table import ErrorCode, MethodError, Role, covered
from clawd_desktop.gateway.pairing import Applicant
from clawd_desktop.gateway.pairing_book import PairingBook

REQUESTED = "device.pair.requested"
RESOLVED = "device.pair.resolved"
_MOST_PENDING = 64


class Devices:
    """Pairs, lists, rotates and revokes. `announce(event, payload)` tells the connected clients who may know."""

    def __init__(
        self, store: DeviceStore, clock: Clock, bus: EventBus, announce: Callable[[str, JsonObject], object]
    ) -> None:
        self._book = PairingBook(store.paired, store.pending, clock)
        self._clock = clock
        self._bus = bus
        self._announce = announce
        self._decided: set[str] = set()
        self._on_dead_token: Callable[[str, str], object] = lambda device_id, role: None

    async def open(self) -> None:
        """Read what was stored. An unreadable file is logged, kept as it is, and nothing is written over it."""
        await self._book.open()

    async def close(self) -> None:
        """Write what was still to be written."""
        await self._book.close()

    def on_dead_token(self, listener: Callable[[str, str], object]) -> None:
        """Call `listener(device_id, role)` when tokens of a device are rotated, revoked or ended."""
        self._on_dead_token = listener

    def standing(self, device_id: str, role: Role) -> Standing | None:
        """What the owner approved for the device, None when it is unknown."""
        record = self._book.paired.get(device_id)
        return None if record is None else pairing.standing(record, role)

    def records(self) -> tuple[JsonObject, ...]:
        """All paired devices without anything secret, oldest first."""
        return tuple(pairing.summary(record) for record in pairing.oldest_first(self._book.paired, "approvedAtMs"))

    def listing(self) -> JsonObject:
        """The answer of `device.pair.list`: what waits and what is paired, newest first."""
        self._book.drop_stale()
        pending = list(reversed(pairing.oldest_first(self._book.waiting, "ts")))
        return {"pending": list(pending), "paired": list(reversed(self.records()))}

    def nodes(self) -> dict[str, JsonObject]:
        """The paired devices that may come as nodes, by id, without anything secret."""
        return {as_text(row.get("deviceId")): row for row in self.records() if Role.NODE in pairing.roles_of(row)}

    async def enrol(self, applicant: Applicant) -> str:
        """Pair the device for what it asks without asking the owner, and return a new token for it.

        Only for a device that came with the shared secret and was judged by the gate. The token dies with that secret
        unless the owner has approved the same by click. Raises ClawdError when it could not be stored.
        """
        new, now, token = applicant.device_id not in self._book.paired, self._clock.wall_ms(), _new_token()

        def change(record: JsonObject) -> JsonObject:
            record = pairing.paired(record, applicant, now)
            return pairing.with_token(record, applicant.role.value, applicant.scopes, digest(token), now)

        await self._book.change(applicant.device_id, change)
        if new:
            self._resolved(str(uuid.uuid4()), applicant.device_id, "approved")
        return token

    async def ask(self, applicant: Applicant) -> JsonObject:
        """The waiting request of the device, made and announced when there is none for the same things yet."""
        self._book.drop_stale()
        for request in self._book.waiting.values():
            if pairing.applicant_of(request) == applicant:
                return request
        now = self._clock.wall_ms()
        request_id = str(uuid.uuid4())
        known = applicant.device_id in self._book.paired
        request = pairing.pending_request(applicant, request_id, now, repair=known)

        def change(waiting: dict[str, JsonObject]) -> dict[str, JsonObject]:
            rows = pairing.oldest_first(waiting, "ts")
            others = [row for row in rows if row["deviceId"] != applicant.device_id]
            kept = {as_text(row.get("requestId")): row for row in others[1 - _MOST_PENDING :]}
            return {**kept, request_id: request}

        await self._book.change_waiting(change)
        self._announce(REQUESTED, request)
        self._bus.publish(PairingChanged(request_id, applicant.device_id, requested=True))
        return request

    async def approve(self, request_id: str, held: frozenset[str] | None = None) -> JsonObject:
        """Approve a waiting request. `held` are the scopes of who approves (see `covered`), None for the owner here.

        Raises MethodError when the request is unknown or asks for more than the approver holds.
        """
        with self._deciding(request_id) as applicant:
            _within(applicant.scopes, held)
            now = self._clock.wall_ms()
            record = await self._book.change(
                applicant.device_id, lambda record: pairing.approved(record, applicant, now)
            )
            await self._settle(request_id, applicant.device_id, "approved")
        return {"requestId": request_id, "device": pairing.summary(record)}

    async def reject(self, request_id: str) -> JsonObject:
        """Refuse a waiting request. Raises MethodError when it is unknown."""
        with self._deciding(request_id) as applicant:
            await self._settle(request_id, applicant.device_id, "rejected")
        return {"requestId": request_id, "deviceId": applicant.device_id}

    async def rotate(
        self, device_id: str, role: str, scopes: tuple[str, ...] | None, held: frozenset[str] | None = None
    ) -> JsonObject:
        """Give the device a new token and kill the old ones; never with more than was approved or the caller holds.

        Raises MethodError when device or role are unknown, or too much is asked for.
        """
        record = self._record(device_id, role)
        wanted = scopes if scopes is not None else pairing.token_scopes(record, role)
        _within(wanted, covered(pairing.texts(record.get("scopes"))))
        _within(wanted, held)
        token, now = _new_token(), self._clock.wall_ms()
        await self._book.change(device_id, lambda record: pairing.rotated(record, role, wanted, digest(token), now))
        self._on_dead_token(device_id, role)
        return {"deviceId": device_id, "role": role, "token": token, "scopes": list(wanted), "rotatedAtMs": now}

    async def revoke(self, device_id: str, role: str, because: str = "") -> JsonObject:
        """Kill the device's tokens of a role; unless `because` says why, the owner must approve it anew.

        Raises MethodError when device or role are unknown.
        """
        if role not in as_object(self._record(device_id, role).get("tokens")):
            raise _unknown("deviceId/role")
        now = self._clock.wall_ms()
        await self._book.change(device_id, lambda record: pairing.revoked(record, role, now, because))
        self._on_dead_token(device_id, role)
        return {"deviceId": device_id, "role": role, "revokedAtMs": now}

    async def rename(self, device_id: str, name: str) -> None:
        """Call a node so from now on, whatever it calls itself. Raises MethodError when it is no known node."""
        if device_id not in self.nodes():
            raise _unknown("nodeId")
        await self._book.change(device_id, lambda record: {**record, "givenName": name})

    def any_silent(self) -> bool:
        """Whether some device has a token that rests on the shared secret alone."""
        return any(pairing.silent_roles(record) for record in self._book.paired.values())

    async def end_silent(self) -> tuple[str, ...]:
        """Kill all tokens that rest on the shared secret alone and close their sockets; returns the devices' ids.

        Raises ClawdError when the disk refused; they are dead in this process nevertheless.
        """
        before = self._book.paired
        try:
            ended = await self._book.end_silent()
        finally:
            for key, row in before.items():
                for role in pairing.silent_roles(row):
                    self._on_dead_token(key, role)
        return tuple(dict.fromkeys(device_id for device_id, _ in ended))

    def seen(self, applicant: Applicant) -> None:
        """Note that a paired device came with its token; written within a second, together with others."""
        self._book.seen(applicant)

    async def _settle(self, request_id: str, device_id: str, decision: str) -> None:
        await self._book.change_waiting(lambda rows: {key: row for key, row in rows.items() if key != request_id})
        self._resolved(request_id, device_id, decision)

    def _resolved(self, request_id: str, device_id: str, decision: str) -> None:
        now = self._clock.wall_ms()
        self._announce(RESOLVED, {"requestId": request_id, "deviceId": device_id, "decision": decision, "ts": now})
        self._bus.publish(PairingChanged(request_id, device_id, requested=False))

    @contextlib.contextmanager
    def _deciding(self, request_id: str) -> Iterator[Applicant]:
        """The device of a waiting request, for one decision only: who comes while it is made, comes too late."""
        self._book.drop_stale()
        request = self._book.waiting.get(request_id)
        applicant = None if request is None else pairing.applicant_of(request)
        if applicant is None or request_id in self._decided:
            raise _unknown("requestId")
        self._decided.add(request_id)
        try:
            yield applicant
        finally:
            self._decided.discard(request_id)

    def _record(self, device_id: str, role: str) -> JsonObject:
        record = self._book.paired.get(device_id)
        if record is None or role not in pairing.roles_of(record):
            raise _unknown("deviceId/role")
        return record


def _unknown(what: str) -> MethodError:
    return MethodError(ErrorCode.INVALID_REQUEST, f"unknown {what}")


def _new_token() -> str:
    return secrets.token_hex(32)


def _within(wanted: tuple[str, ...], held: frozenset[str] | None) -> None:
    """Refuse to hand out more than is held. Raises MethodError."""
    if held is not None and (missing := [scope for scope in wanted if scope not in held]):
        raise MethodError(ErrorCode.INVALID_REQUEST, f"missing scope: {missing[0]}")
