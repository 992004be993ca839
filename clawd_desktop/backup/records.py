"""Remembers which backups were made, which failed and why, and when each was last read back; at most 200 of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.storage.json_file import JsonFile

MOST_RECORDS = 200
# A disk that is away for months must not push out what is known of good ones.
MOST_FAILED = 50
_KEY = "backups"


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """One attempt. `text` says for a person what failed, "" when nothing did; `path` is "" when nothing was made.
    `warnings` are the first ones of the backup itself, such as files that could not be read. Of a backup at a remote
    place `path` is its address (see `targets`), and `file` the name that it was sent under, "" of all others. `host` is
    the computer that made it, "" for this one, and where nobody knows.

    Times are in milliseconds since the epoch; `verified_ms` is 0 when it was never read back, or was found damaged.
    `size` is that of the file in bytes, `cause` why it was made.
    """

    id: str
    at_ms: int
    cause: str
    ok: bool
    path: str = ""
    size: int = 0
    areas: tuple[str, ...] = ()
    sealed: bool = False
    verified_ms: int = 0
    took_s: float = 0.0
    text: str = ""
    warnings: tuple[str, ...] = ()
    file: str = ""
    host: str = ""


def bounded(records: Iterable[BackupRecord], most: int = MOST_RECORDS) -> tuple[BackupRecord, ...]:
    """The newest ones, newest first; the newest that was read back is among them, however old it is."""
    newest = sorted(records, key=lambda record: record.at_ms, reverse=True)
    failed = [record for record in newest if not record.ok]
    if len(failed) > MOST_FAILED:
        gone = {id(record) for record in failed[MOST_FAILED:]}
        newest = [record for record in newest if id(record) not in gone]
    kept = newest[:most]
    good = next((record for record in newest if record.ok and record.verified_ms), None)
    if good is not None and good not in kept:
        kept[-1] = good
    return tuple(kept)


class BackupRecords:
    """The list in its file. Methods raise Unreadable or StorageFault; the file is then as it was."""

    def __init__(self, path: Path) -> None:
        self._file = JsonFile(path, "The list of backups")

    async def all(self) -> tuple[BackupRecord, ...]:
        """All that is remembered, the newest first."""
        return _records(await self._file.read())

    async def add(self, record: BackupRecord) -> None:
        """Remember one more."""
        await self._file.change(lambda wire: _changed(wire, (record, *_records(wire))))

    async def read_back(self, path: str, at_ms: int, text: str = "") -> None:
        """The one at the path was read whole at that time; `text` says what is wrong with it, "" when nothing is."""

        def change(wire: JsonObject) -> JsonObject:
            after = [
                replace(record, verified_ms=0 if text else at_ms, text=text) if record.path == path else record
                for record in _records(wire)
            ]
            return _changed(wire, after)

        await self._file.change(change)

    async def forget(self, paths: frozenset[str]) -> None:
        """Those at these paths are no longer there."""
        await self._file.change(lambda wire: _changed(wire, [one for one in _records(wire) if one.path not in paths]))


def newest_good(records: Iterable[BackupRecord]) -> BackupRecord | None:
    """The newest one that was made and read back without a fault."""
    good = [record for record in records if record.ok and record.verified_ms]
    return max(good, key=lambda record: record.at_ms, default=None)


def _changed(wire: JsonObject, records: Iterable[BackupRecord]) -> JsonObject:
    listed: list[JsonValue] = [_wire(record) for record in bounded(records)]
    return wire | {_KEY: listed}


def _wire(record: BackupRecord) -> JsonObject:
    return {
        "id": record.id, "atMs": record.at_ms, "cause": record.cause, "ok": record.ok, "path": record.path,
        "size": record.size, "areas": list(record.areas), "sealed": record.sealed, "verifiedMs": record.verified_ms,
        "tookS": record.took_s, "text": record.text, "warnings": list(record.warnings), "file": record.file,
        "host": record.host,
    }  # fmt: skip


def _records(wire: JsonObject) -> tuple[BackupRecord, ...]:
    found = (as_object(one) for one in as_list(wire.get(_KEY)))
    return tuple(_record(one) for one in found if as_text(one.get("id")))


def _record(one: JsonObject) -> BackupRecord:
    return BackupRecord(
        id=as_text(one.get("id")),
        at_ms=as_int(one.get("atMs")),
        cause=as_text(one.get("cause")),
        ok=one.get("ok") is True,
        path=as_text(one.get("path")),
        size=as_int(one.get("size")),
        areas=tuple(as_text(area) for area in as_list(one.get("areas"))),
        sealed=one.get("sealed") is True,
        verified_ms=as_int(one.get("verifiedMs")),
        took_s=as_float(one.get("tookS")),
        text=as_text(one.get("text")),
        warnings=tuple(as_text(warning) for warning in as_list(one.get("warnings"))),
        file=as_text(one.get("file")),
        host=as_text(one.get("host")),
    )
