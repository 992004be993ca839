"""What a pairing is on disk and how it changes: pure functions over the records of devices/*.json.

Source of the layout: Clawdbot 2026.1.24, `devices/paired.json` and `devices/pending.json`. In place of the plain
`token` we keep `tokenHashes` (SHA-256, hex); a plain one that Clawdbot wrote is understood and hashed on the next save.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.gateway.gate import Standing
from clawd_desktop.gateway.methods.table import Client, Role

PENDING_MS = 5 * 60 * 1000
_TOKENS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Applicant:
    """A device that proved its key and asks for a role and scopes."""

    device_id: str
    public_key: str
    role: Role
    scopes: tuple[str, ...]
    client_id: str = ""
    client_mode: str = ""
    display_name: str = ""
    platform: str = ""
    remote: str = ""

    def facts(self) -> JsonObject:
        """The keys that describe the device in both files."""
        known: JsonObject = {
            "deviceId": self.device_id,
            "publicKey": self.public_key,
            "displayName": self.display_name,
            "platform": self.platform,
            "clientId": self.client_id,
            "clientMode": self.client_mode,
            "role": self.role.value,
            "remoteIp": self.remote,
        }
        return {key: value for key, value in known.items() if value}


def texts(value: object) -> tuple[str, ...]:
    """The strings of a JSON array, in order and each once; anything else is passed over."""
    return tuple(dict.fromkeys(item for item in value if isinstance(item, str))) if isinstance(value, list) else ()


def roles_of(record: JsonObject) -> tuple[str, ...]:
    """The roles that the owner approved."""
    single = as_text(record.get("role"))
    return texts(record.get("roles")) or ((single,) if single else ())


def token_of(record: JsonObject, role: str) -> JsonObject:
    """The token entry of a role; empty when there is none or it was revoked."""
    entry = as_object(as_object(record.get("tokens")).get(role))
    return {} if entry.get("revokedAtMs") is not None else entry


def standing(record: JsonObject, role: str) -> Standing:
    """What the record allows its device in this role."""
    entry = token_of(record, role)
    digests = [bytes.fromhex(text) for text in texts(entry.get("tokenHashes")) if _is_digest(text)]
    if plain := as_text(entry.get("token")):
        digests.append(hashlib.sha256(plain.encode()).digest())
    return Standing(roles_of(record), texts(record.get("scopes")), tuple(digests), texts(entry.get("scopes")))


def pending_request(applicant: Applicant, request_id: str, now_ms: int, *, repair: bool) -> JsonObject:
    """A request for the owner to decide."""
    request: JsonObject = {
        "requestId": request_id,
        **applicant.facts(),
        "roles": [applicant.role.value],
        "scopes": list(applicant.scopes),
        "ts": now_ms,
    }
    if repair:
        request["isRepair"] = True
    return request


def applicant_of(request: JsonObject) -> Applicant | None:
    """The device behind a stored request; None when the record does not name one."""
    role = as_text(request.get("role"), Role.OPERATOR)
    device_id, key = as_text(request.get("deviceId")), as_text(request.get("publicKey"))
    if not device_id or not key or role not in list(Role):
        return None
    return Applicant(
        device_id,
        key,
        Role(role),
        texts(request.get("scopes")),
        as_text(request.get("clientId")),
        as_text(request.get("clientMode")),
        as_text(request.get("displayName")),
        as_text(request.get("platform")),
        as_text(request.get("remoteIp")),
    )


def is_fresh(request: JsonObject, now_ms: int) -> bool:
    """True while the request may still be decided; one from the future (a clock set back) is not."""
    made = request.get("ts")
    return isinstance(made, int) and 0 <= now_ms - made <= PENDING_MS


def approved(record: JsonObject, applicant: Applicant, now_ms: int) -> JsonObject:
    """The record with the applicant's role and scopes added to what was approved before."""
    roles = dict.fromkeys((*roles_of(record), applicant.role.value))
    scopes = dict.fromkeys((*texts(record.get("scopes")), *applicant.scopes))
    return {
        **record,
        **applicant.facts(),
        "roles": list(roles),
        "scopes": list(scopes),
        "tokens": as_object(record.get("tokens")),
        "createdAtMs": record.get("createdAtMs", now_ms),
        "approvedAtMs": now_ms,
    }


