"""A selection may begin and end in any rows; its text is complete and in order."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.chat.layout import lay_out
from clawd_desktop.ui.chat.rows import Row, RowKind, new_uid
from clawd_desktop.ui.chat.selection import Selection, Spot, copied, extent
from clawd_desktop.ui.chat.style import Look

ROWS = [Row(new_uid(), RowKind.ASSISTANT, text, 1) for text in ("alpha beta", "one\n\n```\ncode\n```\n\ntwo", "omega")]


def spot(row: int, piece: int, position: int) -> Spot:
    return Spot(ROWS[row].uid, piece, position)


@pytest.mark.parametrize(
    ("anchor", "head", "text"),
    [
        (spot(0, 0, 6), spot(0, 0, 10), "beta"),
        (spot(0, 0, 10), spot(0, 0, 6), "beta"),
        (spot(0, 0, 6), spot(2, 0, 2), "beta\n\none\n\n```\ncode\n```\n\ntwo\n\nom"),
        (spot(2, 0, 2), spot(0, 0, 6), "beta\n\none\n\n```\ncode\n```\n\ntwo\n\nom"),
        (spot(1, 0, 1), spot(1, 2, 2), "ne\ncode\ntw"),
        (spot(1, 1, 0), spot(1, 1, 4), "code"),
    ],
)
def test_copied(plain_look: Look, anchor: Spot, head: Spot, text: str) -> None:
    found = extent(Selection(anchor, head), ROWS)
    assert found is not None
    assert copied(found, ROWS, lambda number: lay_out(ROWS[number], 800, plain_look)) == text


def test_nothing_is_selected_when_an_end_is_gone_or_both_are_one() -> None:
    assert extent(Selection(spot(0, 0, 1), Spot(-1, 0, 0)), ROWS) is None
    assert extent(Selection(spot(0, 0, 1), spot(0, 0, 1)), ROWS) is None


def test_only_rows_of_the_selection_are_marked(plain_look: Look) -> None:
    found = extent(Selection(spot(0, 0, 6), spot(1, 0, 2)), ROWS)
    assert found is not None
    marked = [found.in_row(number, lay_out(row, 800, plain_look)) for number, row in enumerate(ROWS)]
    assert marked == [{0: (6, 10)}, {0: (0, 2)}, {}]
