"""Takes moved secrets out of old copies of a configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from clawd_desktop.config.json5 import Node, read
from clawd_desktop.config.json5_edit import replace_strings
from clawd_desktop.config.secret_refs import name_of, reference
from clawd_desktop.core.errors import Unreadable

MARK = "moved-to-keyring"
# Shorter ones occur in words and numbers by chance.
_SHORTEST = 4


def scrubbed(text: str, values: Iterable[str]) -> str:
    """The text without the values: where one is a whole value a reference stands, elsewhere (comments too) a mark.

    Keys and numbers are never touched, so that what could be read can still be read.
    """
    wanted = {value for value in values if value}
    try:
        root = read(text).root
    except Unreadable:
        return _marked(text, wanted, [])
    places = {
        (node.start, node.end): reference(name_of(path))
        for path, node in _leaves(root, ())
        if isinstance(node.value, str) and node.value in wanted
    }
    text = replace_strings(text, places) if places else text
    return _marked(text, wanted, list(_protected(read(text).root)))


def comments_scrubbed(text: str, values: Iterable[str]) -> str:
    """The text without the values in its comments; what it says stays the same. Raises Unreadable."""
    root = read(text).root
    protected = [*_protected(root), *((node.start, node.end) for _, node in _leaves(root, ()))]
    return _marked(text, {value for value in values if value}, protected)


def clean_copy(data: bytes, values: Iterable[str]) -> bytes:
    """A copy's bytes without the values, whatever shape the copy is in."""
    wanted = set(values)
    clean = scrubbed(data.decode("utf-8", "surrogateescape"), wanted).encode("utf-8", "surrogateescape")
    for value in wanted:
        for encoding in ("utf-16-le", "utf-16-be"):
            if len(value) >= _SHORTEST:
                clean = clean.replace(value.encode(encoding), MARK.encode(encoding))
    return clean


def holds(data: bytes, values: Iterable[str]) -> bool:
    """True when one of the values is still somewhere in the bytes."""
    return any(form.encode() in data for value in values if value for form in _forms(value))


def _forms(value: str) -> set[str]:
    plain = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], value}
    plain |= {quote(value), quote(value, safe="")}  # as part of an address
    return plain | {value.replace("\\", "\\\\").replace("'", "\\'")}


def _marked(text: str, wanted: set[str], protected: list[tuple[int, int]]) -> str:
    forms = sorted(
        {form for value in wanted if len(value) >= _SHORTEST for form in _forms(value)}, key=len, reverse=True
    )
    if not forms:
        return text
    pattern = re.compile("|".join(map(re.escape, forms)))
    keep = sorted(protected)

    def one(found: re.Match[str]) -> str:
        inside = any(start < found.end() and found.start() < end for start, end in keep)
        return found.group() if inside else MARK

    return pattern.sub(one, text)


def _leaves(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    for member in node.members or ():
        yield from _leaves(member.node, (*path, member.key))
    for index, item in enumerate(node.items or ()):
        yield from _leaves(item, (*path, str(index)))
    if node.members is None and node.items is None:
        yield path, node


def _protected(node: Node) -> Iterator[tuple[int, int]]:
    """Spans of keys, and of values that are no text."""
    for member in node.members or ():
        yield member.start, member.key_end
        yield from _protected(member.node)
    for item in node.items or ():
        yield from _protected(item)
    if node.members is None and node.items is None and not isinstance(node.value, str):
        yield node.start, node.end
