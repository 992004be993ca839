"""Splits Markdown into blocks without touching what is inside them, quickly enough to run while text streams in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `text` is raw inline Markdown (the literal text of code), lines parted by line feeds.

    `level` is 1-6 for headings and the depth of lists, from 1, for items and what belongs to them; `quote` is how
    deeply it is quoted; `marker` is the list marker ("•", "3.", "[ ]", "[x]"), the language of code, or the alignments
    of a table ("lcr"); `rows` are the cells of a table, the header first.
    """

    kind: Kind
    text: str = ""
    level: int = 0
    quote: int = 0
    marker: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


_QUOTE = re.compile(r" {0,3}> ?")
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})[ \t]*([^`]*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*)$")
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"^(\s*)([-*+•]|\d{1,9}[.)])[ \t]+(.*)$")
_TASK = re.compile(r"^\[([ xX])\][ \t]+(.*)$")
_TABLE = re.compile(r"^\s*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_DEEPEST = 6
_MOST_CELLS = 2000


def split(text: str, *, plain: bool = False) -> list[Block]:
    """The blocks of the text in order. With `plain` only fenced code is recognised, as for what a person typed.

    Text that only grows changes at most the last block and what follows it.
    """
    return _Splitter(text.split("\n"), plain).run()


class _Splitter:
    def __init__(self, lines: list[str], plain: bool) -> None:
        self._lines = lines
        self._plain = plain
        self._at = 0
        self._blocks: list[Block] = []
        # The lines of the last block while more may come; joined once, so that long paragraphs cost no more than short.
        self._open: list[str] | None = None
        self._indents: list[int] = []

    def run(self) -> list[Block]:
        while self._at < len(self._lines):
            raw = self._lines[self._at]
            quote, line = (0, raw) if self._plain else _unquote(raw)
            if not self._fence(line, quote) and not self._line(line, quote):
                self._text(line, quote)
            self._at += 1
        self._close()
        return self._blocks

    def _line(self, line: str, quote: int) -> bool:
        if not line.strip():
            self._blank()
            return True
        return not self._plain and (
            self._heading(line, quote) or self._table(line, quote) or self._rule(line, quote) or self._item(line, quote)
        )

    def _blank(self) -> None:
        if self._plain and self._open is not None:
            self._open.append("")
        else:
            self._close()

    def _fence(self, line: str, quote: int) -> bool:
        match = _FENCE.match(line)
        if match is None:
            return False
        indent, fence, info = len(match[1]), match[2], match[3].strip()
        closing = re.compile(rf"^\s*{fence[0]}{{{len(fence)},}}\s*$")
        body: list[str] = []
        while self._at + 1 < len(self._lines):
            self._at += 1
            inner = _strip_quotes(self._lines[self._at], quote)
            if closing.match(inner):
                break
            body.append(_dedent(inner, indent))
        else:
            # Still being written: the line that has not begun is not shown.
            body = body[:-1] if body and not body[-1] else body
        level = min(len(self._indents), _DEEPEST) if indent else 0
        self._add(Block(Kind.CODE, "\n".join(body), level, quote, info.split(" ")[0][:40]))
        return True

    def _heading(self, line: str, quote: int) -> bool:
        match = _HEADING.match(line)
        if match is None:
            return False
        self._indents.clear()
        self._add(Block(Kind.HEADING, match[2].rstrip("# \t"), len(match[1]), quote))
        return True

    def _rule(self, line: str, quote: int) -> bool:
        if not _RULE.match(line):
            return False
        self._indents.clear()
        self._add(Block(Kind.RULE, quote=quote))
        return True

    def _item(self, line: str, quote: int) -> bool:
        match = _ITEM.match(line)
        if match is None:
            return False
        indent = len(match[1].expandtabs(4))
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents or indent >= self._indents[-1] + 2:
            self._indents.append(indent)
        marker, text = ("•" if match[2] in "-*+•" else f"{int(match[2][:-1])}."), match[3]
        task = _TASK.match(text)
        if task is not None:
            marker, text = f"[{task[1].lower()}]", task[2]
        self._add(Block(Kind.ITEM, text, min(len(self._indents), _DEEPEST), quote, marker), open_after=True)
        return True

    def _table(self, line: str, quote: int) -> bool:
        following = self._peek(quote)
        if "|" not in line or "-" not in following or not _TABLE.match(following):
            return False
        header, rule = _cells(line), _cells(following)
        if len(header) != len(rule):
            return False
        self._at += 1
        rows, cells = [header], len(header)
        while (row := self._peek(quote)).strip() and "|" in row and cells < _MOST_CELLS:
            self._at += 1
            rows.append((_cells(row) + ("",) * len(header))[: len(header)])
            cells += len(header)
        self._add(Block(Kind.TABLE, quote=quote, marker="".join(map(_alignment, rule)), rows=tuple(rows)))
        return True

    def _peek(self, quote: int) -> str:
        if self._at + 1 >= len(self._lines):
            return ""
        depth, line = _unquote(self._lines[self._at + 1])
        return line if depth == quote else ""

    def _text(self, line: str, quote: int) -> None:
        kept = line if self._plain else line.strip()
        if self._open is not None and self._blocks[-1].quote == quote:
            self._open.append(kept)
            return
        if not line[:1].isspace():
            self._indents.clear()
        self._add(Block(Kind.PARAGRAPH, kept, min(len(self._indents), _DEEPEST), quote), open_after=True)

    def _add(self, block: Block, *, open_after: bool = False) -> None:
        self._close()
        self._blocks.append(block)
        self._open = [block.text] if open_after else None

    def _close(self) -> None:
        if self._open is not None and len(self._open) > 1:
            self._blocks[-1] = replace(self._blocks[-1], text="\n".join(self._open).rstrip("\n"))
        self._open = None


def _unquote(line: str) -> tuple[int, str]:
    depth, at = 0, 0
    while depth < _DEEPEST and (match := _QUOTE.match(line, at)) is not None:
        depth, at = depth + 1, match.end()
    return depth, line[at:]


def _strip_quotes(line: str, depth: int) -> str:
    for _ in range(depth):
        line = _QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line
    return line


def _dedent(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip())) :]


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(inner))


def _alignment(cell: str) -> str:
    return {(True, True): "c", (False, True): "r"}.get((cell.startswith(":"), cell.endswith(":")), "l")
