"""Pieces flow into their width and give back the text that is selected in them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from clawd_desktop.ui.chat.markdown import split
from clawd_desktop.ui.chat.pieces import Piece, build, groups, place
from clawd_desktop.ui.chat.style import Look

WIDTH = 400


def piece(text: str, look: Look, width: int = WIDTH) -> Piece:
    made = build(groups(split(text))[0], look)
    place(made, 10, 20, width, look)
    return made


def test_prose_is_gathered_and_everything_else_stands_alone() -> None:
    text = "a\n\n# b\n\n- c\n\n```\nd\n```\n\ne\n\n---\n\nf"
    assert [len(group) for group in groups(split(text))] == [3, 1, 1, 1, 1]


def test_long_prose_is_parted_so_that_its_end_is_cheap_to_lay_out() -> None:
    assert len(groups(split("\n\n".join("word " * 60 for _ in range(20))))) > 3


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("one\ntwo\n\nthree", "one\ntwo\nthree"),
        ("- a\n- b\n  - c", "- a\n- b\n  - c"),
        ("2. a\n3. b", "2. a\n3. b"),
        ("- [x] done", "[x] done"),
        ("a | b\n--|--\n1 | 2", "a\tb\n1\t2"),
        ("```py\nif x:\n    y\n```", "if x:\n    y"),
    ],
)
def test_the_whole_text_is_copied_as_it_reads(plain_look: Look, text: str, copied: str) -> None:
    made = piece(text, plain_look)
    assert made.text(0, made.length).strip("\n\t") == copied


def test_a_part_is_copied(plain_look: Look) -> None:
    made = piece("hello world", plain_look)
    assert made.text(6, 11) == "world"
    assert made.word_at(7) == (6, 11)


def test_positions_and_links_are_found_under_the_mouse(plain_look: Look) -> None:
    made = piece("[a link that is long enough](https://x.example)", plain_look)
    assert made.link_at(made.rect.topLeft() + QPoint(30, 8)) == "https://x.example"
    assert made.link_at(QPoint(0, 0)) == ""
    assert made.position_at(made.rect.topLeft()) == 0
    assert made.position_at(made.rect.bottomRight()) == made.length


def test_wide_code_scrolls_and_wide_prose_wraps(plain_look: Look) -> None:
    assert piece("```\n" + "x" * 300 + "\n```", plain_look).overflow > 0
    assert piece("y" * 300, plain_look).overflow == 0
    assert piece("y" * 300, plain_look).rect.width() == WIDTH


def test_signs_stand_beside_lists_quotes_and_code(plain_look: Look) -> None:
    made = piece("- a `b`\n\n> c\n>\n> d", plain_look)
    assert [sign for _, sign in made.markers] == ["-"]
    assert (len(made.pads), len(made.bars)) == (1, 2)


def test_a_rule_has_no_text(plain_look: Look) -> None:
    made = piece("---", plain_look)
    assert (made.text(0, 1), made.position_at(QPoint(0, 0)), made.word_at(0)) == ("", 0, (0, 0))
