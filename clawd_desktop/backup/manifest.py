"""What a backup holds, an entry for each file, and what was left out and why; its JSON form, checked when read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import orjson

from clawd_desktop.backup import member_names
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text

SCHEMA = 1
FORMAT = "clawd-desktop-backup"
# As many as a person's disk holds; what a hostile list may cost is bounded by them.
MOST_ENTRIES = 5_000_000
MOST_BYTES = 1 << 50
MOST_ID = 200
# The end of the year 9998: in every time zone a calendar still knows it.
LATEST_MS = 253_370_764_800_000
# It stands in lists, logs and names of files.
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069/\\]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_AREA = re.compile(r"[a-z][a-z0-9_-]{0,80}")

EntryKind: TypeAlias = Literal["file", "folder", "link"]
# Why a backup was made: by a person, by the clock, or before something that changes much.
Cause: TypeAlias = Literal["person", "schedule", "update", "migration", "restore"]
Secrets: TypeAlias = Literal["out", "sealed"]


class Damaged(ValueError):
    """A backup is not whole or not safe; the text says what is wrong ("its list is no JSON")."""


class TooNew(ValueError):
    """A backup was made by a later version of this program."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, folder or link; `path` is relative to the root of its area, with "/" between names.

    `mode` are the permission bits, `mtime_ns` is since the epoch, `sha256` is in hex and only of files, `target` is
    where a link leads, as text.
    """

    area: str
    path: str
    kind: EntryKind
    mode: int
    mtime_ns: int
    size: int = 0
    sha256: str = ""
    target: str = ""


def holding(entry: Entry, size: int, sha256: str = "") -> Entry:
    """The entry of a file that holds so many bytes with that checksum."""
    # For each file of a backup, and `dataclasses.replace` takes three times as long.
    return Entry(entry.area, entry.path, entry.kind, entry.mode, entry.mtime_ns, size, sha256, entry.target)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that lies where a backup looked and is not in it; `reason` is a sentence for a person."""

    area: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Root:
    """Where an area lay on the computer of the backup, for a person to read; a restore decides by the area's name."""

    area: str
    folder: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole list. `id` is of this backup alone, `created_ms` since the epoch, `version` the application's.

    `secrets` says whether passwords are in it; `system` is like "Linux 6.1", `host` the computer's name; `partial` that
    somebody chose its areas, so that it does not stand for a backup of all that is to be kept.
    """

    id: str
    created_ms: int
    cause: Cause
    version: str
    host: str
    system: str
    secrets: Secrets
    roots: tuple[Root, ...]
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()
    note: str = ""
    warnings: tuple[str, ...] = ()
    partial: bool = False
    schema: int = SCHEMA

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas that it holds, in their order."""
        return tuple(root.area for root in self.roots)

    @property
    def size(self) -> int:
        """Bytes of all files before they are packed."""
        return sum(entry.size for entry in self.entries)

    def of(self, area: str) -> tuple[Entry, ...]:
        """The entries of one area."""
        return tuple(entry for entry in self.entries if entry.area == area)


def readable(manifest: Manifest) -> Manifest:
    """The same with a mark for each byte of a name that is no text, where sentences for a person name files."""
    left_out = tuple(
        one if one.reason.isascii() else replace(one, reason=_marked(one.reason)) for one in manifest.left_out
    )
    warnings = tuple(_marked(text) for text in manifest.warnings)
    return replace(manifest, left_out=left_out, warnings=warnings, note=_marked(manifest.note))


def encode(manifest: Manifest) -> bytes:
    """The JSON of the manifest: UTF-8, sorted keys, one form for one manifest."""
    return orjson.dumps(
        {
            "format": FORMAT, "schema": manifest.schema, "id": manifest.id, "createdMs": manifest.created_ms,
            "cause": manifest.cause, "version": manifest.version, "host": manifest.host, "system": manifest.system,
            "secrets": manifest.secrets, "note": manifest.note, "warnings": list(manifest.warnings),
            "partial": manifest.partial,
            "roots": [{"area": root.area, "folder": _text(root.folder)} for root in manifest.roots],
            "entries": [_entry(entry) for entry in manifest.entries],
            "leftOut": [
                {"area": left.area, "path": _text(left.path), "reason": left.reason} for left in manifest.left_out
            ],
        },
        option=orjson.OPT_SORT_KEYS,
    )  # fmt: skip


def decode(data: bytes) -> Manifest:
    """The manifest of that JSON. Raises Damaged when it is none or no safe one, TooNew."""
    try:
        wire = as_object(orjson.loads(data))
    except orjson.JSONDecodeError as error:
        raise Damaged(f"its list is no JSON ({error})") from error
    if wire.get("format") != FORMAT:
        raise Damaged("its list is not one of this program")
    schema = as_int(wire.get("schema"))
    if schema > SCHEMA:
        raise TooNew(f"it has the form {schema}, and this version of the program reads {SCHEMA}")
    entries = as_list(wire.get("entries"))
    if len(entries) > MOST_ENTRIES:
        raise Damaged("its list is too long")
    manifest = Manifest(
        id=as_text(wire.get("id")),
        created_ms=as_int(wire.get("createdMs")),
        cause=_one_of(wire.get("cause"), ("person", "schedule", "update", "migration", "restore")),  # type: ignore[arg-type]
        version=as_text(wire.get("version")),
        host=as_text(wire.get("host")),
        system=as_text(wire.get("system")),
        secrets=_one_of(wire.get("secrets"), ("out", "sealed")),  # type: ignore[arg-type]
        roots=tuple(_root(as_object(root)) for root in as_list(wire.get("roots"))),
        entries=tuple(_entry_of(as_object(entry)) for entry in entries),
        left_out=tuple(_left_out(as_object(left)) for left in as_list(wire.get("leftOut"))),
        note=as_text(wire.get("note")),
        warnings=tuple(as_text(text) for text in as_list(wire.get("warnings"))),
        partial=wire.get("partial") is True,
    )
    check(manifest)
    return manifest


