"""The one gate: every request and socket passes these checks in this order, and nowhere else is a secret compared.

Host -> proxy headers -> Origin and Sec-Fetch -> limiter -> authentication -> role and scope -> schema -> handler.
The last three are `methods.table.refusal` and `checked`, called by the connection in that order. The decisions are
pure: they look at frozen facts and the clock of the limiter.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.gateway.limiter import LOOPBACK, AuthLimiter, canonical_peer
from clawd_desktop.gateway.methods.table import Role, Scope, covered
from clawd_desktop.gateway.passes import Passes

PROXY_HEADERS = frozenset({
    "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip",
    "cf-ray", "fastly-client-ip", "x-original-host", "x-originating-ip",
})  # fmt: skip
PROXY_PREFIXES = ("x-forwarded", "tailscale-", "x-envoy-")
_SAME_PAGE = frozenset({"", "none", "same-origin"})


class AuthMode(StrEnum):
    """Which secret the gateway asks for; it decides the words of refusals only, either is accepted."""

    TOKEN = "token"
    PASSWORD = "password"


def digest(secret: str) -> bytes:
    """SHA-256 of the secret's UTF-8 bytes; lone surrogates are kept apart from "?"."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The shared secrets in force, as digests only: the texts are forgotten at once."""

    mode: AuthMode
    digests: tuple[bytes, ...]

    @classmethod
    def of(cls, mode: AuthMode, *, token: str | None = None, password: str | None = None) -> Credentials:
        """The credentials of a configuration; blank secrets count as not set."""
        secrets = (token, password) if mode is AuthMode.TOKEN else (password, token)
        return cls(mode, tuple(digest(secret) for secret in secrets if secret and secret.strip()))


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Where the gateway may be spoken to from. `hosts` and `origins` come on top of its own loopback names."""

    port: int
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()

    def own_hosts(self) -> frozenset[str]:
        """The Host headers that are answered, in lower case."""
        names = (f"127.0.0.1:{self.port}", f"localhost:{self.port}", f"[::1]:{self.port}")
        return frozenset((*names, *(host.lower() for host in self.hosts)))

    def own_origins(self) -> frozenset[str]:
        """The browser origins that may connect: our own page and those that the owner named."""
        names = (f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}", f"http://[::1]:{self.port}")
        return frozenset((*names, *self.origins))


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
    fetch_site: str = ""
    content_type: str = ""
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end: `address` is its own (behind a trusted proxy the proxy's client), `key` counts guesses.

    `local` means this computer, not through a proxy; `browser` means that a page of ours or an allowed one asks.
    """

    address: str
    key: str
    local: bool
    browser: bool


