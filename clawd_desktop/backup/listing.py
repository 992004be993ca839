"""Which backups there are: what is remembered of them, and what lies in the folders, whoever put it there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from clawd_desktop.backup import store_format, store_snapshots
from clawd_desktop.backup.areas import SESSIONS
from clawd_desktop.backup.manifest import Cause, Manifest
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Held
from clawd_desktop.backup.taking import PLAIN, PREFIX, SEALED, Taken, host_name
from clawd_desktop.backup.targets import is_remote, place_of
from clawd_desktop.core.errors import ClawdError

_MOST_WARNINGS = 20
_LISTS = store_format.layout(Path()).snapshots.name
_LISTED = re.compile(r"(?P<made>\d{8}T\d{6}Z)-(?P<id>[A-Za-z0-9_-]{1,80})\.json(\.age)?")
_NAME = re.compile(rf"{PREFIX}(?P<host>.+)-(?P<made>\d{{8}}T\d{{6}}Z)-[0-9a-f]{{4}}\.tar\.zst(\.age)?")


def merged(
    records: Sequence[BackupRecord], there: Iterable[BackupRecord], looked_at: Collection[str]
) -> tuple[BackupRecord, ...]:
    """What is there, the newest first, and what failed; pure. `there` is what was found, all of it at `looked_at`.

    What was removed by hand is no longer there. One at a remote place that nobody looked at stays.
    """
    known = {record.path: record for record in records if record.path}
    found = {one.path: known.get(one.path, one) for one in there}
    elsewhere = [
        one for path, one in known.items()
        if path not in found and place(one) not in looked_at and is_remote(path)
    ]  # fmt: skip
    failed = [record for record in records if not record.ok]
    return tuple(sorted([*found.values(), *elsewhere, *failed], key=lambda record: record.at_ms, reverse=True))


def lying_in(folder: Path) -> tuple[BackupRecord, ...]:
    """What lies in a folder: files, and the backups of the stores in it; nothing when it cannot be read. Blocks."""
    found: list[BackupRecord] = []
    with contextlib.suppress(OSError):
        found += [unknown(path, *facts(path)) for path in folder.iterdir() if _is_file(path)]
    with contextlib.suppress(OSError, ClawdError):
        for store in store_format.layouts_in(folder):
            paths = [store.snapshots / head.name for head in store_snapshots.heads(store)]
            found += [unknown(path, *facts(path)) for path in paths]
    return tuple(found)


def elsewhere(records: Iterable[BackupRecord], looked_at: Collection[str]) -> dict[str, list[BackupRecord]]:
    """What is remembered of folders that were not looked at, by folder: made there once, or as the settings were."""
    found: dict[str, list[BackupRecord]] = {}
    for one in records:
        if one.path and not is_remote(one.path) and place(one) not in looked_at:
            found.setdefault(place(one), []).append(one)
    return found


def still_there(records: Iterable[BackupRecord]) -> tuple[BackupRecord, ...]:
    """Those of which the file is there; blocks."""
    return tuple(one for one in records if Path(one.path).is_file())


def newest_in(folder: Path) -> Path | None:
    """The newest backup that lies in a folder, by the names; None when there is none. Blocks."""
    newest = max(lying_in(folder), key=lambda one: (one.at_ms, one.path), default=None)
    return Path(newest.path) if newest else None


def at_remote(address: str, name: str, size: int) -> BackupRecord:
    """A backup at a remote place that is not remembered."""
    return replace(unknown(Path(name), size, 0), path=address, file=name)


def place(record: BackupRecord) -> str:
    """Where it is kept: a folder, the folder of a store, or a remote place."""
    return place_of_path(record.path)


def place_of_path(path: str) -> str:
    """The place of a backup, by its path or address."""
    if is_remote(path):
        return place_of(path)
    above = Path(path).parent
    return str(above.parent if above.name == _LISTS else above)


def places_in(folders: Iterable[Path]) -> frozenset[str]:
    """All places that looking at these folders looks at."""
    own = (Path(), store_format.layout(Path()).root, store_format.layout(Path(), locked=True).root)
    return frozenset(str(folder / one) for folder in folders for one in own)


def facts(path: Path) -> tuple[int, int]:
    """The size of a file in bytes and when it was written in ms; zeros when it is gone."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns // 1_000_000
    return 0, 0


def unknown(path: Path, size: int, changed_ms: int) -> BackupRecord:
    """A file that is not remembered: made by another installation, or before the list was lost."""
    named = _NAME.fullmatch(path.name) or _LISTED.fullmatch(path.name)
    at_ms = changed_ms
    with contextlib.suppress(ValueError):
        made = datetime.strptime(named["made"] if named else "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        at_ms = int(made.timestamp() * 1000)
    sealed = path.name.endswith(".age")
    called = _LISTED.fullmatch(path.name)
    return BackupRecord(
        called["id"] if called else path.name, at_ms, "person", ok=True, path=str(path), size=size, sealed=sealed
    )


def learned(record: BackupRecord, manifest: Manifest | None, now_ms: int, text: str) -> BackupRecord:
    """The same with what reading it has told: what it holds, or (`text`) what is wrong with it."""
    if manifest is None:
        return replace(record, text=text)
    return replace(
        record, id=manifest.id, at_ms=manifest.created_ms, cause=manifest.cause, areas=manifest.areas,
        verified_ms=now_ms, warnings=manifest.warnings[:_MOST_WARNINGS], partial=manifest.partial,
        host="" if is_of_this_computer(manifest) else host_name(manifest.host),
    )  # fmt: skip


def record_of(taken: Taken, now_ms: int, took_s: float) -> BackupRecord:
    """What is remembered of a backup that was just made and read back."""
    path = taken.path
    record = unknown(path, taken.size, now_ms)
    return replace(learned(record, taken.manifest, now_ms, ""), took_s=took_s)


def held(record: BackupRecord) -> Held:
    """The backup as retention judges it."""
    cause = cast(Cause, record.cause)
    whole = not record.partial and (not record.areas or SESSIONS in record.areas)
    return Held(record.id, record.at_ms, record.size, bool(record.verified_ms), cause, place(record), whole)


def made_here(record: BackupRecord) -> bool:
    """Whether this computer made it: by the name of the file, or, of one without a host in it, as it is remembered."""
    named = _NAME.fullmatch(record.file or Path(record.path).name)
    return named["host"] == host_name() if named else bool(record.areas) and not record.host


def is_of_this_computer(manifest: Manifest) -> bool:
    """Whether it was made here, by the name of the computer."""
    return host_name(manifest.host) == host_name()


def in_store(record: BackupRecord) -> bool:
    """Whether it is one of a store."""
    return not is_remote(record.path) and Path(record.path).parent.name == _LISTS


def _is_file(path: Path) -> bool:
    return path.name.startswith(PREFIX) and path.name.endswith((PLAIN, SEALED)) and path.is_file()
