"""Decides which lines go to which place of the log; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clawd_desktop.operations.log_line import LEVELS, Entry


def threshold(level: str, subsystems: Mapping[str, str], subsystem: str, own: str | None = None) -> int:
    """The least level that is written, as a number of the logging module.

    `subsystems` are levels by part; the longest part that fits counts ("gateway" fits gateway.requests). `own` is the
    level that the place itself was given: with one of the part too, the stricter counts.
    """
    part = _level_of(subsystems, subsystem)
    if own is None:
        return LEVELS[part or level]
    return LEVELS[own] if part is None else max(LEVELS[own], LEVELS[part])


def logger_levels(level: str, subsystems: Mapping[str, str], owns: Iterable[str | None]) -> dict[str, int]:
    """The level of each logger ("" for all that are not named), so that no place misses a line that it wants."""
    places = tuple(owns)
    return {part: min(threshold(level, subsystems, part, own) for own in places) for part in ("", *subsystems)}


class Picker(dict[str, int]):
    """Picks the lines for one place of the log; the levels of parts are remembered once they have been asked for."""

    def __init__(self, level: str, subsystems: Mapping[str, str], own: str | None = None) -> None:
        super().__init__()
        self._rule = (level, dict(subsystems))
        self._own = own

    def __missing__(self, subsystem: str) -> int:
        level, subsystems = self._rule
        self[subsystem] = least = threshold(level, subsystems, subsystem, self._own)
        return least

    def __call__(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Those that are important enough, in their order."""
        return [entry for entry in entries if entry[1] >= self[entry[2]]]


def _level_of(subsystems: Mapping[str, str], subsystem: str) -> str | None:
    part = subsystem
    while part:
        if part in subsystems:
            return subsystems[part]
        part = part.rpartition(".")[0]
    return None
