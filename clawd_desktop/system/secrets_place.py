"""The place where one folder's secrets lie now: found at the first question, remembered, changed only by choice."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import NotFound, SecretsFault, SecretsState
from clawd_desktop.system.secrets_backend import SecretsBackend
from clawd_desktop.system.secrets_choice import (
    VAULT_ID,
    Place,
    Record,
    choose,
    decode_record,
    encode_record,
    find_secrets_file,
)
from clawd_desktop.system.secrets_file import SecretsFile
from clawd_desktop.system.vault import Vault

MakeKeyring = Callable[[str, str], SecretsBackend]


class SecretsPlace:
    """All calls block: they run in the store's worker thread, one at a time. Raises what SecretsBackend raises."""

    def __init__(self, folder: Path, environ: Mapping[str, str], clock: Clock, make_keyring: MakeKeyring) -> None:
        self._path = folder / "secrets.json"
        self._environ = environ
        self._make_keyring = make_keyring
        self._vault = Vault(folder, clock)
        self._record: Record | None = None
        self._backend: SecretsBackend | None = None

    @property
    def title(self) -> str:
        """What a person calls the place; "" before it was found. Does not block."""
        return self._backend.title if self._backend else ""

    @property
    def remark(self) -> str:
        """What a person should know of the place. Does not block."""
        return self._backend.remark if self._backend else ""

    @property
    def is_vault(self) -> bool:
        """Whether the encrypted file serves. Does not block."""
        return self._backend is self._vault

    def backend(self) -> SecretsBackend:
        """The place that serves."""
        if self._backend is None:
            self._backend = self._choose()
        return self._backend

    def store(self, name: str, value: str) -> None:
        """Store the secret and read it back. Raises SecretsFault LYING; the old value is then put back."""
        backend = self.backend()
        if not isinstance(backend, SecretsFile):
            self._remember(backend)
        _replace(backend, name, value)

    def remove(self, name: str) -> None:
        """Remove the secret and look whether it is gone. Raises SecretsFault LYING when it is not."""
        backend = self.backend()
        backend.delete(name)
        if backend.read(name) is not None:
            raise SecretsFault(
                f"{backend.title} said that it removed {name}, but still has it.",
                state=SecretsState.LYING,
                hint="Remove it with the keyring's own program.",
            )

    def open_vault(self, passphrase: str, carry: Sequence[str]) -> None:
        """Open the encrypted file, or make it when there is none; it serves from now on."""
        if self._vault.exists():
            self._vault.unlock(passphrase)
        else:
            self._vault.create(passphrase)
        self._switch(self._vault, carry)

    def return_to_keyring(self, carry: Sequence[str]) -> None:
        """The OS keyring serves from now on. Raises SecretsFault when there is none; nothing is then changed."""
        keyring = self._keyring()
        keyring.is_locked()
        self._switch(keyring, carry)

    def _switch(self, target: SecretsBackend, carry: Sequence[str]) -> None:
        source = self.backend() if carry else target
        moved = {name: source.read(name) for name in carry} if source is not target else {}
        for name, value in moved.items():
            if value is not None:
                _replace(target, name, value)
        self._remember(target)
        self._backend = target
        for name in moved:
            source.delete(name)

    def _choose(self) -> SecretsBackend:
        file = find_secrets_file(self._environ)
        place = choose(self._known(), secrets_file=file, vault_exists=self._vault.exists())
        if place is Place.FILE and file is not None:
            return SecretsFile(file)
        return self._vault if place is Place.VAULT else self._keyring()

    def _keyring(self) -> SecretsBackend:
        record = self._known()
        return self._make_keyring(record.instance, "" if record.backend == VAULT_ID else record.backend)

    def _known(self) -> Record:
        if self._record is None:
            try:
                self._record = decode_record(safeio.read_file(self._path), self._path)
            except NotFound:
                self._record = Record(instance=os.urandom(4).hex())
        return self._record

    def _remember(self, backend: SecretsBackend) -> None:
        record = Record(self._known().instance, backend.id)
        if record != self._record or not self._path.exists():
            safeio.make_folder(self._path.parent)
            safeio.write_file(self._path, encode_record(record))
            self._record = record


def _replace(backend: SecretsBackend, name: str, value: str) -> None:
    old = backend.read(name)
    backend.write(name, value)
    if backend.read(name) == value:
        return
    if old is not None:
        backend.write(name, old)
    raise SecretsFault(
        f"{backend.title} said that it stored {name}, but gives something else back.",
        state=SecretsState.LYING,
        hint="Nothing was moved there. Restart the keyring and try again, or choose the encrypted file.",
    )
