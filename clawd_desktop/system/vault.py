"""An encrypted file for secrets, by explicit choice, where there is no keyring: one passphrase, two generations."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Conflict, NotFound, SecretsFault, SecretsState
from clawd_desktop.system import vault_format
from clawd_desktop.system.secrets_choice import VAULT_ID
from clawd_desktop.system.vault_format import Cost, Damaged, TooNew, VaultData, WrongKey

MIN_PASSPHRASE = 8


class Vault:
    """The vault of one state folder; locked until `unlock` or `create`. Fulfils SecretsBackend. All calls block."""

    def __init__(self, folder: Path, clock: Clock, cost: Cost | None = None) -> None:
        self._path = folder / "vault.json"
        self._previous = folder / "vault.previous.json"
        self._clock = clock
        self._cost = cost or Cost()
        self._data: VaultData | None = None
        self._key = b""
        self._remark = ""

    @property
    def id(self) -> str:
        """What it is recorded as."""
        return VAULT_ID

    @property
    def title(self) -> str:
        """What a person calls it."""
        return "the encrypted file"

    @property
    def remark(self) -> str:
        """What a person should know of it: that an older generation had to be used."""
        return self._remark

    def exists(self) -> bool:
        """Whether there is a vault, whole or damaged."""
        return self._path.exists() or self._previous.exists()

    def is_locked(self) -> bool:
        """Whether the passphrase has yet to be entered."""
        return not self._key

    def create(self, passphrase: str) -> None:
        """Make a new, empty vault and open it. Raises Conflict when there is one, BadInput for a short passphrase."""
        if self.exists():
            raise Conflict(f"There already is a vault at {self._path}; it stays as it is.", hint="Open it instead.")
        if len(passphrase) < MIN_PASSPHRASE:
            raise BadInput(f"A passphrase needs at least {MIN_PASSPHRASE} characters.", hint="A few words are good.")
        safeio.make_folder(self._path.parent)
        data, key = vault_format.create(passphrase, self._cost)
        safeio.write_file(self._path, vault_format.encode(data))
        self._data, self._key = data, key

    def unlock(self, passphrase: str) -> None:
        """Open the vault. Raises SecretsFault: LOCKED for a wrong passphrase, BROKEN when it is damaged."""
        data = self._load()
        try:
            self._key = vault_format.open_key(data, passphrase)
        except WrongKey as error:
            raise SecretsFault(
                "That is not the passphrase of the encrypted file.", state=SecretsState.LOCKED, hint="Try another one."
            ) from error
        self._data = data

    def read(self, name: str) -> str | None:
        """The secret, or None when there is none."""
        data = self._opened()
        if name not in data.records:
            return None
        try:
            return vault_format.open_record(data, self._key, name)
        except WrongKey as error:
            raise self._broken(f"the secret {name} was altered") from error

    def write(self, name: str, value: str) -> None:
        """Store the secret; the vault before this change is kept as the previous generation."""
        self._save(vault_format.with_record(self._opened(), self._key, name, value))

    def delete(self, name: str) -> None:
        """Remove the secret; one that is not there is fine."""
        if name in self._opened().records:
            self._save(vault_format.without_record(self._opened(), name))

    def _opened(self) -> VaultData:
        if self._data is None:
            raise SecretsFault(
                "The encrypted file is locked.", state=SecretsState.LOCKED, hint="Enter its passphrase."
            )  # fmt: skip
        return self._data

    def _save(self, data: VaultData) -> None:
        safeio.write_file(self._previous, vault_format.encode(self._opened()))
        safeio.write_file(self._path, vault_format.encode(data))
        self._data = data

    def _load(self) -> VaultData:
        try:
            return vault_format.decode(safeio.read_file(self._path))
        except TooNew as error:
            raise self._broken(str(error)) from error
        except (NotFound, Damaged) as error:
            return self._fall_back(error)

    def _fall_back(self, cause: NotFound | Damaged) -> VaultData:
        try:
            raw = safeio.read_file(self._previous)
            data = vault_format.decode(raw)
        except (NotFound, Damaged, TooNew) as error:
            raise self._broken(str(cause)) from error
        aside = ""
        if self._path.exists():
            aside = f", kept as {safeio.set_aside(self._path, 'damaged', self._clock.wall_ms()).name}"
        safeio.write_file(self._path, raw)
        self._remark = f"The file was damaged{aside}; the one before it is used, so the last change may be missing."
        return data

    def _broken(self, why: str) -> SecretsFault:
        return SecretsFault(
            f"The encrypted file {self._path} cannot be used: {why}. It is left as it is.",
            state=SecretsState.BROKEN,
            hint="Restore it from a backup.",
        )
