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
        if len(made) == 6:
            full.set()
        return b"x"

    with closing(Ahead(make, room=4)) as ahead:
        assert ahead.take() == b"x"
        assert full.wait(10), "four lie there, one was taken, one waits for room"
        assert len(made) == 6


def test_whoever_closes_it_waits_for_its_thread() -> None:
    ahead = Ahead(lambda: b"x")
    ahead.take()
    ahead.close()
    assert all(thread.name != "backup reading" for thread in threading.enumerate())


def test_a_thread_that_nobody_needed_never_began() -> None:
    asked: list[int] = []

    def make() -> bytes:
        asked.append(1)
        return b"x"

    Ahead(make).close()
    assert asked == []
