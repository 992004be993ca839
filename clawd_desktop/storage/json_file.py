"""Keeps one small JSON object on disk that other programs may change too; never overwritten when it cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import orjson

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import NotFound, Unreadable
from clawd_desktop.core.values import JsonObject

_LIMIT = 16 * 1024 * 1024


def read_object(path: Path, what: str, hint: str) -> JsonObject:
    """The JSON object in the file, empty when there is none. `what` and `hint` word the error.

    Raises Unreadable or StorageFault.
    """
    try:
        data = safeio.read_file(path, limit=_LIMIT)
    except NotFound:
        return {}
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise not_understood(path, what, str(error), hint) from error
    if not isinstance(value, dict):
        raise not_understood(path, what, "it is not an object", hint)
    return value


def not_understood(path: Path, what: str, why: str, hint: str) -> Unreadable:
    """The error of a file whose content is not what it should be."""
    return Unreadable(f"{what} {path} cannot be understood: {why}.", path=str(path), hint=hint)


class JsonFile:
    """An object that is read anew for every use. `what` names it in errors: "The list of wake words"."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self._what = what
        self._changing = asyncio.Lock()

    async def read(self) -> JsonObject:
        """The object; empty when there is no file. Raises Unreadable or StorageFault."""
        return await asyncio.to_thread(self._read)

    async def change(self, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        """Replace the object by what `change` makes of it, durably, and return that.

        Raises Unreadable or StorageFault; the file is then as it was.
        """
        async with self._changing:
            return await asyncio.to_thread(self._change, change)

    def _change(self, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        before = self._read()
        after = change(before)
        if after != before or not self.path.exists():
            safeio.make_folder(self.path.parent)
            safeio.write_file(self.path, orjson.dumps(after, option=orjson.OPT_INDENT_2) + b"\n")
        return after

    def _read(self) -> JsonObject:
        hint = "Correct it or move it away; until then nothing in it is changed."
        return read_object(self.path, self._what, hint)
