"""Pairs nodes in the way of older ones, which have no device key but a token: `nodes/pending.json` and `paired.json`.

Source: Clawdbot 2026.1.24, infra/node-pairing. In place of the plain `token` we keep `tokenHash` (SHA-256, hex), as
`pairing` does for devices. Such a token lets nobody connect here: it can only be verified.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import Callable

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject, as_text
from clawd_desktop.gateway import pairing
from clawd_desktop.gateway.admission import digest
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.gate import same_digest
from clawd_desktop.gateway.methods.table import ErrorCode, MethodError

REQUESTED = "node.pair.requested"
RESOLVED = "node.pair.resolved"
_MOST_PENDING = 64
_SECRET = ("token", "tokenHash")


class NodePairing:
    """Requests, approvals and tokens. `announce(event, payload)` tells the connected clients who may know."""

    def __init__(self, store: DeviceStore, clock: Clock, announce: Callable[[str, JsonObject], object]) -> None:
        self._store = store
        self._clock = clock
        self._announce = announce
        self._paired: dict[str, JsonObject] = {}
        self._pending: dict[str, JsonObject] = {}
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Read what was stored. An unreadable file is logged, kept as it is, and nothing is written over it."""
        self._paired = await self._store.paired.read()
        self._pending = await self._store.pending.read()

    async def request(self, facts: JsonObject) -> tuple[JsonObject, bool]:
        """The waiting request of the node, and whether it is new. `facts` are the keys of the file, with `nodeId`."""
        async with self._lock:
            waiting = self._fresh()
            for request in waiting.values():
                if request.get("nodeId") == facts["nodeId"]:
                    return request, False
            request_id, now = str(uuid.uuid4()), self._clock.wall_ms()
            repair = as_text(facts["nodeId"]) in self._paired
            request = {"requestId": request_id, **facts, "isRepair": repair, "ts": now}
            newest = pairing.oldest_first(waiting, "ts")[1 - _MOST_PENDING :]
            kept = {as_text(row.get("requestId")): row for row in newest}
            await self._save_pending({**kept, request_id: request})
        self._announce(REQUESTED, request)
        return request, True

    def listing(self) -> tuple[list[JsonObject], list[JsonObject]]:
        """What waits and what is approved, newest first, without anything secret."""
        pending = list(reversed(pairing.oldest_first(self._fresh(), "ts")))
        paired = list(reversed(pairing.oldest_first(self._paired, "approvedAtMs")))
        return pending, [_summary(record) for record in paired]

    async def approve(self, request_id: str) -> JsonObject:
        """Approve a request; the node with its new token, which is known only now. Raises MethodError, StorageFault."""
        async with self._lock:
            request = self._waiting(request_id)
            node_id, now, token = as_text(request.get("nodeId")), self._clock.wall_ms(), secrets.token_hex(16)
            facts = {
                key: value for key, value in request.items() if key not in ("requestId", "isRepair", "silent", "ts")
            }
            created = self._paired.get(node_id, {}).get("createdAtMs", now)
            node: JsonObject = {**facts, "createdAtMs": created, "approvedAtMs": now}
            await self._save_paired(node_id, {**node, "tokenHash": digest(token).hex()})
            await self._settle(request_id, node_id, "approved")
        return {**node, "token": token}

    async def reject(self, request_id: str) -> str:
        """Refuse a request; the node's id. Raises MethodError when it is unknown."""
        async with self._lock:
            node_id = as_text(self._waiting(request_id).get("nodeId"))
            await self._settle(request_id, node_id, "rejected")
        return node_id

    def verify(self, node_id: str, token: str) -> JsonObject | None:
        """The node when the token is its own, else None."""
        record = self._paired.get(node_id.strip(), {})
        plain, kept = as_text(record.get("token")), as_text(record.get("tokenHash"))
        known = digest(plain) if plain else bytes.fromhex(kept) if pairing.is_digest(kept) else b""
        return _summary(record) if known and same_digest(digest(token), known) else None

    async def rename(self, node_id: str, name: str) -> bool:
        """Give the node another name; False when there is none of this id."""
        async with self._lock:
            record = self._paired.get(node_id)
            if record is None:
                return False
            await self._save_paired(node_id, {**record, "displayName": name})
            return True

    def _fresh(self) -> dict[str, JsonObject]:
        now = self._clock.wall_ms()
        return {key: row for key, row in self._pending.items() if pairing.is_fresh(row, now)}

    def _waiting(self, request_id: str) -> JsonObject:
        request = self._fresh().get(request_id)
        if request is None:
            raise MethodError(ErrorCode.INVALID_REQUEST, "unknown requestId")
        return request

    async def _settle(self, request_id: str, node_id: str, decision: str) -> None:
        await self._save_pending({key: row for key, row in self._fresh().items() if key != request_id})
        now = self._clock.wall_ms()
        self._announce(RESOLVED, {"requestId": request_id, "nodeId": node_id, "decision": decision, "ts": now})

    async def _save_pending(self, changed: dict[str, JsonObject]) -> None:
        await self._store.pending.write(changed)
        self._pending = changed

    async def _save_paired(self, node_id: str, record: JsonObject) -> None:
        changed = {key: _hashed(row) for key, row in {**self._paired, node_id: record}.items()}
        await self._store.paired.write(changed)
        self._paired = changed


def _summary(record: JsonObject) -> JsonObject:
    return {key: value for key, value in record.items() if key not in _SECRET}


def _hashed(record: JsonObject) -> JsonObject:
    """The record as it may lie on disk: no token in plain text."""
    plain = as_text(record.get("token"))
    return {**_summary(record), "tokenHash": digest(plain).hex()} if plain else record
