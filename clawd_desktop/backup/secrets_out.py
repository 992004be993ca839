"""Takes secrets out of a configuration and its like for a plain backup, puts them back, and packs the keyring's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from clawd_desktop.backup.targets import without_password
from clawd_desktop.config.json5 import Node, decode, read
from clawd_desktop.config.json5_edit import replace_strings
from clawd_desktop.config.scrub import MARK, comments_scrubbed
from clawd_desktop.config.secret_refs import (
    PREFIX,
    is_plain_secret,
    is_reference,
    name_of,
    names_secret,
    references,
)
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, as_object, as_text

# In a sealed backup, in the area of secrets: what the keyring holds. It is never written to a disk as it is.
KEYRING = "clawd-desktop/keyring-items.json"
_LEFT_OUT = f"{PREFIX}left-out/"
_KEYRING_VERSION = 1
# Shorter ones may be ordinary words ("local"): where they are not the secret itself, they stay.
_SHORTEST = 8
# What is in these is called sensitive as a whole: whatever a header is called, it may let somebody in.
_HOLDERS = frozenset({"headers", "env", "vars"})
# A server of backups may have its password in its address.
_ADDRESSES = frozenset({"repository"})
_ASSIGNED = re.compile(
    r"(?P<head>(?:token|password|passphrase|secret|api_?key|private_?key|access_?key|credential)[\"']?\s*[:=]\s*)"
    r"(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|(?:(?!\*/)[^\n\r\u2028\u2029])+)",
    re.I,
)
_JSON = re.compile(r"\.json5?(\.[^/]*)?$", re.I)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without secrets, and where one was taken out ("gateway.auth.token")."""

    data: bytes
    places: tuple[str, ...]


def is_json(path: str) -> bool:
    """Whether the file is JSON by its name, or a kept copy of one (`x.json.bak.2`)."""
    return _JSON.search(path) is not None


def secret_values(data: bytes) -> frozenset[str]:
    """The secrets that stand in plain text in a configuration; none when it cannot be understood."""
    try:
        root = read(decode(data)).root
    except Unreadable:
        return frozenset()
    return frozenset(_text(node) for path, node in _texts(root, ()) if _is_secret(path, _text(node)))


def cleaned(data: bytes, values: Iterable[str] = ()) -> Cleaned:
    """The JSON or JSON5 text without secrets: each is replaced by a reference that leads nowhere, all else stays.

    `values` are secrets of other files: they are taken out of other texts and of comments too. Raises Unreadable when
    it cannot be understood, so that nobody can say which secrets it holds.
    """
    text = decode(data)
    if _is_clean(data, values := tuple(values)):
        return Cleaned(text.encode(), ())
    root = read(text).root
    found = [(path, node) for path, node in _texts(root, ()) if _is_secret(path, _text(node))]
    wanted = {*values, *(_text(node) for _, node in found)}
    long = [value for value in wanted if len(value) >= _SHORTEST]
    secret = {node.start for _, node in found}
    found += [
        (path, node) for path, node in _texts(root, ())
        if node.start not in secret and any(value in _text(node) for value in long)
    ]  # fmt: skip
    text = replace_strings(text, {(node.start, node.end): _placeholder(path) for path, node in found})
    text = _comments_cleaned(comments_scrubbed(text, wanted))
    return Cleaned(text.encode(), tuple(dict.fromkeys(".".join(path) for path, _ in found)))


def looks_secret(data: bytes) -> bool:
    """Whether a text that cannot be understood seems to hold a secret."""
    return _ASSIGNED.search(data.decode("utf-8", "replace").replace("\0", "")) is not None


def put_back(text: str, present: str, *, config: bool = True) -> str:
    """The text of a plain backup with the secrets that the present file has at the same places.

    Where that has none, a `config` keeps the reference (the program then says which secret is missing); in other files
    an empty text stands. Raises Unreadable when `text` is not JSON5; a `present` that is not counts as empty.
    """
    try:
        known = {path: _text(node) for path, node in _texts(read(present).root, ())} if present.strip() else {}
    except Unreadable:
        known = {}
    places = {
        (node.start, node.end): known.get(path, _text(node) if config else "")
        for path, node in _texts(read(text).root, ())
        if _text(node).startswith(_LEFT_OUT)
    }
    return replace_strings(text, places) if places else text


def missing(text: str) -> tuple[str, ...]:
    """The places where a secret was taken out and none is back. Raises Unreadable when there may be one."""
    if _LEFT_OUT not in text:
        return ()
    places = (".".join(path) for path, node in _texts(read(text).root, ()) if _text(node).startswith(_LEFT_OUT))
    return tuple(places)


