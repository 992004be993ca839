"""Decides which place keeps the secrets of one state folder, and remembers it beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.core.values import JsonValue, as_object, as_text

FILE_VARIABLE = "CLAWD_SECRETS_FILE"
CONTAINER_FILE = Path("/run/secrets/clawd-desktop.json")
VAULT_ID = "vault"
_VERSION = 1


class Place(StrEnum):
    """Where secrets can lie."""

    KEYRING = "keyring"
    VAULT = "vault"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a folder's secrets: `instance` keeps two folders of one user apart in one keyring, `backend`
    is where they were stored last ("" before the first).
    """

    instance: str
    backend: str = ""


def choose(record: Record | None, *, secrets_file: Path | None, vault_exists: bool) -> Place:
    """The place that serves: a secrets file that was named, else what was chosen before, else the OS keyring.

    A vault without a record (its folder was restored from a backup) is used, so that none is made over it.
    """
    if secrets_file is not None:
        return Place.FILE
    if record is not None and record.backend:
        return Place.VAULT if record.backend == VAULT_ID else Place.KEYRING
    return Place.VAULT if vault_exists else Place.KEYRING


def find_secrets_file(environ: Mapping[str, str], container_file: Path = CONTAINER_FILE) -> Path | None:
    """The file named by CLAWD_SECRETS_FILE, else the one a container mounts, else None."""
    named = environ.get(FILE_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return container_file if container_file.exists() else None


def encode_record(record: Record) -> bytes:
    """The record as the bytes of its file; it holds no secret."""
    fields = {"version": _VERSION, "instance": record.instance, "backend": record.backend}
    return (json.dumps(fields, indent=2) + "\n").encode()


def decode_record(data: bytes, path: Path) -> Record:
    """The record from its file. Raises SecretsFault when it is damaged or newer than this program."""
    try:
        value: JsonValue = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    fields = as_object(value)
    instance = as_text(fields.get("instance"))
    if fields.get("version") != _VERSION or not instance.isalnum():
        raise SecretsFault(
            f"{path}, which says where the secrets are, cannot be understood. It is left as it is.",
            state=SecretsState.BROKEN,
            hint="Restore it from a backup, or move it away and enter the secrets again.",
        )
    return Record(instance, as_text(fields.get("backend")))
