"""Remembers with which configuration the gateway last listened, and judges whether a newer one is to blame."""

from __future__ import annotations

from clawd_desktop.config.changes import differing, needs_restart
from clawd_desktop.config.disk import fingerprint
from clawd_desktop.config.reading import Reader, Reading
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.safeio import read_file, write_file
from clawd_desktop.core.values import JsonObject

NAME = "listened"
_LIMIT = 1024
_WAYS_IN = "gateway."
_GUARDED = "gateway.auth"


def to_blame(proven: JsonObject, now: JsonObject) -> bool:
    """Whether what differs can be why the gateway does not listen, and going back is no danger.

    With other passwords or tokens it is not gone back: the old ones may have been changed because they were known.
    """
    paths = differing(proven, now)
    if any(path.startswith(_GUARDED) for path in paths):
        return False
    return any(path.startswith(_WAYS_IN) and needs_restart(path) for path in paths)


class Proven:
    """One configuration's memory of what worked; it outlives the process. All but `reading` do disk work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._file = reader.history.folder / NAME
        self.reading: Reading | None = None

    def note(self, reading: Reading) -> None:
        """The gateway listens with this one. Raises StorageFault when that could not be written down."""
        known, self.reading = self.reading, reading
        if reading is not known and reading.raw is not None and self._file.parent.is_dir():
            write_file(self._file, fingerprint(reading.raw.encode()).encode() + b"\n")

    def find(self) -> Reading | None:
        """What was noted, in this start or in one before; None when nothing was, or it is kept no more."""
        if self.reading is None:
            try:
                noted = read_file(self._file, limit=_LIMIT).decode("ascii", "replace").strip()
            except ClawdError:
                return None
            self.reading = self._reader.version(noted)
        return self.reading
