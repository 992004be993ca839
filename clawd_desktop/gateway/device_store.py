"""Keeps the files of paired and waiting devices; a file that could not be read is never overwritten."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import orjson

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.json_file import not_understood, read_object

_log = logging.getLogger("clawd.gateway.devices")
_WHAT = "The list of devices"
_HINT = "Move it away to start with an empty list; until then no device is paired or changed."
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class RecordFile:
    """One JSON object on disk, read once and then written whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fault: Unreadable | StorageFault | None = None

    async def read(self) -> dict[str, JsonObject]:
        """The records by id; empty when there is no file, or when it cannot be read (then nothing is ever saved)."""
        try:
            return await asyncio.to_thread(self._read)
        except (Unreadable, StorageFault) as fault:
            self._fault = fault
            _log.error("%s", fault)
            return {}

    async def write(self, records: dict[str, JsonObject]) -> None:
        """Replace the file durably. Raises StorageFault, or Unreadable when what is there could not be read."""
        if self._fault is not None:
            raise self._fault
        await asyncio.to_thread(self._write, orjson.dumps(records, option=_OPTIONS))

    def _read(self) -> dict[str, JsonObject]:
        value = read_object(self.path, _WHAT, _HINT)
        records = {key: record for key, record in value.items() if isinstance(record, dict)}
        if len(records) != len(value):
            raise not_understood(self.path, _WHAT, "it is not an object of objects", _HINT)
        return records

    def _write(self, data: bytes) -> None:
        safeio.make_folder(self.path.parent)
        safeio.write_file(self.path, data)


class DeviceStore:
    """The files `paired.json` and `pending.json` in a folder of a state folder: `devices`, or `nodes` as of old.

    `secrets.json` says by which shared secrets devices were let in, as salted hashes; Clawdbot does not read it.
    """

    def __init__(self, state: Path, folder: str = "devices") -> None:
        self.paired = RecordFile(state / folder / "paired.json")
        self.pending = RecordFile(state / folder / "pending.json")
        self.secrets = RecordFile(state / folder / "secrets.json")
