"""What stands on disk at one moment: the configuration as it was found, understood or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clawd_desktop.config import pipeline
from clawd_desktop.config.disk import Stamp, read_bytes, stamp
from clawd_desktop.config.history import History
from clawd_desktop.config.json5 import decode
from clawd_desktop.config.pipeline import Loaded
from clawd_desktop.config.saving import InvalidConfig
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.errors import ClawdError, NotFound, StorageFault, Unreadable


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found. `loaded` is None when it could not be understood; `issues` say why it is not valid.

    `files` are all files that belong to it, the main one first, and `stamp` says in which state they were.
    """

    stamp: Stamp
    files: tuple[Path, ...]
    exists: bool = False
    data: bytes | None = None
    raw: str | None = None
    loaded: Loaded | None = None
    issues: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()

    @property
    def valid(self) -> bool:
        """True when it can be put in force as it is."""
        return self.loaded is not None and not self.issues

    @property
    def reason(self) -> str:
        """Why it is not valid, for a person; "" when it is."""
        if not self.issues:
            return ""
        first = self.issues[0]
        more = f" (and {len(self.issues) - 1} more)" if len(self.issues) > 1 else ""
        return f"{self.files[0]}: {first.path}: {first.message}{more}" if first.path else f"{first.message}{more}"


class Reader:
    """Reads one configuration. All methods do disk work and belong into a thread."""

    def __init__(self, file: Path, environ: Mapping[str, str], history: History) -> None:
        self._file = file
        self._environ = environ
        self.history = history

    def read(self) -> Reading:
        """What stands on disk now; a good version is kept in the history. Never raises for what it finds."""
        found = Reading(stamp((self._file,)), (self._file,))
        try:
            data = read_bytes(self._file)
        except NotFound:
            return replace(found, loaded=pipeline.nothing(self._environ))
        except ClawdError as error:
            return replace(found, exists=True, issues=(Issue("", error.sentence()),))
        return self._understood(replace(found, exists=True, data=data), data)

    def checked(self, raw: str) -> Loaded:
        """What a text would be as this configuration. Raises InvalidConfig with everything that is wrong in it."""
        try:
            loaded = self._load(raw)
        except Unreadable as error:
            raise InvalidConfig((Issue("", error.message),)) from error
        # What a variable covers today is what counts when the next start has none.
        if wrong := (*loaded.issues, *loaded.hidden):
            raise InvalidConfig(wrong)
        return loaded

    def last_good(self, bad: Reading) -> tuple[Reading, str]:
        """What to put in force in place of a reading that is not valid, and the time of that version.

        That is the newest version that is intact and valid. But when the file itself is as it last was good, and only
        its surroundings changed (a variable, an included file), it counts more than an older one: then, and when there
        is no good version, what could be understood of it stands, with "" as its time.
        """
        rest = replace(bad, loaded=bad.loaded or pipeline.nothing(self._environ))
        for version, data in self.history.intact():
            if data == bad.data:
                return rest, ""
            try:
                raw = decode(data, str(version.path))
                loaded = self._load(raw)
            except Unreadable:
                continue
            if not loaded.issues:
                return replace(bad, raw=raw, loaded=loaded, issues=()), version.when
        return rest, ""

    def version(self, digest: str) -> Reading | None:
        """The kept version with that SHA-256, as it would be today; None when it is gone or not valid any more."""
        for version, data in self.history.intact():
            if not digest.startswith(version.digest):
                continue
            try:
                raw = decode(data, str(version.path))
                loaded = self._load(raw)
            except Unreadable:
                return None
            found = Reading((), (self._file, *loaded.files), True, data, raw, loaded, loaded.issues)
            return found if found.valid else None
        return None

    def _load(self, raw: str) -> Loaded:
        return pipeline.load(raw, self._file, self._environ, read_bytes)

    def _understood(self, found: Reading, data: bytes) -> Reading:
        try:
            raw = decode(data, str(self._file))
            found = replace(found, raw=raw)
            loaded = self._load(raw)
        except Unreadable as error:
            return replace(found, issues=(Issue("", error.sentence()),))
        return replace(
            found,
            files=(self._file, *loaded.files),
            stamp=(*found.stamp, *stamp(loaded.files)),
            loaded=loaded,
            issues=loaded.issues,
            warnings=() if loaded.issues else self._kept(data),
        )

    def _kept(self, data: bytes) -> tuple[Issue, ...]:
        try:
            self.history.keep(data)
        except StorageFault as error:
            return (Issue("", f"No copy of this version could be kept: {error.sentence()}"),)
        return ()
