"""Reads out of the list of backups what the plan needs to know: what was made, what failed, what is missing; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.backup import listing
from clawd_desktop.backup.records import PLANNED, BackupRecord, is_good
from clawd_desktop.backup.schedule import AHEAD_MS, Past

_MOST_TROUBLES = 3


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when somebody wants no planned backups, since when; in ms since the epoch, 0 for none."""

    until_ms: int = 0
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What this run of the application did, should the list be unable to say so; times in ms since the epoch.

    `fault` says what went wrong last, `left_ms` is when a person stopped a planned one: its turn is over.
    """

    done_ms: int = 0
    tried_ms: int = 0
    failures: int = 0
    fault: str = ""
    left_ms: int = 0


def past_of(
    records: Iterable[BackupRecord], memory: Memory, pause: Pause, now_ms: int, *, running: bool = False
) -> Past:
    """What was done. What lies in the future was noted before the clock was set back: it counts where all is so."""
    good = [record.at_ms for record in records if is_good(record)] + [memory.done_ms, memory.left_ms]
    done_ms = _latest(good, now_ms)
    failed = [record.at_ms for record in _failed(records, done_ms, now_ms)]
    # What failed in this run and what the list holds of it are the same attempts.
    remembered = memory.failures if _counts(memory, done_ms, now_ms) else 0
    failures = max(len(failed), remembered)
    tried_ms = max([*failed, memory.tried_ms if remembered else 0])
    return Past(done_ms, tried_ms, failures, pause.until_ms, pause.since_ms, running)


def troubles(records: Iterable[BackupRecord], memory: Memory, now_ms: int) -> tuple[str, ...]:
    """What went wrong with planned backups since the last good one: the newest first, each once, at most three."""
    done_ms = _latest([*(record.at_ms for record in records if is_good(record)), memory.done_ms], now_ms)
    failed = sorted(_failed(records, done_ms, now_ms), key=lambda record: -record.at_ms)
    texts = [record.text for record in failed]
    if memory.fault and _counts(memory, done_ms, now_ms):
        texts.insert(0, memory.fault)
    return tuple(dict.fromkeys(texts))[:_MOST_TROUBLES]


def missing(
    places: Sequence[str], records: Iterable[BackupRecord], since_ms: int | None, now_ms: int
) -> tuple[str, ...]:
    """The places without a good backup since then; all of them when each has one, or nobody knows since when."""
    if since_ms is None:
        return tuple(places)
    filled = {
        place_of(record) for record in records if is_good(record) and since_ms <= record.at_ms <= now_ms + AHEAD_MS
    }
    return tuple(place for place in places if place not in filled) or tuple(places)


def place_of(record: BackupRecord) -> str:
    """Where it is kept, as `BackupDesk.planned_places` calls it."""
    place = listing.place(record)
    return str(Path(place).parent) if listing.in_store(record) else place


def _counts(memory: Memory, done_ms: int, now_ms: int) -> bool:
    done_ms = _believed(done_ms, now_ms)
    # One place may have got its backup in the same moment in which another failed.
    return bool(memory.failures) and done_ms <= memory.tried_ms <= now_ms + AHEAD_MS


def _failed(records: Iterable[BackupRecord], done_ms: int, now_ms: int) -> list[BackupRecord]:
    done_ms = _believed(done_ms, now_ms)
    return [
        record
        for record in records
        if not record.ok and record.cause == PLANNED and done_ms < record.at_ms <= now_ms + AHEAD_MS
    ]


def _believed(done_ms: int, now_ms: int) -> int:
    """What failed now came after a backup of the future, which was made before the clock was set back."""
    return done_ms if done_ms <= now_ms + AHEAD_MS else 0


def _latest(moments: Iterable[int], now_ms: int) -> int:
    known = [moment for moment in moments if moment > 0]
    believable = [moment for moment in known if moment <= now_ms + AHEAD_MS]
    return max(believable or known, default=0)
