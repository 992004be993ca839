"""Blocks are done in their order behind whoever gives them; a fault comes out, and the thread always ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from clawd_desktop.backup import deferred
from clawd_desktop.backup.deferred import AT_ONCE, Deferred

BLOCK = bytes(AT_ONCE // 4)
COUNT = 30


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> None:
    assert not threads()


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "backup packing"]


def numbered(number: int) -> bytes:
    return bytes([number]) + BLOCK


def test_all_is_done_in_its_order_when_it_has_ended() -> None:
    done: list[int] = []
    where: set[int] = set()

    def do(block: bytes) -> None:
        done.append(block[0])
        where.add(threading.get_ident())

    with closing(Deferred(do)) as work:
        for number in range(COUNT):
            work.put(numbered(number))
        work.end()
        assert done == list(range(COUNT))
    assert len(where) == 2, "the first ones are done at once"
    assert not threads()


def test_what_is_small_is_done_at_once() -> None:
    done: list[bytes] = []
    with closing(Deferred(done.append)) as work:
        work.put(b"a")
        assert done == [b"a"]
        work.put(b"")
        work.end()
    assert done == [b"a"]


@pytest.mark.parametrize("at", [0, COUNT // 2, COUNT - 1])
def test_a_fault_comes_out_and_nothing_is_done_after_it(at: int) -> None:
    fault, done = OSError(28, "no room"), []

    def do(block: bytes) -> None:
        if block[0] == at:
            raise fault
        done.append(block[0])

    def give(work: Deferred) -> None:
        for number in range(COUNT):
            work.put(numbered(number))
        work.end()

    with closing(Deferred(do)) as work, pytest.raises(OSError, match="no room") as told:
        give(work)
    assert told.value is fault
    assert done == list(range(at))
    assert not threads()


def test_who_gives_waits_when_too_much_is_not_done_yet() -> None:
    held, given = threading.Event(), []

    def do(block: bytes) -> None:
        if threading.current_thread() is not threading.main_thread():
            held.wait(20)

    def give(work: Deferred) -> None:
        for number in range(COUNT):
            work.put(numbered(number))
            given.append(number)

    with closing(Deferred(do, room=2)) as work:
        giving = threading.Thread(target=give, args=(work,))
        giving.start()
        giving.join(0.3)
        assert giving.is_alive()
        held.set()
        giving.join(20)
        work.end()
    assert len(given) == COUNT


def test_closing_it_ends_a_thread_that_waits() -> None:
    work = Deferred(lambda block: None)
    for number in range(COUNT):
        work.put(numbered(number))
    assert threads()
    work.close()
    assert not threads()


@pytest.mark.parametrize("leave", [Deferred.end, Deferred.close])
def test_it_keeps_nothing_of_whoever_gave_it_work(leave: Callable[[Deferred], None]) -> None:
    work = Deferred(BLOCK.startswith)  # type: ignore[arg-type] # any method of something
    leave(work)
    assert work._do is deferred._nothing
