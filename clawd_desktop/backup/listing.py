"""Which backups there are: what is remembered of them, and what lies in the folders, whoever put it there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from clawd_desktop.backup.manifest import Cause, Manifest
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Held
from clawd_desktop.backup.taking import PLAIN, PREFIX, SEALED, Taken, host_name

_MOST_WARNINGS = 20
_NAME = re.compile(rf"{PREFIX}(?P<host>.+)-(?P<made>\d{{8}}T\d{{6}}Z)-[0-9a-f]{{4}}\.tar\.zst(\.age)?")


def merged(records: Sequence[BackupRecord], folders: Sequence[Path]) -> tuple[BackupRecord, ...]:
    """What is there, the newest first, and what failed; reads the folders. What was removed by hand is no longer there.

    A backup that was made into another folder stays as long as its file does.
    """
    known = {record.path: record for record in records if record.path}
    there = {str(path): known.get(str(path)) or unknown(path, size, changed) for path, size, changed in _files(folders)}
    elsewhere = [
        one for path, one in known.items() if path not in there and Path(path).parent not in folders and _lies(path)
    ]
    failed = [record for record in records if not record.ok]
    return tuple(sorted([*there.values(), *elsewhere, *failed], key=lambda record: record.at_ms, reverse=True))


def facts(path: Path) -> tuple[int, int]:
    """The size of a file in bytes and when it was written in ms; zeros when it is gone."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns // 1_000_000
    return 0, 0


def unknown(path: Path, size: int, changed_ms: int) -> BackupRecord:
    """A file that is not remembered: made by another installation, or before the list was lost."""
    named = _NAME.fullmatch(path.name)
    at_ms = changed_ms
    with contextlib.suppress(ValueError):
        made = datetime.strptime(named["made"] if named else "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        at_ms = int(made.timestamp() * 1000)
    sealed = path.name.endswith(SEALED)
    return BackupRecord(path.name, at_ms, "person", ok=True, path=str(path), size=size, sealed=sealed)


def learned(record: BackupRecord, manifest: Manifest | None, now_ms: int, text: str) -> BackupRecord:
    """The same with what reading it has told: what it holds, or (`text`) what is wrong with it."""
    if manifest is None:
        return replace(record, text=text)
    return replace(
        record, id=manifest.id, at_ms=manifest.created_ms, cause=manifest.cause, areas=manifest.areas,
        verified_ms=now_ms, warnings=manifest.warnings[:_MOST_WARNINGS],
    )  # fmt: skip


def record_of(taken: Taken, now_ms: int, took_s: float) -> BackupRecord:
    """What is remembered of a backup that was just made and read back."""
    path = taken.path
    record = unknown(path, taken.size, now_ms)
    return replace(learned(record, taken.manifest, now_ms, ""), took_s=took_s)


def held(record: BackupRecord) -> Held:
    """The backup as retention judges it."""
    cause = cast(Cause, record.cause)
    return Held(
        record.id, record.at_ms, record.size, bool(record.verified_ms), cause, str(Path(record.path).parent)
    )  # fmt: skip


def made_here(record: BackupRecord) -> bool:
    """Whether this computer made it, by the name of the file."""
    named = _NAME.fullmatch(Path(record.path).name)
    return named is not None and named["host"] == host_name()


def _files(folders: Iterable[Path]) -> Iterable[tuple[Path, int, int]]:
    for folder in dict.fromkeys(folders):
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if path.name.startswith(PREFIX) and path.name.endswith((PLAIN, SEALED)) and path.is_file():
                    yield (path, *facts(path))


def _lies(path: str) -> bool:
    return Path(path).is_file()
