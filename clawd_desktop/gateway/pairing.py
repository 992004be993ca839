"""What a pairing is on disk and how it changes: pure functions over the records of devices/*.json.

Source of the layout: Clawdbot 2026.1.24, `devices/paired.json` and `devices/pending.json`. In place of the plain
`token` we keep `tokenHashes` (SHA-256, hex); a plain one that Clawdbot wrote is understood and hashed on the next save.
Our own further keys: `approvedScopes` (what the owner approved by click, by role), `silentHashes` (the tokens that rest
on the shared secret alone), `silentScopes` (what only those brought to a role that had others), `revokedBecause` and
`givenName` (what the owner calls a node).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from clawd_desktop.core.values import JsonObject, JsonValue, as_object, as_text
from clawd_desktop.gateway.admission import Standing
from clawd_desktop.gateway.methods.table import Role, covered

PENDING_MS = 5 * 60 * 1000
SECRET_CHANGED = "secret-changed"
SIGNED_OUT = "signed-out"
_TOKENS_KEPT = 4
_OF_LIVE_TOKENS = ("token", "tokenHashes", "silentHashes", "silentScopes")
_SHOWN = (
    "deviceId", "publicKey", "displayName", "givenName", "platform", "clientId", "clientMode", "role", "roles",
    "scopes", "remoteIp", "approvedScopes", "createdAtMs", "approvedAtMs",
)  # fmt: skip
_SHOWN_OF_TOKEN = (
    "role", "scopes", "createdAtMs", "rotatedAtMs", "revokedAtMs", "revokedBecause", "lastUsedAtMs",
)  # fmt: skip


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


def token_scopes(record: JsonObject, role: str) -> tuple[str, ...]:
    """What a new token of the role may do when nobody says otherwise: the same as the last one."""
    last = as_object(as_object(record.get("tokens")).get(role)).get("scopes")
    return texts(last) if last is not None or role != Role.OPERATOR else texts(record.get("scopes"))


def standing(record: JsonObject, role: str) -> Standing:
    """What the record allows its device in this role."""
    entry = token_of(record, role)
    digests = [bytes.fromhex(text) for text in texts(entry.get("tokenHashes")) if is_digest(text)]
    if plain := as_text(entry.get("token")):
        digests.append(hashlib.sha256(plain.encode()).digest())
    last = as_object(as_object(record.get("tokens")).get(role))
    return Standing(
        roles_of(record),
        texts(record.get("scopes")),
        tuple(digests),
        texts(entry.get("scopes")),
        revoked=last.get("revokedAtMs") is not None and not last.get("revokedBecause"),
    )


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


def paired(record: JsonObject, applicant: Applicant, now_ms: int) -> JsonObject:
    """The record with the applicant's role and scopes added to what it may come for."""
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


def approved(record: JsonObject, applicant: Applicant, now_ms: int) -> JsonObject:
    """The record, paired for what the applicant asks, with the mark that the owner approved that."""
    by_role, role = as_object(record.get("approvedScopes")), applicant.role.value
    scopes = dict.fromkeys((*texts(by_role.get(role)), *applicant.scopes))
    made = paired(record, applicant, now_ms) | {"approvedScopes": {**by_role, role: list(scopes)}}
    tokens = {key: entry for key, entry in as_object(made["tokens"]).items() if key != role or token_of(made, role)}
    return made | {"tokens": tokens}


def is_approved(record: JsonObject, role: str, scopes: tuple[str, ...]) -> bool:
    """Whether the owner approved the role with these scopes; else they rest on the shared secret alone."""
    by_role = as_object(record.get("approvedScopes"))
    return role in by_role and set(scopes) <= covered(texts(by_role[role]))


def with_token(record: JsonObject, role: str, scopes: tuple[str, ...], digest: bytes, now_ms: int) -> JsonObject:
    """The record with one more valid token for the role; the newest few stay valid beside it.

    Several programs share one device identity, each with the token that it was given last.
    """
    entry = token_of(record, role)
    hashes = [*_hashes(entry), digest.hex()][-_TOKENS_KEPT:]
    kept = tuple(dict.fromkeys((*texts(entry.get("scopes")), *scopes)))
    silent = [text for text in texts(entry.get("silentHashes")) if text in hashes]
    brought = texts(entry.get("silentScopes"))
    if not is_approved(record, role, kept):
        silent.append(digest.hex())
        brought = tuple(
            dict.fromkeys((*brought, *(scope for scope in scopes if scope not in texts(entry.get("scopes")))))
        )
    fresh: JsonObject = {
        "role": role,
        "scopes": list(kept),
        "createdAtMs": entry.get("createdAtMs", now_ms),
        "lastUsedAtMs": now_ms,
        "tokenHashes": list(hashes),
    }
    return _with_entry(record, role, fresh | ({"silentScopes": list(brought)} if brought else {}), silent)


