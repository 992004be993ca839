"""The bytes of the encrypted vault: pure functions between a passphrase, records and one JSON file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from clawd_desktop.core.hash_turn import ONE_HASH_AT_A_TIME
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_object, as_text

FORMAT = "clawd-vault"
VERSION = 1
_NONCE = 12
_KEY = 32


class Damaged(ValueError):
    """The bytes are not a whole vault."""


class TooNew(ValueError):
    """The vault was written by a later version of this program."""


class WrongKey(ValueError):
    """The passphrase is not the vault's, or a box was altered."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of Argon2id. The default is RFC 9106's second choice (64 MiB, 3 passes, 4 lanes): about 0.1 s."""

    iterations: int = 3
    lanes: int = 4
    memory_kib: int = 64 * 1024

    def check(self) -> None:
        """Raises Damaged when the parameters are outside what is worth computing: a file must not eat all memory."""
        sane = 1 <= self.iterations <= 12 and 1 <= self.lanes <= 16
        if not (sane and 8 * self.lanes <= self.memory_kib <= 256 * 1024):
            raise Damaged("its key parameters are out of bounds")


@dataclass(frozen=True, slots=True)
class VaultData:
    """A vault as it lies on the disk: all values are encrypted, names are not."""

    id: str
    cost: Cost
    salt: bytes
    wrapped_key: bytes
    records: Mapping[str, bytes]


def create(passphrase: str, cost: Cost) -> tuple[VaultData, bytes]:
    """A new, empty vault and its data key."""
    cost.check()
    key, salt, vault_id = os.urandom(_KEY), os.urandom(16), os.urandom(8).hex()
    outer = _derive(passphrase, salt, cost)
    return VaultData(vault_id, cost, salt, _seal(outer, key, _about(vault_id, "key")), {}), key


def open_key(data: VaultData, passphrase: str) -> bytes:
    """The vault's data key. Raises WrongKey."""
    return _open(_derive(passphrase, data.salt, data.cost), data.wrapped_key, _about(data.id, "key"))


def with_record(data: VaultData, key: bytes, name: str, value: str) -> VaultData:
    """The vault with this record added or replaced."""
    box = _seal(key, value.encode(), _about(data.id, "record", name))
    return replace(data, records={**data.records, name: box})


def without_record(data: VaultData, name: str) -> VaultData:
    """The vault without this record."""
    return replace(data, records={other: box for other, box in data.records.items() if other != name})


def open_record(data: VaultData, key: bytes, name: str) -> str:
    """The value of a record that is there. Raises WrongKey when it was altered or belongs to another name."""
    return _open(key, data.records[name], _about(data.id, "record", name)).decode()


def encode(data: VaultData) -> bytes:
    """The vault as the bytes of its file, with a checksum that tells damage from a wrong passphrase."""
    fields: JsonObject = {
        "format": FORMAT,
        "version": VERSION,
        "id": data.id,
        "kdf": {
            "name": "argon2id",
            "salt": _text(data.salt),
            "iterations": data.cost.iterations,
            "lanes": data.cost.lanes,
            "memoryKiB": data.cost.memory_kib,
        },
        "key": _text(data.wrapped_key),
        "records": {name: _text(box) for name, box in sorted(data.records.items())},
    }
    return (json.dumps({**fields, "sha256": _checksum(fields)}, indent=2) + "\n").encode()


def decode(raw: bytes) -> VaultData:
    """The vault in these bytes. Raises Damaged or TooNew."""
    fields = _fields(raw)
    kdf = as_object(fields.get("kdf"))
    cost = Cost(as_int(kdf.get("iterations")), as_int(kdf.get("lanes")), as_int(kdf.get("memoryKiB")))
    cost.check()
    records = {name: _bytes(box) for name, box in as_object(fields.get("records")).items()}
    salt, wrapped = _bytes(kdf.get("salt")), _bytes(fields.get("key"))
    if kdf.get("name") != "argon2id" or not 16 <= len(salt) <= 64:
        raise Damaged("its key derivation is not known")
    return VaultData(as_text(fields.get("id")), cost, salt, wrapped, records)


def _fields(raw: bytes) -> JsonObject:
    try:
        value: JsonValue = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Damaged("it is not JSON") from error
    fields = as_object(value)
    if fields.get("format") != FORMAT:
        raise Damaged("it is not a vault")
    if as_int(fields.get("version")) > VERSION:
        raise TooNew("it was written by a newer version of this program")
    if fields.pop("sha256", None) != _checksum(fields):
        raise Damaged("its checksum is wrong")
    return fields


def _checksum(fields: JsonObject) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(
        salt=salt, length=_KEY, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    )  # fmt: skip
    # One person's passphrase comes out of different keyboards in different forms.
    with ONE_HASH_AT_A_TIME:
        return kdf.derive(unicodedata.normalize("NFKC", passphrase).encode())


def _seal(key: bytes, value: bytes, about: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, about)


def _open(key: bytes, box: bytes, about: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], about)
    except (InvalidTag, ValueError) as error:
        raise WrongKey("it could not be decrypted") from error


def _about(*parts: str) -> bytes:
    return json.dumps([FORMAT, VERSION, *parts]).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(value: JsonValue) -> bytes:
    try:
        return base64.b64decode(as_text(value), validate=True)
    except ValueError as error:
        raise Damaged("a box is not base64") from error
