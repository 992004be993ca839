"""The one gate: every request and socket passes these checks in this order, and nowhere else is a secret compared.

Host -> proxy headers -> Origin and Sec-Fetch -> limiter -> authentication -> role and scope -> schema -> handler.
The last three are `methods.table.refusal` and `checked`, called by the connection in that order. The decisions are
pure: they look at frozen facts and the clock of the limiter.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Iterable

from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.hash_turn import ONE_HASH_AT_A_TIME
from clawd_desktop.gateway.admission import (
    AccessPolicy,
    Credentials,
    Denial,
    Granted,
    Locked,
    Offer,
    PairingNeeded,
    Peer,
    Proof,
    RequestFacts,
    Standing,
    Unauthorized,
    Verdict,
    digest,
)
from clawd_desktop.gateway.limiter import LOOPBACK, AuthLimiter, canonical_peer
from clawd_desktop.gateway.methods.table import Role, Scope, covered
from clawd_desktop.gateway.passes import Passes
from clawd_desktop.gateway.proxies import NotSaid, client_of, forwarding, is_trusted
from clawd_desktop.system.strangers import stranger_calling

_log = logging.getLogger("clawd.gateway.gate")
_READING = frozenset({"GET", "HEAD"})
_SAME_PAGE = frozenset({"", "none", "same-origin"})
# What follows the first path is a secret that a client was told in its hello; below it lies the canvas.
CANVAS = "/c/"
# How the reason of a denial begins that comes of too many failures.
LOCKED = "locked"


class Gate:
    """Decides about requests and connects with the credentials in force, counting failures.

    `hook_tokens` are digests of what hooks ask for; `canvas` is that of the path below which the canvas lies, empty
    when there is none.
    """

    hook_tokens: tuple[bytes, ...] = ()
    canvas: bytes = b""

    def __init__(
        self, credentials: Credentials, limiter: AuthLimiter, policy: AccessPolicy, passes: Passes | None = None
    ) -> None:
        self.credentials = credentials
        self._passes = passes or Passes(SystemClock())
        self.limiter = limiter
        self._proved: dict[str, bytes] = {}
        # Each hash takes up to 256 MiB and a core for up to seconds.
        self._turn = asyncio.Lock()
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
        if denial := self._foreign_page(facts):
            return denial
        key = canonical_peer(client)
        straight = client == facts.address
        port = facts.port if straight else 0
        return Peer(client, key, local=key == LOOPBACK and straight, browser=bool(facts.origins), port=port)

    async def authorize(self, facts: RequestFacts, peer: Peer) -> Denial | None:
        """`bearer`, once a hash that must be computed for it has been."""
        secret = _bearer(facts)
        if not self._must_prove((secret,)):
            return self.bearer(facts, peer)
        async with self._turn:
            if not self.limiter.wait(peer.key):
                await self._prove((secret,))
            return self.bearer(facts, peer)

    async def judge(self, offer: Offer) -> Verdict:
        """`decide`, once a hash that must be computed for it has been, and who shows a pass has been looked at."""
        if used := self._pass_of(offer.password):
            await self._take_from_strangers(used, offer.peer)
            return self.decide(offer)
        offered = (offer.token, offer.password)
        by_token = offer.standing is not None and _known(offer.device_token, offer.standing.token_digests)
        if by_token or not self._must_prove(offered):
            return self.decide(offer)
        # Asked in turn, and decided before the next one's: a failure counts before the next hash may cost anything.
        async with self._turn:
            if not self.limiter.wait(offer.guess_key, alone=offer.standing is not None):
                await self._prove(offered)
            return self.decide(offer)

    async def _take_from_strangers(self, used: bytes, peer: Peer) -> None:
        """Use up a pass that another user of this computer shows.

        A browser is told the link among its arguments, which everybody on the computer can read.
        """
        if peer.port and (name := await stranger_calling(peer.address, peer.port)):
            _log.warning("user %s of this computer showed a one-time pass that is not theirs; it was refused", name)
            self._passes.spend(used)

    def bearer(self, facts: RequestFacts, peer: Peer) -> Denial | None:
        """Limiter and authentication of an HTTP request that is not public."""
        if wait := self.limiter.wait(peer.key):
            return _locked(wait)
        if self.secret_of((_bearer(facts),)):
            return None
        if facts.authorization:
            self.limiter.failed(peer.key)
        return Denial(401, "Unauthorized", "no valid secret")

    def hook(self, facts: RequestFacts, peer: Peer) -> Denial | None:
        """Limiter and authentication of a hook, which has a token of its own.

        The gateway's secret opens no hook, not even where both are set to the same: a hook's token is given away.
        """
        if wait := self.limiter.wait(peer.key):
            return _locked(wait)
        shown = _bearer(facts) or facts.hook_token
        if _known(shown, self.hook_tokens) and not self.secret_of((shown,)):
            return None
        if facts.authorization or facts.hook_token:
            self.limiter.failed(peer.key)
        return Denial(401, "Unauthorized", "no valid hook token")

    def opens_canvas(self, facts: RequestFacts) -> bool:
        """Whether the request reads below the secret path of the canvas.

        A canvas page is shut into a sandbox and so has no origin: what it loads looks like another page's request.
        Nobody but who was told the path can name it, so these requests need no other proof.
        """
        if facts.method not in _READING or "upgrade" in facts.header_names or not facts.target.startswith(CANVAS):
            return False
        shown = facts.target.partition("?")[0][len(CANVAS) :].partition("/")[0]
        return _known(shown, (self.canvas,))

    def decide(self, offer: Offer) -> Verdict:
        """Limiter and authentication of a `connect`, and what it is granted.

        A pass comes before the limiter: nobody who guesses may keep the owner out, and 256 bits are not guessed.
        """
        if spent := self._pass_of(offer.password):
            self._passes.spend(spent)
            return Granted(Proof.SECRET, offer.scopes or everything(offer.role), pair=bool(offer.device_id))
        if wait := self.limiter.wait(offer.guess_key, alone=offer.standing is not None):
            return Locked(wait)
        if secret := self.secret_of((offer.token, offer.password)):
            return self._with_secret(offer, secret)
        if offer.standing is not None and _known(offer.device_token, offer.standing.token_digests):
            return _with_device_token(offer, offer.standing)
        if offer.token or offer.password or offer.device_token:
            self.limiter.failed(offer.guess_key)
        return _unauthorized(self.credentials, offer)

    def secret_of(self, offered: Iterable[str]) -> bytes:
        """The digest of the shared secret that is among the offered texts, else empty. Takes the same time for all."""
        found = b""
        for text in offered:
            found = _among(text, self._digests()) or found
        return found

    def still_valid(self, secret: bytes) -> bool:
        """True when a connection that was let in by this digest would be let in again."""
        return any(hmac.compare_digest(secret, known) for known in self._digests())

    def _digests(self) -> tuple[bytes, ...]:
        """The digests of the secrets in force: those that are known, and those of hashes that were shown rightly."""
        proved = (self._proved.get(text, b"") for text in self.credentials.hashes)
        return (*self.credentials.digests, *filter(None, proved))

    def _must_prove(self, offered: Iterable[str]) -> bool:
        """Whether only a hash can tell; a secret that was right before is known by its digest."""
        shown = tuple(filter(None, offered))
        return bool(self.credentials.hashes and shown) and not self.secret_of(shown)

    async def _prove(self, offered: Iterable[str]) -> None:
        """Compute the hashes in a worker thread, and remember the digest of a right text."""
        hashes = self.credentials.hashes
        for text in filter(None, offered):
            for known in hashes:
                if await asyncio.to_thread(_matches, text, known):
                    kept = {old: own for old, own in self._proved.items() if old in hashes}
                    self._proved = {**kept, known: digest(text)}
                    return

    def _foreign_page(self, facts: RequestFacts) -> Denial | None:
        """Why a page that is not ours may not ask."""
        if self.opens_canvas(facts):
            return None
        if len(facts.origins) > 1:
            return Denial(403, "Forbidden", "several Origin headers")
        if facts.origins and facts.origins[0] not in self._origins:
            return Denial(403, "Forbidden", f"Origin {facts.origins[0]!r} is not ours")
        if facts.fetch_site.lower() not in _SAME_PAGE:
            return Denial(403, "Forbidden", f"Sec-Fetch-Site {facts.fetch_site!r}")
        return None

    def _pass_of(self, offered: str) -> bytes:
        """The digest of the one-time pass that the text is, empty when it is none that is alive."""
        return _among(offered, self._passes.alive())

    def _client(self, facts: RequestFacts) -> str | Denial:
        """The address of the client: the peer itself, or whom a proxy of the owner's names as its own."""
        policy, names = self.policy, forwarding(facts.header_names)
        trusted = is_trusted(facts.address, policy.trusted_proxies)
        if not names:
            if policy.through_proxy and not trusted and canonical_peer(facts.address) != LOOPBACK:
                return Denial(403, "Forbidden", "came from another computer past the proxy")
            return facts.address
        if not trusted:
            return Denial(400, "Bad Request", f"came through a proxy ({', '.join(names)}) that is not configured")
        try:
            return client_of(facts.forwarded_for, facts.forwarded, policy.trusted_proxies)
        except NotSaid as fault:
            return Denial(400, "Bad Request", f"came through a proxy: {fault}")

    def _with_secret(self, offer: Offer, secret: bytes) -> Verdict:
        scopes = offer.scopes or everything(offer.role)
        granted = Granted(Proof.SECRET, scopes, secret, pair=bool(offer.device_id))
        if not offer.device_id or offer.peer.local:
            return granted
        if offer.standing is None or offer.standing.revoked:
            return PairingNeeded("not-paired")
        if offer.role not in offer.standing.roles:
            return PairingNeeded("role-upgrade")
        if not set(scopes) <= covered(offer.standing.scopes):
            return PairingNeeded("scope-upgrade")
        return granted


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


