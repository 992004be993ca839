"""The memory level: bytes are bounded, the least used goes first, nothing outlives its time."""

from __future__ import annotations

import random

from clawd_desktop.storage.cache_memory import OVERHEAD, Item, MemoryLevel


def item(size: int = 100, name: str = "a", expires: float = 100.0) -> Item:
    return Item(name, b"x" * size, expires, expires * 0.9)


def test_what_was_not_used_for_longest_makes_room() -> None:
    gone: list[str] = []
    level = MemoryLevel(5 * (100 + OVERHEAD), gone.append)
    for key in "12345":
        level.put(key, item(name=f"n{key}"))
    assert level.get("1", 0) is not None
    level.put("6", item(name="n6"))
    assert gone == ["n2"]
    assert level.get("2", 0) is None
    assert level.get("1", 0) is not None


def test_time_is_over_at_its_end() -> None:
    level = MemoryLevel(10_000, lambda name: None)
    level.put("k", item(expires=10))
    assert level.get("k", 9.99) is not None
    assert level.get("k", 10) is None
    assert (len(level), level.size) == (0, 0)
    level.put("a", item(expires=5))
    level.put("b", item(expires=50))
    assert level.sweep(6) == 1
    assert len(level) == 1


def test_one_entry_never_pushes_everything_out() -> None:
    level = MemoryLevel(8_000, lambda name: None)
    level.put("small", item())
    level.put("large", item(2_000))
    assert level.get("large", 0) is None
    assert level.get("small", 0) is not None
    level.put("small", item(2_000))
    assert level.get("small", 0) is None, "the old value is not answered in place of the new one"


def test_nothing_is_kept_where_nothing_may_be() -> None:
    level = MemoryLevel(0, lambda name: None)
    level.put("k", item(0))
    assert len(level) == 0


def test_smaller_from_now_on_and_by_namespace() -> None:
    level = MemoryLevel(10_000, lambda name: None)
    for number in range(10):
        level.put(str(number), item(name="ab"[number % 2]))
    assert level.held("a") == (5, 5 * (100 + OVERHEAD))
    assert level.clear("a") == 5
    assert (level.held("a"), level.held("b")[0]) == ((0, 0), 5)
    level.resize(2 * (100 + OVERHEAD))
    assert (len(level), level.size) == (2, 2 * (100 + OVERHEAD))
    assert level.clear() == 2


def test_the_bytes_are_always_those_of_the_entries() -> None:
    draw, level = random.Random(3), MemoryLevel(20_000, lambda name: None)
    for step in range(3_000):
        key = str(draw.randrange(60))
        if draw.random() < 0.7:
            level.put(key, item(draw.randrange(3_000), draw.choice("abc"), step + draw.randrange(200)))
        else:
            level.get(key, step)
        assert level.size <= 20_000
    assert level.size == sum(level.held(name)[1] for name in "abc")
    assert len(level) == sum(level.held(name)[0] for name in "abc")
    level.clear()
    assert level.size == 0