def check(manifest: Manifest) -> None:
    """Raises Damaged unless every path is safe, stands once, and lies in folders, not behind a link or a file."""
    known = set(manifest.areas)
    if len(known) != len(manifest.roots):
        raise Damaged("it names an area twice")
    for area in known:
        _check_area(area, manifest.of(area))
    for entry in manifest.entries:
        if entry.area not in known:
            raise Damaged(f"{entry.path!r} belongs to no area")
    if not 0 <= manifest.created_ms <= LATEST_MS:
        raise Damaged("it was made at a time that no calendar has")
    if _UNSHOWN.search(manifest.id) or len(manifest.id) > MOST_ID:
        raise Damaged("its name is none")
    if not manifest.id or manifest.size > MOST_BYTES:
        raise Damaged("its list has no name or is larger than a disk")


def _check_area(area: str, entries: Iterable[Entry]) -> None:
    kinds: dict[str, EntryKind] = {}
    for entry in entries:
        if why := member_names.refusal(entry.path):
            raise Damaged(f"{area}: the path {entry.path!r} is refused, {why}")
        if entry.kind == "link" and (why := member_names.link_refusal(entry.path, entry.target)):
            raise Damaged(f"{area}: the link {entry.path!r} is refused, {why}")
        if entry.path in kinds:
            raise Damaged(f"{area}: {entry.path!r} stands twice")
        kinds[entry.path] = entry.kind
    for path in kinds:
        above = path.rpartition("/")[0]
        while above:
            if kinds.get(above, "folder") != "folder":
                raise Damaged(f"{area}: {path!r} lies behind something that is no folder")
            above = above.rpartition("/")[0]


def _marked(text: str) -> str:
    return text.encode("utf-8", "replace").decode() if any("\ud800" <= one <= "\udfff" for one in text) else text


# JSON has no lone surrogates: names that are no UTF-8 are written as their bytes.


def _text(text: str) -> JsonValue:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return {"bytes": text.encode("utf-8", "surrogateescape").hex()}
    return text


def _text_of(value: JsonValue) -> str:
    if isinstance(value, dict):
        try:
            return bytes.fromhex(as_text(value.get("bytes"))).decode("utf-8", "surrogateescape")
        except ValueError as error:
            raise Damaged("it has a name that is no name") from error
    if not isinstance(value, str):
        raise Damaged("it has a name that is no text")
    return value


def _entry(entry: Entry) -> JsonObject:
    wire: JsonObject = {
        "area": entry.area, "path": _text(entry.path), "kind": entry.kind,
        "mode": entry.mode, "mtimeNs": entry.mtime_ns,
    }  # fmt: skip
    if entry.kind == "file":
        wire |= {"size": entry.size, "sha256": entry.sha256}
    if entry.kind == "link":
        wire["target"] = _text(entry.target)
    return wire


def _entry_of(wire: JsonObject) -> Entry:
    kind, path = _one_of(wire.get("kind"), ("file", "folder", "link")), _text_of(wire.get("path"))
    mode, mtime, size = wire.get("mode"), wire.get("mtimeNs"), wire.get("size", 0)
    digest = as_text(wire.get("sha256"))
    if not isinstance(mode, int) or not 0 <= mode <= 0o777:
        raise Damaged(f"{path!r} has rights that no backup writes")
    if not isinstance(mtime, int) or abs(mtime) > 1 << 62 or not isinstance(size, int) or not 0 <= size <= MOST_BYTES:
        raise Damaged(f"{path!r} has a time or a size that cannot be")
    if (_SHA256.fullmatch(digest) is None) if kind == "file" else (digest or size):
        raise Damaged(f"{path!r} has no checksum, or one without being a file")
    target = _text_of(wire.get("target")) if kind == "link" else ""
    return Entry(_area(wire), path, kind, mode, mtime, size, digest, target)  # type: ignore[arg-type]


def _root(wire: JsonObject) -> Root:
    return Root(_area(wire), _text_of(wire.get("folder")))


def _left_out(wire: JsonObject) -> LeftOut:
    return LeftOut(_area(wire), _text_of(wire.get("path")), as_text(wire.get("reason")))


def _area(wire: JsonObject) -> str:
    area = as_text(wire.get("area"))
    if _AREA.fullmatch(area) is None:
        raise Damaged(f"{area!r} is no area")
    return area


def _one_of(value: JsonValue, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Damaged(f"{value!r} is none of {', '.join(choices)}")
    return as_text(value)
