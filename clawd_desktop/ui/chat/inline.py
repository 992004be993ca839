"""Reads emphasis, code and links inside one block; knows no HTML, so that HTML stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style. `link` is the target as written; `image` means it stands for a picture there."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""
    image: bool = False


@dataclass(slots=True)
class _Mark:
    """A run of `*`, `_` or `~` that may open or close emphasis."""

    char: str
    count: int
    opens: bool
    closes: bool


_TOKEN = re.compile(
    r"""\\(?P<escaped>[!-/:-@\[-`{-~])
    |(?P<ticks>`+)
    |(?P<image>!)?\[(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]*\]){0,1000})\]\(\s*<?(?P<target>(?:[^\s()<>]|\([^\s()]*\)){1,4096})>?
        (?:\s+(?:"[^"]*"|'[^']*'))?\s*\)
    |<(?P<auto>(?:https?://|mailto:)[^\s<>]{1,4096})>
    |(?P<bare>https?://[^\s<>"`⟨⟩]{1,4096})
    |(?P<mark>\*{1,3}|_{1,3}|~~)""",
    re.VERBOSE,
)
_TRAILING = ".,;:!?*_~'\""
# Beyond these, emphasis is not looked for: marks that never close must not cost more than they are worth.
_DEEPEST = 32
_LONGEST = 20_000


def spans(text: str) -> list[Span]:
    """The styled stretches of one block's raw text; text of more than 20,000 characters is one plain stretch."""
    if len(text) > _LONGEST:
        return [Span(text)]
    tokens = list(_tokens(text))
    flags: list[set[str]] = [set() for _ in tokens]
    for start, end, style in _pairs(tokens):
        for at in range(start + 1, end):
            flags[at].add(style)
    return _joined(
        replace(token, bold="bold" in style, italic="italic" in style, strike="strike" in style)
        if isinstance(token, Span)
        else Span(token.char * token.count, "bold" in style, "italic" in style, "strike" in style)
        for token, style in zip(tokens, flags, strict=True)
        if isinstance(token, Span) or token.count
    )


def plain(text: str) -> str:
    """The text without its marks, for titles and screen readers."""
    return "".join(span.text for span in spans(text))


def _tokens(text: str) -> Iterator[Span | _Mark]:
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        if match.start() > at:
            yield Span(text[at : match.start()])
        token, at = _token(text, match)
        yield token
    if at < len(text):
        yield Span(text[at:])


def _token(text: str, match: re.Match[str]) -> tuple[Span | _Mark, int]:
    end = match.end()
    if match["escaped"]:
        return Span(match["escaped"]), end
    if match["ticks"]:
        return _code(text, match["ticks"], end)
    if match["target"]:
        return Span(_label(match), link=match["target"], image=bool(match["image"])), end
    if match["auto"]:
        return Span(match["auto"].removeprefix("mailto:"), link=match["auto"]), end
    if match["bare"]:
        address = _without_trail(match["bare"])
        return Span(address, link=address), match.start() + len(address)
    return _mark(text, match), end


def _label(match: re.Match[str]) -> str:
    words = re.sub(r"\\(.)", r"\1", re.sub(r"[*`]+|~~", "", match["label"])).strip()
    return words or match["target"]


def _code(text: str, ticks: str, start: int) -> tuple[Span, int]:
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(text, start)
    if closing is None:
        return Span(ticks), start
    inner = text[start : closing.start()].replace("\n", " ")
    if len(inner) > 2 and inner[0] == inner[-1] == " " and inner.strip():
        inner = inner[1:-1]
    return Span(inner, code=True), closing.end()


def _without_trail(address: str) -> str:
    while address and (
        address[-1] in _TRAILING
        or (address[-1] == ")" and address.count(")") > address.count("("))
        or (address[-1] == "]" and address.count("]") > address.count("["))
    ):
        address = address[:-1]
    return address


def _mark(text: str, match: re.Match[str]) -> _Mark:
    char = match["mark"][0]
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    left = not after.isspace() and (not _punctuation(after) or before.isspace() or _punctuation(before))
    right = not before.isspace() and (not _punctuation(before) or after.isspace() or _punctuation(after))
    if before.isdigit() and after.isdigit():
        return _Mark(char, len(match["mark"]), False, False)
    if char == "_":
        return _Mark(char, len(match["mark"]), left and not before.isalnum(), right and not after.isalnum())
    return _Mark(char, len(match["mark"]), left, right)


def _punctuation(char: str) -> bool:
    return not char.isalnum() and not char.isspace()


def _pairs(tokens: list[Span | _Mark]) -> Iterator[tuple[int, int, str]]:
    openers: list[tuple[int, _Mark]] = []
    for at, token in enumerate(tokens):
        if not isinstance(token, _Mark):
            continue
        while token.closes and token.count and (found := _opener(openers, token.char)) is not None:
            start, opener = openers[found]
            used = min(2, opener.count, token.count)
            opener.count -= used
            token.count -= used
            # What was opened inside and never closed stays text.
            del openers[found + (1 if opener.count else 0) :]
            yield start, at, "strike" if token.char == "~" else ("bold" if used == 2 else "italic")
        if token.opens and token.count:
            openers.append((at, token))
            del openers[:-_DEEPEST]


def _opener(openers: list[tuple[int, _Mark]], char: str) -> int | None:
    for found in range(len(openers) - 1, -1, -1):
        if openers[found][1].char == char:
            return found
    return None


def _joined(parts: Iterator[Span]) -> list[Span]:
    result: list[Span] = []
    for part in parts:
        last = result[-1] if result else None
        if last is not None and replace(last, text="") == replace(part, text=""):
            result[-1] = replace(last, text=last.text + part.text)
        else:
            result.append(part)
    return result
