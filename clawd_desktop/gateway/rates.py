"""Counts requests per device and per address with GCRA: a rate in the long run, and a burst at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# A row takes some 200 bytes; whoever asked least recently is forgotten first.
MOST_KEYS = 8192


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests a minute in the long run, and how many at once."""

    per_minute: int
    burst: int


class Rates:
    """Counts requests while `rate` is set; None counts nothing."""

    def __init__(self, rate: Rate | None = None) -> None:
        self.rate: Rate | None = None
        self._counter: _Counter | None = None
        self.use(rate)

    def use(self, rate: Rate | None) -> None:
        """Count by another rate from now on; what was counted is forgotten only when the rate differs."""
        if rate != self.rate:
            self.rate = rate
            self._counter = _Counter(rate) if rate is not None else None

    def take(self, keys: Iterable[str]) -> float:
        """Count a request for each of the keys; the seconds until it may come again, 0 when it may pass."""
        counter = self._counter
        return 0.0 if counter is None else max((counter.take(key) for key in keys), default=0.0)


class _Counter:
    def __init__(self, rate: Rate) -> None:
        # 40 ms to import: only where the owner limits requests.
        from throttled import MemoryStore, RateLimiterType, Throttled, rate_limiter

        quota = rate_limiter.per_min(rate.per_minute, burst=rate.burst)
        store = MemoryStore(options={"MAX_SIZE": MOST_KEYS})
        self._throttled = Throttled(using=RateLimiterType.GCRA.value, quota=quota, store=store)

    def take(self, key: str) -> float:
        result = self._throttled.limit(key)
        return max(0.001, result.state.retry_after) if result.limited else 0.0


def keys_of(device_id: str, address: str, *, local: bool, connection: str) -> tuple[str, ...]:
    """Whose requests these are: a device's, and those of an address that is not this computer's own.

    Programs on this computer without a device have nothing to tell them apart but their connections.
    """
    keys = (f"device {device_id}",) if device_id else ()
    if not local:
        return (*keys, f"address {address}")
    return keys or (f"connection {connection}",)
