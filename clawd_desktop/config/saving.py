"""Writes the configuration: nothing unread or changed underneath is overwritten, and all can be undone."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop.config.changes import differing
from clawd_desktop.config.disk import fingerprint, read_bytes
from clawd_desktop.config.history import History
from clawd_desktop.config.json5 import decode
from clawd_desktop.config.legacy import migrated
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError, Conflict, NotFound, StorageFault, Unreadable
from clawd_desktop.core.values import JsonObject, JsonValue

_log = logging.getLogger("clawd.config")
_SMALL = 64
_NO_LOSS = frozenset({"meta", "wizard", "$schema", "$include"})


class InvalidConfig(BadInput):
    """The new configuration is not valid; `issues` says where and why. Nothing was written."""

    code = "invalid_config"

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        first = f"{issues[0].path}: {issues[0].message}" if issues[0].path else issues[0].message
        more = f" (and {len(issues) - 1} more)" if len(issues) > 1 else ""
        super().__init__(f"The configuration is not valid: {first}{more}", hint="Nothing was saved.")
        self.issues = issues


@dataclass(frozen=True, slots=True)
class Write:
    """What is to be written. `valid_before` says whether the text that stands there now was a valid configuration."""

    data: bytes
    parsed: JsonObject
    before: JsonObject
    valid_before: bool
    expected_hash: str
    action: str


def losses(before: JsonObject, after: JsonObject) -> str:
    """What a new configuration would lose, as a sentence; "" when it is not much.

    Much is a whole section, or more than half of what is said (comments do not count).
    """
    old, new = migrated(before)[0], migrated(after)[0]
    gone = [key for key in old if key not in new and key not in _NO_LOSS and old[key] not in ({}, [], None)]
    if gone:
        return f"It would drop {', '.join(gone)}."
    sizes = _size(old), _size(new)
    if sizes[0] > _SMALL and sizes[1] * 2 < sizes[0]:
        return f"It would shrink from {sizes[0]:,} to {sizes[1]:,} characters."
    return ""


class Saver:
    """Writes one configuration file. All methods do disk work and belong into a thread."""

    def __init__(self, file: Path, history: History, audit_file: Path, clock: Clock) -> None:
        self._file = file
        self._history = history
        self._audit_file = audit_file
        self._clock = clock

    def current(self) -> bytes | None:
        """What stands on disk now, None when there is no file. Raises Unreadable or StorageFault."""
        try:
            return read_bytes(self._file)
        except NotFound:
            return None

    def write(self, write: Write) -> None:
        """Replace the file. The old text is kept first.

        Raises Conflict when another text than the expected one stands there (the new one is kept beside the history),
        Unreadable when what stands there is no readable file, StorageFault when the disk refuses; the old file then
        stands unchanged.
        """
        old = self.current()
        if fingerprint(old) != write.expected_hash:
            kept = self._history.keep_conflict(write.data)
            raise Conflict(
                "The configuration changed on disk since it was read.",
                hint=f"Read it again and repeat the change; your text is kept in {kept}.",
            )
        safeio.make_folder(self._file.parent)
        if old is not None:
            self._keep(old, write)
        safeio.write_file(self._file, write.data)
        if read_bytes(self._file) != write.data:
            raise StorageFault(f"{self._file} does not hold what was written.", hint="Check the disk.")
        self._afterwards(old, write)

    def keep_clobbered(self, data: bytes) -> Path:
        """Keep a text that is about to be lost as `<file>.clobbered.<time>`. Raises StorageFault."""
        stamp = datetime.fromtimestamp(self._clock.wall_ms() / 1000, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        path = self._file.with_name(f"{self._file.name}.clobbered.{stamp}")
        safeio.write_file(path, data)
        return path

    def bring_back(self, data: bytes) -> None:
        """Write a version that was good in the place of what stands there, which is kept beside it whatever it is.

        Raises StorageFault; what stood there is then still there, under its own name or beside it.
        """
        safeio.make_folder(self._file.parent)
        try:
            old = self.current()
        except ClawdError:
            old = None
            safeio.set_aside(self._file, "unreadable", self._clock.wall_ms())
        if old is not None:
            self.keep_clobbered(old)
        safeio.write_file(self._file, data)
        self._afterwards(old, Write(data, {}, {}, valid_before=False, expected_hash="", action="go back"))

    def copies(self) -> list[Path]:
        """Copies of the file that lie beside it."""
        names = (f"{self._file.name}.bak*", f"{self._file.name}.clobbered.*")
        return [path for name in names for path in sorted(self._file.parent.glob(name)) if path.is_file()]

    def scrub(self, values: set[str], files: tuple[Path, ...]) -> tuple[Path, ...]:
        """Take these secrets out of all copies and out of the file's comments; returns those of `files` that hold one.

        Raises StorageFault.
        """
        from clawd_desktop.config.scrub import clean_copy, holds

        for version in self._history.versions():
            data = safeio.read_file(version.path)
            clean = clean_copy(data, values)
            if clean != data:
                self._history.rewrite(version, clean)
        for copy in [*self.copies(), *self._history.conflicts()]:
            data = safeio.read_file(copy)
            clean = clean_copy(data, values)
            if clean != data:
                safeio.write_file(copy, clean)
        self._scrub_comments(values)
        return tuple(file for file in files if file.is_file() and holds(safeio.read_file(file), values))

    def _scrub_comments(self, values: set[str]) -> None:
        from clawd_desktop.config.scrub import comments_scrubbed, holds

        data = self.current()
        if data is None or not holds(data, values):
            return
        try:
            clean = comments_scrubbed(decode(data), values).encode()
        except Unreadable:
            return
        if clean != data:
            safeio.write_file(self._file, clean)

    def _keep(self, old: bytes, write: Write) -> None:
        if write.valid_before:
            self._history.keep(old)
        if not write.valid_before or losses(write.before, write.parsed):
            self.keep_clobbered(old)
        safeio.write_file(self._file.with_name(f"{self._file.name}.bak"), old)

    def _afterwards(self, old: bytes | None, write: Write) -> None:
        """The new text stands; that a copy or the note of it failed must not look as if it did not."""
        row: dict[str, JsonValue] = {
            "ts": self._clock.wall_ms(),
            "action": write.action,
            "paths": [*differing(write.before, write.parsed)],
            "before": fingerprint(old),
            "after": fingerprint(write.data),
            "bytesBefore": len(old or b""),
            "bytesAfter": len(write.data),
        }
        try:
            self._history.keep(write.data)
            safeio.make_folder(self._audit_file.parent)
            with safeio.AppendFile(self._audit_file) as audit:
                audit.append(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        except StorageFault as error:
            _log.warning("the configuration is saved, but its copy or audit is not: %s", error)


def _size(value: JsonObject) -> int:
    return len(json.dumps(value, ensure_ascii=False))
