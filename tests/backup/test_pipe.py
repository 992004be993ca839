"""Blocks go through in order, wait for room, and a fault on one side is seen on the other."""

from __future__ import annotations

import threading

import pytest

from clawd_desktop.backup.pipe import GivenUp, Pipe


def test_blocks_go_through_in_order_and_wait_for_room() -> None:
    pipe, put = Pipe(room=2), threading.Semaphore(0)

    def fill() -> None:
        for number in range(100):
            pipe.put(b"%d" % number)
            put.release()
        pipe.end()

    thread = threading.Thread(target=fill)
    thread.start()
    assert put.acquire(timeout=20)
    assert put.acquire(timeout=20)
    assert not put.acquire(timeout=0.05)  # the third waits
    assert [pipe.take() for _ in range(100)] == [b"%d" % number for number in range(100)]
    assert (pipe.take(), pipe.take()) == (b"", b"")
    thread.join()


def test_a_failure_comes_after_the_last_block_each_time() -> None:
    pipe = Pipe()
    pipe.put(b"a")
    pipe.fail(OSError("first"))
    pipe.fail(OSError("second"))
    assert pipe.take() == b"a"
    for _ in range(2):
        with pytest.raises(OSError, match="first"):
            pipe.take()


def test_what_ended_well_does_not_fail_afterwards() -> None:
    pipe = Pipe()
    pipe.end()
    pipe.fail(OSError("late"))
    assert pipe.take() == b""
    pipe.check()


@pytest.mark.parametrize("side", ["put", "take"])
def test_breaking_off_wakes_whoever_waits(side: str) -> None:
    pipe, woken = Pipe(room=1), threading.Event()
    if side == "put":
        pipe.put(b"a")

    def wait() -> None:
        with pytest.raises(GivenUp):
            pipe.put(b"b") if side == "put" else pipe.take()
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    pipe.break_off(GivenUp())
    assert woken.wait(20)
    thread.join()
    pipe.break_off(OSError("another"))
    with pytest.raises(GivenUp):  # the first counts
        pipe.check()
    with pytest.raises(GivenUp):  # and what lay in it is gone
        pipe.take()
