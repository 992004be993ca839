"""Requests are counted per device and per address, by a rate and a burst, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from clawd_desktop.gateway import rates as module
from clawd_desktop.gateway.rates import Rate, Rates, keys_of


def test_without_a_rate_nothing_is_counted() -> None:
    rates = Rates()
    assert [rates.take(("a",)) for _ in range(1000)] == [0.0] * 1000


def test_a_burst_passes_and_then_the_rate_counts() -> None:
    rates = Rates(Rate(600, 5))
    assert [rates.take(("a",)) for _ in range(5)] == [0.0] * 5
    wait = rates.take(("a",))
    assert 0 < wait <= 0.1
    assert rates.take(("b",)) == 0.0, "another one has its own count"
    time.sleep(wait)
    assert rates.take(("a",)) == 0.0


def test_each_of_several_keys_can_say_no() -> None:
    rates = Rates(Rate(1, 2))
    assert rates.take(("device d1", "address x")) == 0.0
    assert rates.take(("device d2", "address x")) == 0.0
    assert rates.take(("device d3", "address x")) > 1
    assert rates.take(()) == 0.0


def test_another_rate_counts_anew_and_the_same_one_goes_on() -> None:
    rates = Rates(Rate(1, 1))
    rates.take(("a",))
    rates.use(Rate(1, 1))
    assert rates.take(("a",)) > 0
    rates.use(Rate(1, 2))
    assert rates.take(("a",)) == 0
    rates.use(None)
    assert rates.take(("a",)) == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEYS", 100)
    rates = Rates(Rate(1, 1))
    for number in range(1000):
        rates.take((f"address {number}",))
    assert rates._counter is not None
    store = rates._counter._throttled._store
    assert len(store._backend.get_client()) <= 100


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = "import sys, clawd_desktop.gateway.rates as r; r.Rates(); assert 'throttled' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("device", "local", "keys"),
    [
        ("", True, ("connection c",)),
        ("d", True, ("device d",)),
        ("", False, ("address 10.0.0.9",)),
        ("d", False, ("device d", "address 10.0.0.9")),
    ],
)
def test_whose_requests_they_are(device: str, local: bool, keys: tuple[str, ...]) -> None:
    assert keys_of(device, "10.0.0.9", local=local, connection="c") == keys
