"""Sums of heights stay right whatever is inserted, removed or changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.ui.chat.heights import Heights

_changes = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 5), st.lists(st.integers(1, 300), max_size=8)), max_size=12
)


@given(_changes)
def test_sums_and_searches_agree_with_a_plain_list(changes: list[tuple[int, int, list[int]]]) -> None:
    heights, plain = Heights(), list[int]()
    for at, removed, added in changes:
        at = min(at, len(plain))
        removed = min(removed, len(plain) - at)
        heights.replace(at, removed, added)
        plain[at : at + removed] = added
    assert [heights.top(row) for row in range(len(plain) + 1)] == [sum(plain[:row]) for row in range(len(plain) + 1)]
    assert all(heights.row_at(sum(plain[:row])) == row for row in range(len(plain)))
    assert heights.total == sum(plain)


def test_a_changed_height_moves_what_follows() -> None:
    heights = Heights()
    heights.replace(0, 0, [10, 20, 30])
    assert heights.set(1, 50) == 30
    assert (heights.top(2), heights.total, heights[1]) == (60, 90, 50)


def test_beyond_the_ends_are_the_first_and_the_last_row() -> None:
    heights = Heights()
    assert heights.row_at(5) == -1
    heights.replace(0, 0, [10, 20])
    assert (heights.row_at(-5), heights.row_at(500)) == (0, 1)