def _unauthorized(credentials: Credentials, offer: Offer) -> Unauthorized:
    if not credentials.digests and not credentials.hashes:
        return Unauthorized("unset", credentials.mode)
    shown = offer.token or offer.password or offer.device_token
    return Unauthorized("mismatch" if shown else "missing", credentials.mode)


def everything(role: Role) -> tuple[str, ...]:
    """The scopes of whoever names none."""
    return (Scope.ADMIN.value,) if role is Role.OPERATOR else ()


def _locked(wait: float) -> Denial:
    return Denial(429, "Too Many Requests", f"{LOCKED} for {wait:.0f} s", wait)


def _bearer(facts: RequestFacts) -> str:
    """The secret of an Authorization header of that scheme, "" where there is none."""
    scheme, _, secret = facts.authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def same_digest(own: bytes, known: bytes) -> bool:
    """Whether two digests of secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(own, known)


def _known(token: str, digests: Iterable[bytes]) -> bool:
    return bool(_among(token, digests) and token)


def _among(text: str, digests: Iterable[bytes]) -> bytes:
    """The one of the digests that is the text's, else empty; takes the same time for all."""
    own, found = digest(text), b""
    for known in digests:
        if hmac.compare_digest(own, known):
            found = known
    return found


def _matches(text: str, known: str) -> bool:
    """Whether the text is the one of that Argon2id hash; takes as long as the hash says."""
    # 30 ms and 4 MB: only where the owner keeps a hash instead of a password.
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        with ONE_HASH_AT_A_TIME:
            Argon2id.verify_phc_encoded(text.encode("utf-8", "surrogatepass"), known)
    except (InvalidKey, ValueError, MemoryError):
        return False
    return True
