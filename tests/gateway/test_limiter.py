"""Guessing and flooding are slowed by counters on a clock that nobody can set back."""

from __future__ import annotations

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.gateway.limiter import AuthLimiter, Lockout, TokenBucket, canonical_peer


def fail(limiter: AuthLimiter, times: int, peer: str = "a") -> None:
    for _ in range(times):
        limiter.failed(peer)


@pytest.mark.parametrize(
    ("failures", "wait"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (10_000, 900)]
)
def test_five_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, wait: float) -> None:
    limiter = AuthLimiter(ManualClock())
    fail(limiter, failures)
    assert limiter.wait("a", alone=True) == wait


def test_the_lock_ends_by_the_monotonic_clock() -> None:
    clock = ManualClock()
    limiter = AuthLimiter(clock)
    fail(limiter, 6)
    clock.jump_wall(1e6)
    assert limiter.wait("a") == 2
    clock.advance(1.5)
    assert limiter.wait("a") == 0.5
    clock.advance(0.5)
    assert limiter.wait("a") == 0


def test_many_peers_together_are_locked_too_except_for_one_who_counts_alone() -> None:
    limiter = AuthLimiter(ManualClock(), together=Lockout(free=6))
    for number in range(6):
        limiter.failed(f"peer-{number}")
    assert limiter.failures == 6
    assert limiter.wait("a stranger") == 1
    assert limiter.wait("a stranger", alone=True) == 0


def test_failures_are_forgotten_after_a_quiet_time() -> None:
    clock = ManualClock()
    limiter = AuthLimiter(clock)
    fail(limiter, 5)
    clock.advance(902)
    assert limiter.failures == 0
    fail(limiter, 4)
    assert limiter.wait("a") == 0


def test_memory_is_bounded_and_the_oldest_are_forgotten() -> None:
    limiter = AuthLimiter(ManualClock(), together=Lockout(free=10**9))
    fail(limiter, 5, "first")
    for number in range(5000):
        limiter.failed(f"peer-{number}")
    assert limiter.wait("first") == 0
    assert len(limiter._peers) <= 4096


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", "loopback"),
        ("127.9.9.9", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:DB8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:bbbb::2", "2001:db8:0:1::/64"),
        ("", ""),
    ],
)
def test_one_name_per_peer(address: str, name: str) -> None:
    assert canonical_peer(address) == name


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    clock = ManualClock()
    bucket = TokenBucket(clock, per_second=10, burst=3)
    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    assert bucket.take() == pytest.approx(0.1)
    clock.advance(0.1)
    assert bucket.take() == 0
    clock.advance(1000)
    assert [bucket.take() > 0 for _ in range(4)] == [False, False, False, True]


def test_a_lock_that_has_ended_is_not_forgotten_with_it() -> None:
    clock = ManualClock()
    limiter = AuthLimiter(clock)
    waits = []
    for _ in range(5):
        limiter.failed("a stranger")
    for _ in range(6):
        limiter.failed("a stranger")
        waits.append(limiter.wait("a stranger"))
        clock.advance(waits[-1] + 1)
    assert waits == [2, 4, 8, 16, 32, 64], "each guess costs twice as much as the one before"
