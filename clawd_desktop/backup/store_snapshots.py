"""The backups in a store: each is one document with its list, and its name says when it was made."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from clawd_desktop.backup import manifest as manifests
from clawd_desktop.backup import store_documents, store_index
from clawd_desktop.backup.manifest import Cause, Damaged, Manifest
from clawd_desktop.backup.store_documents import Seal, broken
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, Conflict, StorageFault, Unreadable

_KIND = "snapshot"
_STAMP = "%Y%m%dT%H%M%SZ"
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([A-Za-z0-9_-]{1,80})\.json(?:\.age)?")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One backup in a store. Of a damaged one only name, id and time are known, and `damage` says what is wrong.

    `created_ms` is since the epoch, `size` the bytes of its files before packing, `files` their number,
    `added_bytes` what a store grew by when it was made, known only then.
    """

    name: str
    id: str
    created_ms: int
    damage: str = ""
    cause: Cause = "person"
    host: str = ""
    version: str = ""
    size: int = 0
    files: int = 0
    added_bytes: int = field(default=0, compare=False)


def snapshot_file(place: Layout, snapshot: Snapshot) -> Path:
    """Where it lies."""
    return place.snapshots / snapshot.name


def new_file(place: Layout, seal: Seal, manifest: Manifest) -> Path:
    """Where the list of a new backup will lie. Raises Conflict when its id is taken, BadInput when it is no id."""
    if _ID.fullmatch(manifest.id) is None:
        raise BadInput(f"{manifest.id!r} cannot be the name of a backup.", hint="Use letters, digits, - and _.")
    stamp = datetime.fromtimestamp(manifest.created_ms // 1000, UTC).strftime(_STAMP)
    path = place.snapshots / f"{stamp}-{manifest.id}.json{seal.suffix}"
    if path.exists() or any(found.id == manifest.id for found in heads(place)):
        raise Conflict(f"There is a backup {manifest.id} in {place.root} already.", hint="Give the new one another id.")
    return path


def write(path: Path, seal: Seal, manifest: Manifest) -> Snapshot:
    """Save the list of a backup and read it back. Raises StorageFault, Unreadable."""
    body = {"manifest": orjson.loads(manifests.encode(manifest))}
    try:
        store_documents.write(path, _KIND, body, seal)
    except StorageFault:
        # It may stand although the disk failed; whoever is told of an error must not find a backup.
        with contextlib.suppress(StorageFault):
            safeio.remove(path)
        raise
    return summary(path.name, manifest)


def summary(name: str, manifest: Manifest) -> Snapshot:
    """What is told of a backup without its list."""
    files = sum(entry.kind == "file" for entry in manifest.entries)
    return Snapshot(
        name, manifest.id, manifest.created_ms, "", manifest.cause, manifest.host, manifest.version,
        manifest.size, files,
    )  # fmt: skip


def heads(place: Layout) -> list[Snapshot]:
    """All backups by their names alone, oldest first; files with other names are none. Raises StorageFault."""
    found = (_NAME.fullmatch(name) for name in store_index.names_in(place.snapshots))
    return [Snapshot(match[0], match[2], _ms(match[1])) for match in found if match]


def read(place: Layout, seal: Seal, snapshot: Snapshot) -> Manifest:
    """The list of a backup. Raises NotFound, Unreadable, StorageFault, BadInput for a wrong key."""
    path = snapshot_file(place, snapshot)
    body = store_documents.read(path, _KIND, seal)
    with broken(path):
        manifest = manifests.decode(orjson.dumps(body.get("manifest"), option=orjson.OPT_SORT_KEYS))
        if manifest.id != snapshot.id or manifest.created_ms // 1000 != snapshot.created_ms // 1000:
            raise Damaged("it is another backup than its name says")
    return manifest


def described(place: Layout, seal: Seal, head: Snapshot) -> Snapshot:
    """The backup with what its list says, or with what is wrong with it. Raises StorageFault, BadInput, NotFound."""
    try:
        return summary(head.name, read(place, seal, head))
    except Unreadable as error:
        return Snapshot(head.name, head.id, head.created_ms, error.message)


def remove(place: Layout, snapshot: Snapshot) -> None:
    """Take the list away; its contents go when the store is tidied up. Raises StorageFault."""
    safeio.remove(snapshot_file(place, snapshot))


def _ms(stamp: str) -> int:
    try:
        return int(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return 0
