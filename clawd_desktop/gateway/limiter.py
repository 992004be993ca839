"""Slows down guessing and flooding: pure counters on a monotonic clock, checked before anything is believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from clawd_desktop.core.clock import Clock

LOOPBACK = "loopback"
_MOST_PEERS = 4096
# Whoever has one IPv6 address usually has the whole block.
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Lockout:
    """How guessing is slowed: `free` failures cost nothing, then 1 s, 2 s, 4 s ... up to `longest`; times in seconds.

    Failures are forgotten when none came for `forget` seconds after the last lock ended.
    """

    free: int
    longest: float = 900.0
    forget: float = 900.0

    def delay(self, failures: int) -> float:
        """How long the next attempt must wait after this many failures."""
        excess = failures - self.free
        return 0.0 if excess < 0 else min(self.longest, float(2 ** min(excess, 30)))


PER_PEER = Lockout(free=5)
TOGETHER = Lockout(free=20)


@dataclass(frozen=True, slots=True)
class Record:
    """Failures of one peer, and for how many seconds it must still wait; below 0: so long ago its lock ended."""

    failures: int
    wait: float


@dataclass(frozen=True, slots=True)
class Failures:
    """What an AuthLimiter remembers, without any clock's own numbers; `peers` begin with the oldest."""

    together: Record
    peers: Mapping[str, Record] = field(default_factory=dict)


@dataclass(slots=True)
class _Record:
    failures: int = 0
    until: float = 0.0


class AuthLimiter:
    """Counts failed authentications per peer and all together, whatever kind of credential was tried.

    It never touches connections that are open already, and a success does not wipe the count: otherwise each visit of
    the owner would give a guesser five more tries.
    """

    def __init__(self, clock: Clock, per_peer: Lockout = PER_PEER, together: Lockout = TOGETHER) -> None:
        self._clock = clock
        self._rule = per_peer
        self._rule_together = together
        self._peers: dict[str, _Record] = {}
        self._together = _Record()
        self.on_failure: Callable[[], object] = lambda: None

    @property
    def failures(self) -> int:
        """Failures of everybody that are remembered now."""
        self._forget(self._together, self._rule_together)
        return self._together.failures

    def wait(self, peer: str, *, alone: bool = False) -> float:
        """Seconds until `peer` may try again, 0 when it may now. With `alone` only its own failures count."""
        now = self._clock.monotonic()
        own = self._peers.get(peer)
        until = own.until if own is not None else 0.0
        if not alone:
            until = max(until, self._together.until)
        return max(0.0, until - now)

    def failed(self, peer: str) -> None:
        """Count one failed attempt."""
        own = self._peers.pop(peer, None) or _Record()
        self._peers[peer] = own
        self._count(own, self._rule)
        self._count(self._together, self._rule_together)
        if len(self._peers) > _MOST_PEERS:
            del self._peers[next(iter(self._peers))]
        self.on_failure()

    def remembered(self, most: int) -> Failures:
        """What is remembered now of everybody together and of the `most` peers that failed last."""
        newest = list(self._peers.items())[-most:]
        return Failures(self._told(self._together), {peer: self._told(record) for peer, record in newest})

    def remember(self, known: Failures) -> None:
        """Go on from what was remembered before; no wait is longer than the rule gives for that many failures."""
        self._together = self._taken(known.together, self._rule_together)
        self._peers = {peer: self._taken(record, self._rule) for peer, record in known.peers.items()}

    def be_careful(self) -> None:
        """Give no free tries, because it is not known how many were used up."""
        self.remember(Failures(Record(self._rule_together.free - 1, 0.0)))

    def _told(self, record: _Record) -> Record:
        return Record(record.failures, record.until - self._clock.monotonic())

    def _taken(self, record: Record, rule: Lockout) -> _Record:
        wait = max(-rule.forget - 1.0, min(record.wait, rule.delay(record.failures)))
        return _Record(record.failures, self._clock.monotonic() + wait)

    def _count(self, record: _Record, rule: Lockout) -> None:
        self._forget(record, rule)
        record.failures += 1
        record.until = self._clock.monotonic() + rule.delay(record.failures)

    def _forget(self, record: _Record, rule: Lockout) -> None:
        if self._clock.monotonic() > record.until + rule.forget:
            record.failures = 0


class TokenBucket:
    """Lets `burst` requests through at once and `per_second` in the long run."""

    def __init__(self, clock: Clock, per_second: float, burst: int) -> None:
        self._clock = clock
        self._rate = per_second
        self._burst = float(burst)
        self._left = float(burst)
        self._at = clock.monotonic()

    def take(self) -> float:
        """0 when the request may pass, else the seconds until one may."""
        now = self._clock.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left >= 1.0:
            self._left -= 1.0
            return 0.0
        return (1.0 - self._left) / self._rate


def canonical_peer(address: str) -> str:
    """One name per peer: all loopback addresses are one, an IPv4 address mapped into IPv6 is that IPv4 address.

    Of IPv6 addresses the first 64 bits count: the others are the peer's own to choose.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return LOOPBACK
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, _BLOCK), strict=False))
    return str(parsed)
