"""Secrets for a headless gateway: environment variables, and a file that its owner alone can read."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.brands import brand_value
from clawd_desktop.core.errors import NotFound, SecretsFault, SecretsState, Unreadable
from clawd_desktop.core.values import JsonValue

_VARIABLES = {"gateway.auth.password": "GATEWAY_PASSWORD", "gateway.auth.token": "GATEWAY_TOKEN"}
_LIMIT = 1024 * 1024


def from_environment(environ: Mapping[str, str], name: str) -> str | None:
    """The secret if the environment gives it (CLAWDBOT_GATEWAY_PASSWORD and its like), else None."""
    return (brand_value(environ, _VARIABLES[name]) or None) if name in _VARIABLES else None


class SecretsFile:
    """A JSON object of names and secrets in plain text: {"gateway.auth.password": "..."}.

    Chosen by naming it in CLAWD_SECRETS_FILE. A file that others may read is refused. Fulfils SecretsBackend.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def id(self) -> str:
        """What it is recorded as."""
        return "file"

    @property
    def title(self) -> str:
        """What a person calls it."""
        return f"the secrets file {self._path}"

    @property
    def remark(self) -> str:
        """What a person should know of it."""
        return "They are not encrypted there; whoever reads the file has them."

    def is_locked(self) -> bool:
        """Never; raises SecretsFault when the file cannot be used."""
        self._load()
        return False

    def read(self, name: str) -> str | None:
        """The secret, or None when the file does not have it."""
        return self._load().get(name)

    def write(self, name: str, value: str) -> None:
        """Store the secret; all others stay. Raises StorageFault when the file cannot be written."""
        self._save({**self._load(), name: value})

    def delete(self, name: str) -> None:
        """Remove the secret; one that is not there is fine."""
        kept = self._load()
        if kept.pop(name, None) is not None:
            self._save(kept)

    def _save(self, secrets: dict[str, str]) -> None:
        safeio.write_file(self._path, (json.dumps(secrets, indent=2, ensure_ascii=False) + "\n").encode())

    def _load(self) -> dict[str, str]:
        try:
            data = safeio.read_file(self._path, limit=_LIMIT)
            facts = self._path.stat()
        except (NotFound, FileNotFoundError):
            return {}
        except Unreadable as error:
            raise self._broken(error.message, error.hint) from error
        if sys.platform != "win32":
            self._check_privacy(facts)
        return self._decode(data)

    def _check_privacy(self, facts: os.stat_result) -> None:
        if facts.st_uid not in (0, os.geteuid()):
            raise self._broken(f"{self._path} belongs to another user.", f"Type: sudo chown $USER '{self._path}'")
        if stat.S_IMODE(facts.st_mode) & 0o077:
            raise self._broken(f"{self._path} can be read by other users.", f"Type: chmod 600 '{self._path}'")

    def _decode(self, data: bytes) -> dict[str, str]:
        try:
            value: JsonValue = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise self._broken(
                f"{self._path} is not JSON.", 'Write it like {"gateway.auth.password": "..."}.'
            ) from error
        if not isinstance(value, dict):
            raise self._broken(f"{self._path} is not a JSON object.", 'Write it like {"name": "secret"}.')
        secrets = {name: secret for name, secret in value.items() if isinstance(secret, str)}
        if len(secrets) != len(value):
            raise self._broken(f"{self._path} holds something that is not text.", "Put each secret in quotes.")
        return secrets

    def _broken(self, message: str, hint: str) -> SecretsFault:
        return SecretsFault(message, state=SecretsState.BROKEN, hint=hint)