@dataclass(frozen=True, slots=True)
class Denial:
    """A refused request: HTTP status, what the client is told, and what the log says."""

    status: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the owner has approved for a device: its roles and scopes, and the token of the role it asks for."""

    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    token_digests: tuple[bytes, ...] = ()
    token_scopes: tuple[str, ...] = ()


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


class Gate:
    """Decides about requests and connects with the credentials in force, counting failures."""

    def __init__(
        self, credentials: Credentials, limiter: AuthLimiter, policy: AccessPolicy, passes: Passes | None = None
    ) -> None:
        self.credentials = credentials
        self._passes = passes
        self.limiter = limiter
        self.use(policy)

    def use(self, policy: AccessPolicy) -> None:
        """Take another policy (the port is known only once it is bound)."""
        self.policy = policy
        self._hosts = policy.own_hosts()
        self._origins = policy.own_origins()

    def admit(self, facts: RequestFacts) -> Peer | Denial:
        """The first three checks, the same for HTTP and sockets, on every path."""
        if not facts.target.startswith("/"):
            return Denial(400, "Bad Request", "the request target is not a path")
        if len(facts.hosts) != 1:
            return Denial(400, "Bad Request", f"{len(facts.hosts)} Host headers")
        if facts.hosts[0].lower() not in self._hosts:
            return Denial(403, "Forbidden", f"Host {facts.hosts[0]!r} is not ours")
        client = self._client(facts)
        if isinstance(client, Denial):
            return client
        if len(facts.origins) > 1:
            return Denial(403, "Forbidden", "several Origin headers")
        if facts.origins and facts.origins[0] not in self._origins:
            return Denial(403, "Forbidden", f"Origin {facts.origins[0]!r} is not ours")
        if facts.fetch_site.lower() not in _SAME_PAGE:
            return Denial(403, "Forbidden", f"Sec-Fetch-Site {facts.fetch_site!r}")
        key = canonical_peer(client)
        return Peer(client, key, local=key == LOOPBACK and client == facts.address, browser=bool(facts.origins))

    def bearer(self, facts: RequestFacts, peer: Peer) -> Denial | None:
        """Limiter and authentication of an HTTP request that is not public."""
        if wait := self.limiter.wait(peer.key):
            return Denial(429, "Too Many Requests", f"locked for {wait:.0f} s")
        scheme, _, secret = facts.authorization.partition(" ")
        if scheme.lower() == "bearer" and self.secret_of((secret.strip(),)):
            return None
        if facts.authorization:
            self.limiter.failed(peer.key)
        return Denial(401, "Unauthorized", "no valid secret")

    def decide(self, offer: Offer) -> Verdict:
        """Limiter and authentication of a `connect`, and what it is granted.

        A pass comes before the limiter: nobody who guesses may keep the owner out, and 256 bits are not guessed.
        """
        if self._redeems(offer.password):
            return Granted(Proof.SECRET, offer.scopes or _everything(offer.role), pair=bool(offer.device_id))
        if wait := self.limiter.wait(offer.guess_key, alone=offer.standing is not None):
            return Locked(wait)
        if secret := self.secret_of((offer.token, offer.password)):
            return self._with_secret(offer, secret)
        if offer.standing is not None and _known(offer.device_token, offer.standing.token_digests):
            return _with_device_token(offer, offer.standing)
        if offer.token or offer.password or offer.device_token:
            self.limiter.failed(offer.guess_key)
        return self._unauthorized(offer)

    def secret_of(self, offered: Iterable[str]) -> bytes:
        """The digest of the shared secret that is among the offered texts, else empty. Takes the same time for all."""
        found = b""
        for text in offered:
            own = digest(text)
            for known in self.credentials.digests:
                if hmac.compare_digest(own, known):
                    found = known
        return found

    def still_valid(self, secret: bytes) -> bool:
        """True when a connection that was let in by this digest would be let in again."""
        return any(hmac.compare_digest(secret, known) for known in self.credentials.digests)

    def _redeems(self, offered: str) -> bool:
        """Whether the text is a pass that is alive; it is used up by that."""
        if self._passes is None or not offered:
            return False
        own, found = digest(offered), b""
        for known in self._passes.alive():
            if hmac.compare_digest(own, known):
                found = known
        self._passes.spend(found)
        return bool(found)

    def _client(self, facts: RequestFacts) -> str | Denial:
        """The address of the client: the peer itself, or the rightmost hop that is no proxy of the owner's."""
        forwarding = sorted(name for name in facts.header_names if _is_proxy_header(name))
        if not forwarding:
            return facts.address
        if not _listed(facts.address, self.policy.trusted_proxies):
            return Denial(400, "Bad Request", f"came through a proxy ({', '.join(forwarding)}) that is not configured")
        hops = [hop.strip() for line in facts.forwarded_for for hop in line.split(",")]
        for hop in reversed(hops):
            if not _is_address(hop):
                return Denial(400, "Bad Request", "X-Forwarded-For is not a list of addresses")
            if not _listed(hop, self.policy.trusted_proxies):
                return hop
        return Denial(400, "Bad Request", "the proxy does not say who its client is")

    def _with_secret(self, offer: Offer, secret: bytes) -> Verdict:
        scopes = offer.scopes or _everything(offer.role)
        granted = Granted(Proof.SECRET, scopes, secret, pair=bool(offer.device_id))
        if not offer.device_id or offer.peer.local:
            return granted
        if offer.standing is None:
            return PairingNeeded("not-paired")
        if offer.role not in offer.standing.roles:
            return PairingNeeded("role-upgrade")
        if not set(scopes) <= covered(offer.standing.scopes):
            return PairingNeeded("scope-upgrade")
        return granted

    def _unauthorized(self, offer: Offer) -> Unauthorized:
        mode = self.credentials.mode
        if not self.credentials.digests:
            return Unauthorized("unset", mode)
        shown = offer.token or offer.password or offer.device_token
        return Unauthorized("mismatch" if shown else "missing", mode)


def _with_device_token(offer: Offer, standing: Standing) -> Verdict:
    """A device token never gives more than was approved, whatever is asked for."""
    if offer.role not in standing.roles:
        return PairingNeeded("role-upgrade")
    held = covered(standing.token_scopes)
    if set(offer.scopes) <= held:
        granted = offer.scopes or standing.token_scopes
    elif Scope.ADMIN in offer.scopes:
        granted = standing.token_scopes
    else:
        granted = tuple(scope for scope in offer.scopes if scope in held)
    if offer.scopes and not granted:
        return PairingNeeded("scope-upgrade")
    return Granted(Proof.DEVICE, granted)


def _everything(role: Role) -> tuple[str, ...]:
    return (Scope.ADMIN.value,) if role is Role.OPERATOR else ()


def _known(token: str, digests: Iterable[bytes]) -> bool:
    own = digest(token)
    return bool(token) and any([hmac.compare_digest(own, known) for known in digests])


def _is_proxy_header(name: str) -> bool:
    return name in PROXY_HEADERS or name.startswith(PROXY_PREFIXES)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _listed(address: str, networks: Iterable[str]) -> bool:
    """True when the address is in one of the networks ("10.0.0.1" or "10.0.0.0/8")."""
    try:
        own = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(own, ipaddress.IPv6Address) and own.ipv4_mapped is not None:
        own = own.ipv4_mapped
    return any(own in network for network in map(_network, networks) if network is not None)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
