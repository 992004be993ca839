"""The lines of the audit ledger and how each holds on to the one before, so that a missing one is noticed; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_object, as_text

START = "0" * 64
_LONGEST = {"actor": 200, "act": 100, "subject": 500, "detail": 500}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what. `seq` counts all entries from 1, `at_ms` is in milliseconds since the epoch.

    `ok` is False for what was refused or failed; `detail` says more in a few words, never a value or a text.
    """

    seq: int
    at_ms: int
    actor: str
    act: str
    subject: str
    ok: bool = True
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the ledger should hold: its first and its last entry, and the hash of the last one's line."""

    first: int = 1
    last: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Link:
    """One line as it was found: its entry (None when it cannot be read), what it says of the line before, its hash."""

    where: str
    entry: AuditEntry | None
    previous: str
    hash: str


def line_of(entry: AuditEntry, previous: str) -> bytes:
    """The entry as a line, with the hash of the line before."""
    facts: JsonObject = {
        "seq": entry.seq,
        "ts": entry.at_ms,
        "actor": _kept(entry.actor, "actor"),
        "act": _kept(entry.act, "act"),
        "subject": _kept(entry.subject, "subject"),
        "ok": entry.ok,
        "detail": _kept(entry.detail, "detail"),
        "prev": previous,
    }
    return orjson.dumps(facts) + b"\n"


def hash_of(line: bytes) -> str:
    """What the next line will hold of this one."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def link_of(line: bytes, where: str) -> Link:
    """A line of a file; `where` names it in messages."""
    try:
        facts: JsonValue = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Link(where, None, "", hash_of(line))
    found = as_object(facts)
    seq = as_int(found.get("seq"))
    entry = AuditEntry(
        seq,
        as_int(found.get("ts")),
        as_text(found.get("actor")),
        as_text(found.get("act")),
        as_text(found.get("subject")),
        found.get("ok") is True,
        as_text(found.get("detail")),
    )
    return Link(where, entry if seq > 0 else None, as_text(found.get("prev")), hash_of(line))


def head_of(data: bytes) -> Head | None:
    """What was noted as the ledger's extent; None when it cannot be read."""
    try:
        facts = as_object(orjson.loads(data))
    except orjson.JSONDecodeError:
        return None
    first, last, digest = as_int(facts.get("first")), as_int(facts.get("last")), as_text(facts.get("hash"))
    return Head(first, last, digest) if first > 0 and last >= 0 and len(digest) == len(START) else None


def head_bytes(head: Head) -> bytes:
    """The note of the ledger's extent, as it is written."""
    return orjson.dumps({"first": head.first, "last": head.last, "hash": head.hash})


def faults(links: Iterable[Link], head: Head | None) -> Iterator[str]:
    """What does not fit together in all lines, the oldest first, as sentences; nothing when all is well."""
    before: Link | None = None
    noted = None
    for link in links:
        if link.entry is None:
            yield f"{link.where} cannot be read."
            continue
        yield from _step(before, link, link.entry, head)
        if head is not None and link.entry.seq == head.last:
            noted = link
        before = link
    yield from _end(before, noted, head)


def _step(before: Link | None, link: Link, entry: AuditEntry, head: Head | None) -> Iterator[str]:
    if before is None or before.entry is None:
        if head is not None and entry.seq > head.first:
            yield f"{_entries(head.first, entry.seq - 1)} missing at the beginning."
        return
    expected = before.entry.seq + 1
    if entry.seq > expected:
        yield f"{_entries(expected, entry.seq - 1)} missing before {link.where}."
    elif entry.seq < expected:
        yield f"{link.where} comes twice or out of its order."
    elif link.previous != before.hash:
        yield f"{before.where} or {link.where} was changed."


def _end(last: Link | None, noted: Link | None, head: Head | None) -> Iterator[str]:
    if head is None:
        if last is not None:
            yield "The note of the ledger's extent is missing or cannot be read."
        return
    seen = last.entry.seq if last is not None and last.entry is not None else 0
    if seen < head.last:
        yield f"{_entries(max(seen + 1, head.first), head.last)} missing at the end."
    elif noted is not None and noted.hash != head.hash:
        yield f"{noted.where} was changed."


def _entries(first: int, last: int) -> str:
    return f"Entries {first} to {last} are" if last > first else f"Entry {first} is"


def _kept(text: str, key: str) -> str:
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    longest = _LONGEST[key]
    return visible if len(visible) <= longest else f"{visible[: longest - 1]}…"
