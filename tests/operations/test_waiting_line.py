"""The line: priority, then holders in turn, then order; and that a thousand in it cost as little as ten."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass

from clawd_desktop.operations.waiting_line import WaitingLine


@dataclass(eq=False)
class One:
    holder: str
    name: str = ""
    priority: int = 0


def drained(line: WaitingLine[One]) -> list[str]:
    order = []
    while (head := line.head()) is not None:
        order.append(head.name)
        assert line.remove(head, served=True)
    assert len(line) == 0
    return order


def test_holders_take_turns_whoever_came_with_more() -> None:
    line: WaitingLine[One] = WaitingLine()
    for name in ("a1", "a2", "a3", "b1", "c1", "b2"):
        line.put(One(name[0], name))
    assert drained(line) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_higher_priority_goes_first_and_is_fair_in_itself() -> None:
    line: WaitingLine[One] = WaitingLine()
    for name, priority in (("a1", 0), ("b1", 1), ("a2", 1), ("b2", 1), ("c1", -5)):
        line.put(One(name[0], name, priority))
    assert drained(line) == ["b1", "a2", "b2", "a1", "c1"]


def test_who_leaves_without_being_served_costs_the_holder_no_turn() -> None:
    line: WaitingLine[One] = WaitingLine()
    first, second, other = One("a", "a1"), One("a", "a2"), One("b", "b1")
    for one in (first, second, other):
        line.put(one)
    assert line.remove(first)
    assert not line.remove(first), "only once"
    assert first not in line
    assert second in line
    assert drained(line) == ["a2", "b1"]


def test_the_same_figures_twice_are_two_waiters() -> None:
    line: WaitingLine[One] = WaitingLine()
    twins = [One("a", "same"), One("a", "same")]
    for one in twins:
        line.put(one)
    assert line.remove(twins[0])
    assert list(line) == [twins[1]]


def test_any_order_of_coming_and_leaving_loses_nobody_and_is_fair() -> None:
    draw = random.Random(7)
    line: WaitingLine[One] = WaitingLine()
    inside: list[One] = []
    for step in range(5_000):
        if inside and draw.random() < 0.45:
            gone = inside.pop(draw.randrange(len(inside)))
            assert line.remove(gone, served=draw.random() < 0.5)
        else:
            one = One(draw.choice("abcdef"), str(step), draw.choice((0, 0, 1)))
            inside.append(one)
            line.put(one)
        assert len(line) == len(inside)
    assert Counter(map(id, line)) == Counter(map(id, inside))
    assert sorted(drained(line)) == sorted(one.name for one in inside)


def test_ten_thousand_who_leave_in_the_middle_are_quick() -> None:
    line: WaitingLine[One] = WaitingLine()
    all_of_them = [One(f"h{number % 3}", str(number)) for number in range(10_000)]
    for one in all_of_them:
        line.put(one)
    began = time.perf_counter()
    for one in all_of_them[2_000:8_000]:
        line.remove(one)
    assert time.perf_counter() - began < 0.5
    assert len(line) == 4_000