def names_in(data: bytes) -> tuple[str, ...]:
    """The keyring names that a configuration refers to; none when it cannot be understood."""
    try:
        value = read(decode(data)).value
    except Unreadable:
        return ()
    return references(value if isinstance(value, dict) else {"": value})


async def keyring_items(secrets: Secrets, names: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the keyring holds under these names, and warnings about what it did not give.

    Raises SecretsFault when it cannot be asked at all: a sealed backup without the passwords is none.
    """
    items: dict[str, str] = {}
    warnings: list[str] = []
    for name in dict.fromkeys(names):
        value = await secrets.get(name)
        if value is None:
            warnings.append(f"The keyring has nothing under the name {name}, which the configuration asks for.")
        else:
            items[name] = value
    return items, tuple(warnings)


def encode_keyring(items: dict[str, str]) -> bytes:
    """The member that holds them."""
    return orjson.dumps({"version": _KEYRING_VERSION, "items": items}, option=orjson.OPT_SORT_KEYS)


def decode_keyring(data: bytes) -> dict[str, str]:
    """What the member holds. Raises Unreadable when it is none of ours."""
    try:
        wire = as_object(orjson.loads(data))
    except orjson.JSONDecodeError as error:
        raise Unreadable("The passwords in the backup cannot be understood.", path=KEYRING) from error
    if wire.get("version") != _KEYRING_VERSION:
        raise Unreadable("The passwords in the backup have a form that this version does not read.", path=KEYRING)
    items: JsonObject = as_object(wire.get("items"))
    return {name: as_text(value) for name, value in items.items() if isinstance(value, str)}


class _Unclear(ValueError):
    """A key stands twice in one object."""


def _is_clean(data: bytes, values: tuple[str, ...]) -> bool:
    """Whether the text is plain JSON, in which comments cannot be, and holds no secret; else it is looked at closely.

    Most files are, and finding the place of each text in them takes twenty times as long.
    """
    try:
        orjson.loads(data)  # stricter about texts than the other, which tells of keys that stand twice
        whole = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return False
    long = [value for value in values if len(value) >= _SHORTEST]
    waiting: list[tuple[tuple[str, ...], object]] = [((), whole if isinstance(whole, dict | list) else {"": whole})]
    while waiting:
        path, holder = waiting.pop()
        name = path[-1] if path else ""
        for key, value in _items(holder):
            if isinstance(value, str):
                if _may_be_secret(name, key) and _is_secret((*path, key), value):
                    return False
                if long and any(one in value for one in long):
                    return False
            elif isinstance(value, dict | list):
                waiting.append(((*path, key), value))
    return True


def _items(holder: object) -> Iterable[tuple[str, object]]:
    if isinstance(holder, dict):
        return holder.items()
    return ((str(number), one) for number, one in enumerate(holder)) if isinstance(holder, list) else ()


def _may_be_secret(holder: str, key: str) -> bool:
    """Whether `_is_secret` may be true of a place whose last names are these."""
    return names_secret(holder, key) or key.endswith("url") or key in _ADDRESSES or holder in _HOLDERS


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unclear
    return found


def _is_secret(path: tuple[str, ...], value: str) -> bool:
    """Stricter than elsewhere: what a backup should not have told cannot be taken back."""
    if is_plain_secret(path, value) or (path[-1] in _ADDRESSES and without_password(value) != value):
        return True
    held = len(path) > 1 and path[-2] in _HOLDERS and path[-1] not in _HOLDERS
    return held and len(value) >= _SHORTEST and not is_reference(value) and not value.startswith(PREFIX)


def _placeholder(path: tuple[str, ...]) -> str:
    return _LEFT_OUT + name_of(path)


def _text(node: Node) -> str:
    return node.value if isinstance(node.value, str) else ""


def _texts(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """All texts with their places; unlike in the value, a key that stands twice comes twice."""
    for member in node.members or ():
        yield from _texts(member.node, (*path, member.key))
    for index, item in enumerate(node.items or ()):
        yield from _texts(item, (*path, str(index)))
    if node.members is None and node.items is None and isinstance(node.value, str):
        yield path or ("",), node


def _comments_cleaned(text: str) -> str:
    """The text without what is assigned to a secret's name in its comments: it was switched off, not forgotten."""
    pieces: list[str] = []
    done = 0
    for start, end in [*sorted(_spans(read(text).root)), (len(text), len(text))]:
        pieces += [_ASSIGNED.sub(rf"\g<head>{MARK}", text[done:start]), text[start:end]]
        done = end
    return "".join(pieces)


def _spans(node: Node) -> Iterator[tuple[int, int]]:
    """Where keys and plain values stand."""
    for member in node.members or ():
        yield member.start, member.key_end
        yield from _spans(member.node)
    for item in node.items or ():
        yield from _spans(item)
    if node.members is None and node.items is None:
        yield node.start, node.end