def rotated(record: JsonObject, role: str, scopes: tuple[str, ...], digest: bytes, now_ms: int) -> JsonObject:
    """The record with exactly this token for the role; all older ones are dead."""
    entry = as_object(as_object(record.get("tokens")).get(role))
    fresh: JsonObject = {
        "role": role,
        "scopes": list(scopes),
        "createdAtMs": entry.get("createdAtMs", now_ms),
        "rotatedAtMs": now_ms,
        "tokenHashes": [digest.hex()],
    }
    if "lastUsedAtMs" in entry:
        fresh["lastUsedAtMs"] = entry["lastUsedAtMs"]
    # Whoever holds the shared secret can ask for a rotation: that alone must not make a token outlive it.
    return _with_entry(record, role, fresh, [] if is_approved(record, role, scopes) else [digest.hex()])


def revoked(record: JsonObject, role: str, now_ms: int, because: str = "") -> JsonObject:
    """The record with the role's tokens dead, and its approval too; where `because` says why, that one stays."""
    entry = as_object(as_object(record.get("tokens")).get(role))
    kept = {key: value for key, value in entry.items() if key not in _OF_LIVE_TOKENS}
    by_role = as_object(record.get("approvedScopes"))
    if not because and role in by_role:
        record = {**record, "approvedScopes": {key: value for key, value in by_role.items() if key != role}}
    return _with_entry(record, role, {**kept, "revokedAtMs": now_ms} | ({"revokedBecause": because} if because else {}))


def seen(record: JsonObject, applicant: Applicant, now_ms: int) -> JsonObject:
    """The record after its device came with its token."""
    role = applicant.role.value
    entry: JsonObject = {**token_of(record, role), "lastUsedAtMs": now_ms}
    return _with_entry({**record, **applicant.facts()}, role, entry)


def silent_roles(record: JsonObject) -> tuple[str, ...]:
    """The roles with a valid token that rests on the shared secret alone."""
    return tuple(role for role in as_object(record.get("tokens")) if texts(token_of(record, role).get("silentHashes")))


def without_silent(record: JsonObject, now_ms: int) -> JsonObject:
    """The record with every token dead that rests on the shared secret alone, and what such ones brought to others."""
    for role in silent_roles(record):
        entry = token_of(record, role)
        silent = texts(entry.get("silentHashes"))
        left = [text for text in _hashes(entry) if text not in silent]
        if left:
            brought = [text for text in texts(entry.get("silentScopes")) if not is_approved(record, role, (text,))]
            scopes = [text for text in texts(entry.get("scopes")) if text not in brought]
            rest = {key: value for key, value in entry.items() if key not in _OF_LIVE_TOKENS}
            record = _with_entry(record, role, {**rest, "scopes": list(scopes), "tokenHashes": list(left)})
        else:
            record = revoked(record, role, now_ms, SECRET_CHANGED)
    return record


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
    """The record for people and clients: tokens without anything secret; `silent` ones die with the shared secret."""
    tokens: list[JsonValue] = []
    for role, value in sorted(as_object(record.get("tokens")).items()):
        entry = as_object(value)
        shown: JsonObject = {"role": role, "scopes": [], **_only(entry, _SHOWN_OF_TOKEN)}
        tokens.append(shown | ({"silent": True} if role in silent_roles(record) else {}))
    return {**_only(record, _SHOWN), "roles": list(roles_of(record)), "tokens": tokens}


def _only(record: JsonObject, keys: tuple[str, ...]) -> JsonObject:
    return {key: record[key] for key in keys if record.get(key) is not None}


def _hashes(entry: JsonObject) -> list[str]:
    hashes = [text for text in texts(entry.get("tokenHashes")) if is_digest(text)]
    plain = as_text(entry.get("token"))
    return [*([hashlib.sha256(plain.encode()).hexdigest()] if plain else []), *hashes]


def _with_entry(record: JsonObject, role: str, entry: JsonObject, silent: list[str] | None = None) -> JsonObject:
    marked = entry | ({"silentHashes": list(silent)} if silent else {})
    return {**record, "tokens": {**as_object(record.get("tokens")), role: marked}}


def is_digest(text: str) -> bool:
    """Whether the text is a SHA-256 digest in lower-case hex."""
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


def oldest_first(records: dict[str, JsonObject], key: str) -> list[JsonObject]:
    """The records in the order of a time stamp."""

    def stamp(record: JsonObject) -> float:
        at = record.get(key)
        return float(at) if isinstance(at, int | float) else 0.0

    return sorted(records.values(), key=stamp)