def with_token(record: JsonObject, role: str, scopes: tuple[str, ...], digest: bytes, now_ms: int) -> JsonObject:
    """The record with one more valid token for the role; the newest few stay valid beside it.

    Several programs share one device identity, each with the token that it was given last.
    """
    entry = token_of(record, role)
    hashes = [*_hashes(entry), digest.hex()][-_TOKENS_KEPT:]
    kept = dict.fromkeys((*texts(entry.get("scopes")), *scopes))
    return _with_entry(
        record,
        role,
        {
            "role": role,
            "scopes": list(kept),
            "createdAtMs": entry.get("createdAtMs", now_ms),
            "lastUsedAtMs": now_ms,
            "tokenHashes": list(hashes),
        },
    )


def rotated(record: JsonObject, role: str, scopes: tuple[str, ...], digest: bytes, now_ms: int) -> JsonObject:
    """The record with exactly this token for the role; all older ones are dead."""
    entry = as_object(as_object(record.get("tokens")).get(role))
    return _with_entry(
        record,
        role,
        {
            "role": role,
            "scopes": list(scopes),
            "createdAtMs": entry.get("createdAtMs", now_ms),
            "rotatedAtMs": now_ms,
            "tokenHashes": [digest.hex()],
        },
    )


def revoked(record: JsonObject, role: str, now_ms: int) -> JsonObject:
    """The record with the role's tokens dead."""
    entry = as_object(as_object(record.get("tokens")).get(role))
    kept = {key: value for key, value in entry.items() if key not in ("token", "tokenHashes")}
    return _with_entry(record, role, {**kept, "revokedAtMs": now_ms})


def hashed(record: JsonObject) -> JsonObject:
    """The record as it may lie on disk: no token in plain text."""
    tokens = as_object(record.get("tokens"))
    safe: JsonObject = {}
    for role, value in tokens.items():
        entry = as_object(value)
        kept: JsonObject = {key: item for key, item in entry.items() if key != "token"}
        safe[role] = kept | {"tokenHashes": list(_hashes(entry))} if "token" in entry else entry
    return {**record, "tokens": safe}


def summary(record: JsonObject) -> JsonObject:
    """The record for people and clients: tokens without anything secret."""
    tokens = [as_object(value) for value in as_object(record.get("tokens")).values()]
    secret = ("token", "tokenHashes")
    shown = [{key: value for key, value in entry.items() if key not in secret} for entry in tokens]
    return {**record, "tokens": list(shown)}


def _hashes(entry: JsonObject) -> list[str]:
    hashes = [text for text in texts(entry.get("tokenHashes")) if _is_digest(text)]
    plain = as_text(entry.get("token"))
    return [*([hashlib.sha256(plain.encode()).hexdigest()] if plain else []), *hashes]


def _with_entry(record: JsonObject, role: str, entry: JsonObject) -> JsonObject:
    return {**record, "tokens": {**as_object(record.get("tokens")), role: entry}}


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


def node_row(record: JsonObject, client: Client | None) -> JsonObject:
    """A paired node for `node.list`; what it can do is known only while it is connected."""
    known: JsonObject = {
        "nodeId": record.get("deviceId"),
        "displayName": record.get("displayName"),
        "platform": record.get("platform"),
        "remoteIp": record.get("remoteIp"),
        "version": client.version if client is not None else None,
        "deviceFamily": client.device_family or None if client is not None else None,
        "modelIdentifier": client.model_identifier or None if client is not None else None,
        "pathEnv": client.path_env or None if client is not None else None,
        "connectedAtMs": client.connected_ms if client is not None else None,
        "caps": list(client.caps) if client is not None else [],
        "commands": list(client.commands) if client is not None else [],
        "paired": True,
        "connected": client is not None,
    }
    return {key: value for key, value in known.items() if value is not None}


def oldest_first(records: dict[str, JsonObject], key: str) -> list[JsonObject]:
    """The records in the order of a time stamp."""

    def stamp(record: JsonObject) -> float:
        at = record.get(key)
        return float(at) if isinstance(at, int | float) else 0.0

    return sorted(records.values(), key=stamp)
