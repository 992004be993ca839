"""The queue is bounded, forgets details first, and never makes a giver wait."""

from __future__ import annotations

import logging
import threading

from operations.log_rig import entry

from clawd_desktop.operations.log_queue import LogQueue


def fill(queue: LogQueue, level: int, count: int) -> int:
    before = len(queue)
    for _ in range(count):
        queue.put(entry(level=level))
    return len(queue) - before


def test_each_level_has_room_that_lower_ones_cannot_take() -> None:
    queue = LogQueue(most=100)
    assert fill(queue, logging.DEBUG, 200) == 60
    assert fill(queue, logging.INFO, 200) == 20
    assert fill(queue, logging.WARNING, 200) == 15
    assert fill(queue, logging.ERROR, 200) == 5
    assert fill(queue, logging.CRITICAL, 1) == 0
    assert queue.dropped == 701
    assert (queue.take_dropped(), queue.take_dropped()) == (701, 0)


def test_many_at_once_are_dropped_by_the_same_rule() -> None:
    queue = LogQueue(most=100)
    queue.give([entry(level=logging.INFO)] * 50)
    queue.give([entry(level=logging.DEBUG)] * 50 + [entry(level=logging.ERROR)])
    assert (len(queue), queue.dropped) == (61, 40)


def test_memory_is_bounded_by_characters_too() -> None:
    queue = LogQueue(most=1000, most_characters=10_000)
    for _ in range(100):
        queue.put(entry("x" * 900))
    assert len(queue) == 8
    assert queue.dropped == 92


def test_what_could_not_be_written_comes_back_before_the_rest_and_the_important_stays() -> None:
    queue = LogQueue(most=10)
    for number in range(4):
        queue.put(entry(f"old {number}"))
    queue.put(entry("old error", logging.ERROR))
    taken = queue.take(0)
    for number in range(8):
        queue.put(entry(f"new {number}"))
    queue.give_back(taken)
    kept = [each.text for each in queue.take(0)]
    assert kept == ["old 3", "old error", *(f"new {number}" for number in range(8))]
    assert queue.dropped == 3


def test_waiting_ends_when_all_is_done_or_the_time_is_over() -> None:
    queue = LogQueue()
    assert queue.wait_done(0)
    queue.put(entry())
    assert not queue.wait_done(0.01)
    waited: list[bool] = []
    waiter = threading.Thread(target=lambda: waited.append(queue.wait_done(10)))
    waiter.start()
    queue.finished(len(queue.take(0)))
    waiter.join()
    assert waited == [True]


def test_dropped_lines_do_not_keep_anybody_waiting() -> None:
    queue = LogQueue(most=4)
    for _ in range(4):
        queue.put(entry(level=logging.ERROR))
    taken = queue.take(0)
    queue.put(entry(level=logging.ERROR))
    queue.give_back(taken)
    queue.finished(len(queue.take(0)))
    assert queue.wait_done(0)


def test_a_taker_is_woken_without_a_line() -> None:
    queue = LogQueue()
    queue.wake()
    assert queue.take(10) == []
