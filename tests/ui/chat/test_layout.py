"""Rows are laid out once, and a growing answer only at its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clawd_desktop.ui.chat.layout import Action, LayoutCache, column, estimate, lay_out
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, ToolUse, error_row, new_uid, note_row
from clawd_desktop.ui.chat.style import MEASURE, Look

WIDTH = 1000


def row(kind: RowKind, text: str = "hello", **facts: object) -> Row:
    return replace(Row(new_uid(), kind, text, 1000), **facts)  # type: ignore[arg-type]


ROWS = {
    "user": row(RowKind.USER),
    "answer": row(RowKind.ASSISTANT, "# T\n\ntext\n\n```py\nx\n```\n\na|b\n-|-\n1|2\n\n---"),
    "first of a day": row(RowKind.ASSISTANT, day=True, lead=True),
    "waiting": row(RowKind.ASSISTANT, "", mark=Mark.LIVE, lead=True),
    "tool": row(RowKind.TOOL, tool=ToolUse("c", "exec", "{}", "out"), expanded=True),
    "note": note_row("Another model answers.", 1),
    "error": error_row("No key.", "", 1, "r"),
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("width", [240, 700, 1000, 2400])
def test_everything_stands_inside_the_row_and_nothing_overlaps(plain_look: Look, name: str, width: int) -> None:
    laid = lay_out(ROWS[name], width, plain_look)
    rects = [piece.rect for piece in laid.pieces]
    assert laid.column.width() <= plain_look.px(MEASURE)
    assert all(rect.left() >= 0 and rect.right() <= width and rect.bottom() <= laid.height for rect in rects)
    assert all(above.bottom() < below.top() for above, below in zip(rects, rects[1:], strict=False))
    assert all(control.rect.bottom() <= laid.height for control in laid.controls)


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("user", [Action.COPY_MESSAGE]),
        ("answer", [Action.COPY_CODE, Action.COPY_MESSAGE]),
        ("waiting", []),
        ("tool", [Action.TOGGLE, Action.COPY_CODE, Action.COPY_CODE]),
        ("note", []),
        ("error", [Action.RETRY, Action.COPY_DETAILS]),
    ],
)
def test_each_kind_has_its_controls(plain_look: Look, name: str, actions: list[Action]) -> None:
    assert [control.action for control in lay_out(ROWS[name], WIDTH, plain_look).controls] == actions


def test_a_bubble_is_as_wide_as_its_text_and_stands_right(plain_look: Look) -> None:
    laid = lay_out(row(RowKind.USER, "hi"), WIDTH, plain_look)
    assert laid.frame.width() < 100
    assert laid.frame.right() == laid.column.right()


def test_a_long_message_is_shown_in_parts(plain_look: Look) -> None:
    long = row(RowKind.ASSISTANT, "word " * 10_000, shown=1000)
    assert Action.MORE in [control.action for control in lay_out(long, WIDTH, plain_look).controls]
    live = replace(long, mark=Mark.LIVE)
    assert lay_out(live, WIDTH, plain_look).height > lay_out(long, WIDTH, plain_look).height * 5


def test_a_growing_answer_is_laid_out_only_at_its_end(plain_look: Look) -> None:
    cache, live = LayoutCache(), row(RowKind.ASSISTANT, mark=Mark.LIVE)
    text = "\n\n".join("word " * 300 for _ in range(20))
    cache.get(replace(live, text=text), WIDTH, plain_look)
    before = cache.pieces
    for more in range(10):
        cache.get(replace(live, text=text + "\n\nmore " * more), WIDTH, plain_look)
    assert cache.pieces - before <= 20
    assert before >= 20


def test_the_same_row_is_laid_out_once_until_width_or_look_change(plain_look: Look) -> None:
    cache = LayoutCache()
    laid = [cache.get(ROWS["answer"], WIDTH, plain_look) for _ in range(5)]
    assert (cache.count, len(set(map(id, laid)))) == (1, 1)
    cache.get(ROWS["answer"], WIDTH - 100, plain_look)
    assert cache.count == 2
    cache.clear()
    assert len(cache) == 0


def test_memory_is_bounded(plain_look: Look) -> None:
    cache = LayoutCache()
    for _ in range(200):
        cache.get(row(RowKind.USER), WIDTH, plain_look)
    assert len(cache) <= 80


def test_thumbnails_are_shown_and_broken_ones_left_out(plain_look: Look) -> None:
    pictured = row(RowKind.USER, "", thumbnails=(b"no picture",), pictures=1)
    assert not lay_out(pictured, WIDTH, plain_look).pieces


def test_the_guess_is_not_far_off(plain_look: Look) -> None:
    texts = ["short", "word " * 200, "line\n\n" * 30]
    for text in texts:
        each = row(RowKind.ASSISTANT, text, lead=True)
        real = lay_out(each, WIDTH, plain_look).height
        assert real / 2.5 < estimate(each, WIDTH, plain_look) < real * 2.5


def test_the_column_is_centred(plain_look: Look) -> None:
    space = column(WIDTH, plain_look)
    assert abs(space.left() - (WIDTH - space.right())) <= 2
