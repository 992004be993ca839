"""Blocks that a thread makes ahead come in their order, with its faults, and the thread always ends."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from clawd_desktop.backup.ahead import Ahead
from clawd_desktop.backup.manifest import Damaged


def test_blocks_come_in_their_order_and_end() -> None:
    left = [bytes([number]) for number in range(200)]
    with closing(Ahead(lambda: left.pop(0) if left else b"")) as ahead:
        assert [ahead.take() for _ in range(200)] == [bytes([number]) for number in range(200)]
        assert ahead.take() == b""
        assert ahead.take() == b"", "also when it is asked again"


@pytest.mark.parametrize("fault", [Damaged("it is cut"), OSError(5, "a disk"), ValueError("anything")])
def test_what_it_raises_comes_after_the_blocks_before(fault: Exception) -> None:
    made = iter([b"a", b"b"])

    def make() -> bytes:
        block = next(made, b"")
        if not block:
            raise fault
        return block

    with closing(Ahead(make)) as ahead:
        assert [ahead.take(), ahead.take()] == [b"a", b"b"]
        with pytest.raises(type(fault)) as told:
            ahead.take()
    assert told.value is fault


def test_it_is_a_few_blocks_ahead_and_no_more() -> None:
    made: list[int] = []
    full = threading.Event()

    def make() -> bytes:
        made.append(1)
        if len(made) == 8:
            full.set()
        return b"x"

    with closing(Ahead(make, room=4)) as ahead:
        assert [ahead.take() for _ in range(3)] == [b"x"] * 3
        assert full.wait(10), "three were taken, four lie there, one waits for room"
        assert len(made) == 8


def test_whoever_closes_it_waits_for_its_thread() -> None:
    ahead = Ahead(lambda: b"x")
    for _ in range(5):
        ahead.take()
    assert any(thread.name == "backup reading" for thread in threading.enumerate())
    ahead.close()
    assert all(thread.name != "backup reading" for thread in threading.enumerate())


def test_what_is_small_needs_no_thread() -> None:
    left = [b"a"]
    with closing(Ahead(lambda: left.pop() if left else b"")) as ahead:
        assert [ahead.take(), ahead.take(), ahead.take()] == [b"a", b"", b""]
        assert all(thread.name != "backup reading" for thread in threading.enumerate())
