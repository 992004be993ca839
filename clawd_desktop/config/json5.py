"""Reads JSON5 with the place of every value, so that errors have a line and edits touch only what changes.

Source of the grammar: https://spec.json5.org (version 1.0.0). Stricter in one point: half a UTF-16 pair in an escape
is an error, because such a text could not be sent or saved again.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from clawd_desktop.core.errors import Unreadable
from clawd_desktop.core.values import JsonObject, JsonValue

MAX_DEPTH = 100
MAX_BYTES = 8 * 1024 * 1024
_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_GAP = re.compile(rf"(?:[{_SPACE}]++|//[^\n\r\u2028\u2029]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_PLAIN = {quote: re.compile(rf"{quote}([^{quote}\\\n\r]*+){quote}") for quote in "\"'"}
_ESCAPED = {quote: re.compile(rf"{quote}((?:[^{quote}\\\n\r]|\\(?:\r\n|.))*+){quote}", re.DOTALL) for quote in "\"'"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_NAME = re.compile(r"(?:[^\W\d]|\$|\\u[0-9a-fA-F]{4})(?:[\w$\u200c\u200d]|\\u[0-9a-fA-F]{4})*+")
_NUMBER = re.compile(
    r"([+-]?)(?:(0[xX][0-9a-fA-F]++)|(Infinity|NaN)|((?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)([eE][+-]?[0-9]++)?)"
    r"(?![\w$.])"
)
_WORD = re.compile(r"[\w$]++")
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
_SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_LINE_ENDS = ("\n", "\r\n", "\r", "\u2028", "\u2029")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(slots=True)
class Member:
    """One `key: value` of an object; `start`/`key_end` span the key, `comma` is where its comma stands, -1 for none."""

    key: str
    start: int
    key_end: int
    node: Node
    comma: int = -1


@dataclass(slots=True)
class Node:
    """A value and its place: `text[start:end]`. `members` is set for objects, `items` for arrays."""

    start: int
    end: int
    value: JsonValue
    members: list[Member] | None = None
    items: list[Node] | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that stands twice in one object; the last one counts. `path` is dotted, line and column count from 1."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was understood."""

    text: str
    root: Node
    duplicates: tuple[Duplicate, ...] = ()

    @property
    def value(self) -> JsonValue:
        """What the text says."""
        return self.root.value


