"""What the gate looks at and what it answers: credentials, requests, offers and verdicts, as frozen facts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.config.password_hash import is_hash, problem
from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway.exposure import with_port
from clawd_desktop.gateway.methods.table import Role

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class AuthMode(StrEnum):
    """Which secret the gateway asks for; it decides the words of refusals only, either is accepted."""

    TOKEN = "token"
    PASSWORD = "password"


def digest(secret: str) -> bytes:
    """SHA-256 of the secret's UTF-8 bytes; lone surrogates are kept apart from "?"."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The shared secrets in force, as digests only: the texts are forgotten at once.

    `hashes` are Argon2id hashes of further ones, whose texts nobody here knows.
    """

    mode: AuthMode
    digests: tuple[bytes, ...]
    hashes: tuple[str, ...] = ()

    @classmethod
    def of(cls, mode: AuthMode, *, token: str | None = None, password: str | None = None) -> Credentials:
        """The credentials of a configuration; blank secrets count as not set. Raises BadInput for an unusable hash."""
        secrets = (token, password) if mode is AuthMode.TOKEN else (password, token)
        given = tuple(secret for secret in secrets if secret and secret.strip())
        hashes = tuple(secret for secret in given if is_hash(secret))
        for text in hashes:
            if wrong := problem(text):
                raise BadInput(f"The hash of the gateway's {mode.value} {wrong}.", hint="Make another one.")
        return cls(mode, tuple(digest(secret) for secret in given if not is_hash(secret)), hashes)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Where the gateway may be spoken to from. `hosts` and `origins` come on top of its own loopback names.

    `own` are hosts without port by which it is reached too. `through_proxy` says that other computers may come through
    a trusted proxy alone, because the port is not encrypted.
    """

    port: int
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    tls: bool = False
    through_proxy: bool = False

    def own_hosts(self) -> frozenset[str]:
        """The Host headers that are answered, in lower case."""
        return frozenset((*self._names(), *(host.lower() for host in self.hosts)))

    def own_origins(self) -> frozenset[str]:
        """The browser origins that may connect: our own page and those that the owner named."""
        scheme = "https" if self.tls else "http"
        return frozenset((*(f"{scheme}://{name}" for name in self._names()), *self.origins))

    def _names(self) -> tuple[str, ...]:
        return with_port((*LOOPBACK_HOSTS, *self.own), self.port, tls=self.tls)


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What a request says and where it comes from, before any of it is believed; header names are lower case."""

    method: str
    target: str
    address: str
    hosts: tuple[str, ...]
    origins: tuple[str, ...] = ()
    header_names: frozenset[str] = frozenset()
    forwarded_for: tuple[str, ...] = ()
    forwarded: tuple[str, ...] = ()
    fetch_site: str = ""
    content_type: str = ""
    content_encoding: str = ""
    authorization: str = ""
    hook_token: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end: `address` is its own (behind a trusted proxy the proxy's client), `key` counts guesses.

    `local` means this computer, not through a proxy; `browser` means that a page of ours or an allowed one asks. `port`
    is the one that it called from, 0 behind a proxy.
    """

    address: str
    key: str
    local: bool
    browser: bool
    port: int = 0


@dataclass(frozen=True, slots=True)
class Denial:
    """A refused request: HTTP status, what the client is told, and what the log says.

    `wait` is in how many seconds another try makes sense, 0 where waiting does not help.
    """

    status: int
    text: str
    reason: str
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What the owner has approved for a device: its roles and scopes, and the token of the role it asks for.

    `revoked` says that somebody else took that token away: what was approved before does not count any more.
    """

    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    token_digests: tuple[bytes, ...] = ()
    token_scopes: tuple[str, ...] = ()
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a `connect` asks for and shows. `device_id` is set only when its signature was verified."""

    peer: Peer
    role: Role
    scopes: tuple[str, ...]
    token: str = ""
    password: str = ""
    device_token: str = ""
    device_id: str = ""
    standing: Standing | None = None

    @property
    def guess_key(self) -> str:
        """Whose failures this offer counts among: a device that proved a paired key is not held up by others."""
        return f"device:{self.device_id}" if self.standing is not None else self.peer.key


class Proof(StrEnum):
    """What a client showed to be let in."""

    SECRET = "secret"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Granted:
    """Let in with `scopes`; `pair` says that the device is to be recorded as paired for what it asked."""

    proof: Proof
    scopes: tuple[str, ...]
    secret: bytes = b""
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Locked:
    """Too many failures: nothing was looked at. `seconds` until the next try."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """No valid secret or device token was shown; `problem` is "missing", "mismatch" or "unset"."""

    problem: str
    kind: AuthMode


@dataclass(frozen=True, slots=True)
class PairingNeeded:
    """The owner has to approve first; `reason` is not-paired, role-upgrade or scope-upgrade."""

    reason: str


Verdict = Granted | Locked | Unauthorized | PairingNeeded
