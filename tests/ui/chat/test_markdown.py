"""Text is split into the blocks that a reader expects."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.chat.markdown import Block, Kind, split

P, H, L, C, T, R = Kind.PARAGRAPH, Kind.HEADING, Kind.ITEM, Kind.CODE, Kind.TABLE, Kind.RULE


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("one\ntwo\n\nthree", [Block(P, "one\ntwo"), Block(P, "three")]),
        ("# A\n###### B ##", [Block(H, "A", 1), Block(H, "B", 6)]),
        ("#no heading", [Block(P, "#no heading")]),
        ("- a\n- b\n  more", [Block(L, "a", 1, 0, "•"), Block(L, "b\nmore", 1, 0, "•")]),
        ("3. x\n   - y", [Block(L, "x", 1, 0, "3."), Block(L, "y", 2, 0, "•")]),
        ("- a\n\n  still a\n\nout", [Block(L, "a", 1, 0, "•"), Block(P, "still a", 1), Block(P, "out")]),
        ("- [ ] do\n- [X] done", [Block(L, "do", 1, 0, "[ ]"), Block(L, "done", 1, 0, "[x]")]),
        ("> q\n> r\n>> s", [Block(P, "q\nr", 0, 1), Block(P, "s", 0, 2)]),
        ("---\n***", [Block(R), Block(R)]),
        ("```py\nx = 1\n\n  y\n```\nafter", [Block(C, "x = 1\n\n  y", marker="py"), Block(P, "after")]),
        ("~~~~\n```\n~~~~", [Block(C, "```")]),
        ("```js\nlet a\n", [Block(C, "let a", marker="js")]),
        ("- x\n  ```sh\n  ls\n  ```", [Block(L, "x", 1, 0, "•"), Block(C, "ls", 1, 0, "sh")]),
        ("> ```\n> a\n> ```", [Block(C, "a", 0, 1)]),
        (
            "a | b\n--|:-:\n1 | 2\\|3\n\nend",
            [Block(T, marker="lc", rows=(("a", "b"), ("1", "2|3"))), Block(P, "end")],
        ),
        ("a | b\nno table", [Block(P, "a | b\nno table")]),
        ("| a |\n|--:|\n| 1 | extra |", [Block(T, marker="r", rows=(("a",), ("1",)))]),
        ("<script>alert(1)</script>", [Block(P, "<script>alert(1)</script>")]),
    ],
)
def test_blocks(text: str, blocks: list[Block]) -> None:
    assert split(text) == blocks


def test_what_a_person_typed_keeps_its_lines_and_marks() -> None:
    assert split("  # not a heading\n\n- x\n```\ncode\n```", plain=True) == [
        Block(P, "  # not a heading\n\n- x"),
        Block(C, "code"),
    ]


def test_a_growing_text_changes_only_its_end() -> None:
    text = "# T\n\npara **one**\n\n```py\na\nb\n```\n\n- x\n- y\n\nlast words"
    for end in range(1, len(text)):
        before, after = split(text[:end]), split(text[: end + 1])
        assert before[:-2] == after[: max(0, len(before) - 2)]


def test_a_huge_table_is_cut_short() -> None:
    rows = "\n".join("| 1 | 2 |" for _ in range(50_000))
    blocks = split(f"| a | b |\n|---|---|\n{rows}")
    assert len(blocks[0].rows) <= 1002