def decode(data: bytes, path: str = "") -> str:
    """The bytes as text; a byte order mark of UTF-8 is kept as its first character.

    Raises Unreadable for UTF-16, NUL bytes, bytes that are not UTF-8 (each with its place) and too many bytes.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"{path or 'The text'} has {len(data):,} bytes; at most {MAX_BYTES:,} are read.",
            path=path,
            hint="Make it smaller.",
        )
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            raise _failure(path, 1, 1, f"the text is {encoding}, not UTF-8", "Save it as UTF-8.")
    zero = data.find(b"\0")
    if zero >= 0:
        before = data[:zero].decode("utf-8", "replace")
        raise _failure(path, *place(before, len(before)), "there is a NUL byte (UTF-16 or a damaged file?)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise _failure(path, *place(before, len(before)), f"byte 0x{data[error.start]:02X} is not UTF-8") from error


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n") + 1
    return line, len(before) - (before.rfind("\n") + 1) + 1


def read(source: bytes | str, path: str = "") -> Document:
    """Understand the text. `path` names the file in errors.

    Raises Unreadable with line and column when it is not JSON5, empty, or nested deeper than MAX_DEPTH.
    """
    text = decode(source, path) if isinstance(source, bytes) else source
    return _Reader(text, path).document()


def parse(source: bytes | str, path: str = "") -> JsonValue:
    """What the text says; raises as `read` does."""
    return read(source, path).value


def _failure(path: str, line: int, column: int, what: str, hint: str = "") -> Unreadable:
    return Unreadable(
        f"{path + ': ' if path else ''}line {line}, column {column}: {what}.",
        path=path,
        line=line,
        column=column,
        hint=hint or "Correct it there; the file is left as it is.",
    )


@dataclass(slots=True)
class _Reader:
    text: str
    path: str
    duplicates: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)

    def document(self) -> Document:
        start = self.gap(0)
        if start >= len(self.text):
            raise self.fail(start, "the file is empty")
        root = self.value(start, 0)
        end = self.gap(root.end)
        if end < len(self.text):
            raise self.fail(end, f"{self.shown(end)} stands after the end of the value")
        found = tuple(Duplicate(".".join(keys), *place(self.text, at)) for keys, at in self.duplicates)
        return Document(self.text, root, found)

    def fail(self, at: int, what: str) -> Unreadable:
        return _failure(self.path, *place(self.text, at), what)

    def shown(self, at: int) -> str:
        return f"{self.text[at]!r}" if at < len(self.text) else "the end of the file"

    def gap(self, at: int) -> int:
        found = _GAP.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> Node:
        first = self.text[at : at + 1]
        if first in ('"', "'"):
            text, end = self.string(at)
            return Node(at, end, text)
        if first == "{":
            return self.object(at, depth + 1)
        if first == "[":
            return self.array(at, depth + 1)
        return self.word(at)

    def word(self, at: int) -> Node:
        number = _NUMBER.match(self.text, at)
        if number:
            return Node(at, number.end(), self.number(number, at))
        word = _WORD.match(self.text, at)
        if word and word.group() in _WORDS:
            return Node(at, word.end(), _WORDS[word.group()])
        # The word itself is not shown: it may be a password without quotes.
        raise self.unexpected(
            at, "a text must stand in quotes" if word else f"a value is missing: {self.shown(at)} is none"
        )

    def unexpected(self, at: int, what: str) -> Unreadable:
        if self.text.startswith("/*", at):
            what = "the comment is not closed"
        elif at >= len(self.text):
            what = "the file ends in the middle of a value"
        return self.fail(at, what)

    def number(self, found: re.Match[str], at: int) -> int | float:
        sign, hexadecimal, word, digits, exponent = found.groups()
        if word:
            value: int | float = math.inf if word == "Infinity" else math.nan
        elif hexadecimal:
            value = int(hexadecimal, 16)
        elif exponent is None and digits.isdigit() and len(digits) < 20:
            value = int(digits)
        else:
            value = float(digits + (exponent or ""))
        if isinstance(value, int) and value > 2**63 - 1:
            value = float(value) if value < 2**1023 else math.inf
        return -value if sign == "-" else value

    def string(self, at: int) -> tuple[str, int]:
        quote = self.text[at]
        plain = _PLAIN[quote].match(self.text, at)
        if plain:
            return plain.group(1), plain.end()
        escaped = _ESCAPED[quote].match(self.text, at)
        if not escaped:
            raise self.fail(at, "the text is not closed before the end of its line")
        return self.unescaped(escaped.group(1), at), escaped.end()

    def unescaped(self, text: str, at: int) -> str:
        def one(found: re.Match[str]) -> str:
            code = found.group(1) or found.group(2)
            if code:
                return chr(int(code, 16))
            letter = found.group(3)
            if letter in _LINE_ENDS:
                return ""
            if letter in "ux123456789":
                raise self.fail(at, f"\\{letter} is not a complete escape")
            return _SIMPLE.get(letter, letter)

        whole = _PAIR.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"),
                          _ESCAPE.sub(one, text))  # fmt: skip
        if _HALF.search(whole):
            raise self.fail(at, "the text holds half of a \\u pair")
        return whole

    def key(self, at: int) -> tuple[str, int]:
        if self.text[at : at + 1] in ('"', "'"):
            return self.string(at)
        name = _NAME.match(self.text, at)
        if not name:
            raise self.unexpected(at, f"a key is missing: {self.shown(at)} is none")
        text = name.group()
        return (self.unescaped(text, at) if "\\" in text else text), name.end()

    def deeper(self, at: int, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self.fail(at, f"it is nested deeper than {MAX_DEPTH} levels")

    def object(self, at: int, depth: int) -> Node:
        self.deeper(at, depth)
        members: list[Member] = []
        value: JsonObject = {}
        here = self.gap(at + 1)
        while not self.text.startswith("}", here):
            member = self.member(here, depth)
            if member.key in value:
                self.duplicates.append(((*self.trail, member.key), here))
            members.append(member)
            value[member.key] = member.node.value
            here = self.next(member.node.end, "}")
            if self.text[here] == ",":
                member.comma = here
                here = self.gap(here + 1)
        return Node(at, here + 1, value, members=members)

    def member(self, at: int, depth: int) -> Member:
        key, key_end = self.key(at)
        colon = self.gap(key_end)
        if not self.text.startswith(":", colon):
            raise self.unexpected(colon, f"':' is missing after the key {key[:40]!r}")
        self.trail.append(key)
        node = self.value(self.gap(colon + 1), depth)
        self.trail.pop()
        return Member(key, at, key_end, node)

    def array(self, at: int, depth: int) -> Node:
        self.deeper(at, depth)
        items: list[Node] = []
        here = self.gap(at + 1)
        while not self.text.startswith("]", here):
            self.trail.append(str(len(items)))
            items.append(self.value(here, depth))
            self.trail.pop()
            here = self.next(items[-1].end, "]")
            if self.text[here] == ",":
                here = self.gap(here + 1)
        return Node(at, here + 1, [item.value for item in items], items=items)

    def next(self, at: int, closing: str) -> int:
        here = self.gap(at)
        if self.text[here : here + 1] not in (",", closing):
            raise self.unexpected(here, f"',' or '{closing}' is missing before {self.shown(here)}")
        return here
