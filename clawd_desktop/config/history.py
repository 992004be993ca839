"""Keeps earlier versions of the configuration, so that a good one is always there to go back to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop.config.disk import fingerprint
from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError

_NEWEST = 10
_HOURS = 12
_DAYS = 5
_CONFLICTS = 5
_NAME = re.compile(r"(\d{13,14})-([0-9a-f]{16})\.json5")
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Version:
    """One kept version; `at_ms` is when it was first seen."""

    path: Path
    at_ms: int
    digest: str

    @property
    def when(self) -> str:
        """The time in ISO form, UTC."""
        return datetime.fromtimestamp(self.at_ms / 1000, UTC).isoformat(timespec="seconds")


def worth_keeping(times: list[int]) -> set[int]:
    """Which of these times (ms) stay: the newest ten, the last of each of twelve hours, first and last of five days.

    Many saves in a row push out each other, never the version from before.
    """
    kept = set(sorted(times)[-_NEWEST:])
    for unit, groups in ((_HOUR_MS, _HOURS), (_DAY_MS, _DAYS)):
        spans: dict[int, list[int]] = {}
        for time in sorted(times):
            spans.setdefault(time // unit, []).append(time)
        for span in sorted(spans)[-groups:]:
            kept.add(spans[span][-1])
            if unit == _DAY_MS:
                kept.add(spans[span][0])
    return kept


class History:
    """The folder of kept versions. All methods do disk work and belong into a thread."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock

    def versions(self) -> list[Version]:
        """All kept versions, newest first."""
        found: list[Version] = []
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                name = _NAME.fullmatch(path.name)
                if name:
                    found.append(Version(path, int(name.group(1)), name.group(2)))
        return sorted(found, key=lambda version: version.at_ms, reverse=True)

    def keep(self, data: bytes) -> None:
        """Keep these bytes as the newest version, unless they are it already. Raises StorageFault."""
        versions = self.versions()
        digest = fingerprint(data)[:16]
        if versions and versions[0].digest == digest and self.read(versions[0]) == data:
            return
        safeio.make_folder(self.folder)
        # A clock that was set back must not make an old version the newest.
        at = max(self._clock.wall_ms(), versions[0].at_ms + 1 if versions else 0)
        safeio.write_file(self.folder / f"{at}-{digest}.json5", data)
        self._thin([at, *(version.at_ms for version in versions)], versions)

    def read(self, version: Version) -> bytes | None:
        """The version's bytes, None when they are gone or not what was kept."""
        try:
            data = safeio.read_file(version.path)
        except ClawdError:
            return None
        return data if fingerprint(data)[:16] == version.digest else None

    def intact(self) -> Iterator[tuple[Version, bytes]]:
        """Versions that are still what was kept, newest first."""
        for version in self.versions():
            data = self.read(version)
            if data is not None:
                yield version, data

    def rewrite(self, version: Version, data: bytes) -> None:
        """Put other bytes in a version's place. Raises StorageFault."""
        safeio.write_file(self.folder / f"{version.at_ms}-{fingerprint(data)[:16]}.json5", data)
        safeio.remove(version.path)

    def conflicts(self) -> list[Path]:
        """Texts that could not be saved because the file had changed, oldest first."""
        found = list(self.folder.glob("conflict-*.json5"))
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def keep_conflict(self, data: bytes) -> Path:
        """Keep a text that could not be saved; the newest five stay. Raises StorageFault."""
        safeio.make_folder(self.folder)
        path = self.folder / f"conflict-{fingerprint(data)[:16]}.json5"
        safeio.write_file(path, data)
        old = [one for one in self.conflicts() if one != path]
        for one in old[: max(0, len(old) + 1 - _CONFLICTS)]:
            safeio.remove(one)
        return path

    def _thin(self, times: list[int], versions: list[Version]) -> None:
        kept = worth_keeping(times)
        for version in versions:
            if version.at_ms not in kept:
                safeio.remove(version.path)
