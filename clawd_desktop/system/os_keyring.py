"""The operating system's keyring, from an allow list: no plug-in, variable or file can put another one in its place."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

from clawd_desktop.core.errors import BadInput, SecretsFault, SecretsState

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
USERNAME = "clawd-desktop"
# A prompt that is "dismissed" sooner than this, in seconds, was never on a screen: there is nobody to ask.
_NOBODY = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A keyring that may be used. `errors` are the exceptions of its libraries, "module:Class"; `max_bytes` is what it
    holds, counted in UTF-16, 0 for no known limit.
    """

    id: str
    title: str
    platform: str
    module: str
    cls: str
    errors: tuple[str, ...] = ()
    max_bytes: int = 0


# Windows: CredWrite refuses a blob over CRED_MAX_CREDENTIAL_BLOB_SIZE = 5 * 512 bytes (learn.microsoft.com, wincred.h).
CANDIDATES = (
    Candidate(
        "secret-service", "Secret Service", "freedesktop", "keyring.backends.SecretService", "Keyring",
        ("secretstorage.exceptions:SecretStorageException", "jeepney.wrappers:DBusErrorResponse"),
    ),
    Candidate(
        "kwallet", "KDE Wallet", "freedesktop", "keyring.backends.kwallet", "DBusKeyring", ("dbus:DBusException",),
    ),
    Candidate("macos", "macOS Keychain", "darwin", "keyring.backends.macOS", "Keyring"),
    Candidate(
        "windows", "Windows Credential Manager", "win32", "keyring.backends.Windows", "WinVaultKeyring",
        ("win32ctypes.pywin32.pywintypes:error",), max_bytes=2560,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ring:
    candidate: Candidate
    keyring: KeyringBackend
    errors: tuple[type[Exception], ...]


class OsKeyring:
    """Secrets in the operating system's keyring, one item each. Fulfils SecretsBackend.

    `instance` keeps the items of two state folders apart. `recorded` is the id of the keyring that was used before;
    only that one is asked, so that nobody looks into an empty keyring and takes the secrets for lost.
    The `keyring` library is imported at the first call.
    """

    def __init__(
        self,
        instance: str,
        recorded: str = "",
        candidates: Sequence[Candidate] = CANDIDATES,
        platform: str = sys.platform,
    ) -> None:
        self._service = f"clawd-desktop/{instance}/"
        self._recorded = recorded
        family = platform if platform in ("darwin", "win32") else "freedesktop"
        self._candidates = tuple(candidate for candidate in candidates if candidate.platform == family)
        self._ring: _Ring | None = None

    @property
    def id(self) -> str:
        """The id of the keyring in use, to be recorded."""
        return self._ring.candidate.id if self._ring else self._recorded

    @property
    def title(self) -> str:
        """What a person calls the keyring."""
        return self._ring.candidate.title if self._ring else "the OS keyring"

    @property
    def remark(self) -> str:
        """What a person should know of it."""
        return ""

    def is_locked(self) -> bool:
        """Whether a person must unlock the keyring, or make one, first. Raises SecretsFault when there is none."""
        return self._ask(_locked)

    def read(self, name: str) -> str | None:
        """The secret, or None when there is none. May wait for a person to unlock the keyring."""
        return self._ask(lambda ring: self._read(ring, name))

    def write(self, name: str, value: str) -> None:
        """Store the secret. Raises BadInput when it is longer than this keyring holds."""
        self._ask(lambda ring: self._write(ring, name, value))

    def delete(self, name: str) -> None:
        """Remove the secret; one that is not there is fine."""
        self._ask(lambda ring: self._delete(ring, name))

    def _read(self, ring: _Ring, name: str) -> str | None:
        if not _unlocked(ring, create=False):
            return None
        return ring.keyring.get_password(self._service + name, USERNAME)

    def _write(self, ring: _Ring, name: str, value: str) -> None:
        size, limit = len(value.encode("utf-16-le")), ring.candidate.max_bytes
        if limit and size > limit:
            raise BadInput(
                f"The secret {name} is too long for {ring.candidate.title}: {size} of at most {limit} bytes.",
                hint="Use a shorter one, or the encrypted file.",
            )
        _unlocked(ring, create=True)
        ring.keyring.set_password(self._service + name, USERNAME, value)

    def _delete(self, ring: _Ring, name: str) -> None:
        if self._read(ring, name) is not None:
            ring.keyring.delete_password(self._service + name, USERNAME)

    def _ask(self, question: Callable[[_Ring], T]) -> T:
        ring = self._ring or self._find()
        with _translated(ring):
            answer = question(ring)
        self._ring = ring
        return answer

    def _find(self) -> _Ring:
        usable = [candidate for candidate in self._candidates if self._recorded in ("", candidate.id)]
        for candidate in usable:
            ring = _load(candidate)
            if ring is not None:
                return ring
        raise self._absent()

    def _absent(self) -> SecretsFault:
        before = next((c.title for c in self._candidates if c.id == self._recorded), self._recorded)
        now = next((c.title for c in self._candidates if c.id != self._recorded and _load(c)), "")
        if self._recorded and now:
            message = f"The secrets are in {before}, which is not there now; {now} is, but it does not have them."
            return SecretsFault(message, state=SecretsState.ABSENT, hint=f"Start {before} and try again.")
        return SecretsFault(
            f"There is no keyring on this desktop{f': {before} does not run' if before else ''}.",
            state=SecretsState.ABSENT,
            hint="Start one (gnome-keyring, KWallet, KeePassXC) or choose the encrypted file. Without a desktop "
            "set CLAWDBOT_GATEWAY_PASSWORD, or name a private file in CLAWD_SECRETS_FILE.",
        )


def _load(candidate: Candidate) -> _Ring | None:
    """The keyring if it can be used here and now."""
    try:
        kind = cast("type[KeyringBackend]", getattr(importlib.import_module(candidate.module), candidate.cls))
        _ = kind.priority  # raises where the keyring is not available
    except (ImportError, AttributeError, RuntimeError, OSError):
        return None
    keyring = kind()
    # The library lets KEYRING_PROPERTY_* variables change any attribute; nothing from outside changes this keyring.
    for name in [name for name in vars(keyring) if f"KEYRING_PROPERTY_{name.upper()}" in os.environ]:
        delattr(keyring, name)
    return _Ring(candidate, keyring, tuple(_foreign(candidate.errors)))


def _foreign(names: Sequence[str]) -> Iterator[type[Exception]]:
    from keyring.errors import KeyringError

    yield from (KeyringError, OSError, EOFError, ValueError, RuntimeError, AssertionError)
    for name in names:
        module, _, attribute = name.partition(":")
        yield getattr(importlib.import_module(module), attribute)


def _locked(ring: _Ring) -> bool:
    if ring.candidate.id != "secret-service":
        return False
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        try:
            return bool(secretstorage.Collection(connection).is_locked())
        except secretstorage.ItemNotFoundException:
            return True


def _unlocked(ring: _Ring, *, create: bool) -> bool:
    """Let a person unlock the default collection, and make it with `create`; False when there is none.

    The `keyring` library would do so too, but leaves its connection open when the person says no.
    """
    if ring.candidate.id != "secret-service":
        return True
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        try:
            collection = secretstorage.Collection(connection)
        except secretstorage.ItemNotFoundException:
            return create and bool(secretstorage.create_collection(connection, "Default", "default"))
        if collection.is_locked():
            collection.unlock()
            collection.ensure_not_locked()
        return True


@contextmanager
def _translated(ring: _Ring) -> Iterator[None]:
    started = monotonic()
    try:
        yield
    except ring.errors as error:
        raise explain(error, ring.candidate.title, monotonic() - started) from error


def explain(error: BaseException, title: str, seconds: float) -> SecretsFault:
    """What a foreign exception means that came after `seconds`; it, or one of its causes, is known by its name."""
    names = {type(error).__name__, type(error.__cause__).__name__, getattr(error, "name", "")}
    locked = bool(names & {"KeyringLocked", "LockedException", "org.freedesktop.Secret.Error.IsLocked"})
    if "PromptDismissedException" in names or (locked and seconds >= _NOBODY):
        return SecretsFault(
            f"{title} is locked and its prompt was dismissed.",
            state=SecretsState.DISMISSED,
            hint="Try again and enter the keyring's password.",
        )
    if locked:
        return SecretsFault(
            f"{title} is locked and could not ask for its password.",
            state=SecretsState.LOCKED,
            hint="Unlock it (log in to the desktop, or use its own program) and try again.",
        )
    if "SecretServiceNotAvailableException" in names or isinstance(error, OSError):
        return SecretsFault(
            f"{title} does not run.",
            state=SecretsState.ABSENT,
            hint="Start it and try again, or choose the encrypted file.",
        )
    return SecretsFault(
        f"{title} failed: {str(error)[:200] or type(error).__name__}.",
        state=SecretsState.BROKEN,
        hint="Try again; if it goes on, restart the keyring or choose the encrypted file.",
    )
