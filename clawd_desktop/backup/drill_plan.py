"""Decides when a backup is tried out, and which one; does no I/O and takes the time as an argument."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from clawd_desktop.backup.retention import CLOCK_SLACK_MS, Held
from clawd_desktop.backup.schedule import Code, Decision, Past, Plan, Surroundings, decide

# Where the words for a backup do not fit.
_WHY: Mapping[Code, str] = MappingProxyType(
    {
        "off": "Backups are not tried out: that is switched off.",
        "running": "A backup is being tried out.",
        "first": "No backup was tried out yet.",
        "failed": "The last one could not be tried out; it is done again, each time a little later.",
        "retry": "The last one could not be tried out; it is done again.",
        "settling": "It begins a minute after the computer started, woke up or found its network.",
    }
)


@dataclass(frozen=True, slots=True)
class Drilled:
    """A backup that was tried out, when that ended and whether it came back whole."""

    backup: str
    destination: str
    ended_ms: int
    good: bool


def choose(backups: Iterable[Held], drills: Iterable[Drilled], now_ms: int) -> Held | None:
    """The newest backup of the destination that was tried longest ago; None when there is none.

    One whose time lies in the future is taken only where there is no other.
    """
    tried: dict[str, int] = {}
    for drill in drills:
        tried[drill.destination] = max(drill.ended_ms, tried.get(drill.destination, 0))
    # Of those that were tried at the same time, or never, the newest.
    return min(newest_of_each(backups, now_ms), key=lambda one: tried.get(one.destination, 0), default=None)


def newest_of_each(backups: Iterable[Held], now_ms: int) -> tuple[Held, ...]:
    """The newest backup of each destination, the newest of all first; one from the future where there is no other."""
    newest: dict[str, Held] = {}
    for backup in sorted(backups, key=lambda one: _order(one, now_ms)):
        newest[backup.destination] = backup
    return tuple(sorted(newest.values(), key=lambda one: _order(one, now_ms), reverse=True))


def decide_drill(
    plan: Plan, backups: Sequence[Held], drills: Sequence[Drilled], past: Past, around: Surroundings, now_ms: int
) -> Decision:
    """Whether to try one out now. `past` counts tries that could not be made; what was found counts as made.

    After a drill that found damage, the next backup that is made is tried at once.
    """
    chosen = choose(backups, drills, now_ms)
    if chosen is None:
        return Decision(False, None, "waiting", "There is no backup to try out yet.")
    last = max(drills, key=lambda one: one.ended_ms, default=None)
    done_ms = last.ended_ms if last is not None else 0
    found = decide(plan, dataclasses.replace(past, done_ms=done_ms), around, now_ms)
    if found.code in _WHY:
        return dataclasses.replace(found, why=_WHY[found.code])
    if found.code == "waiting" and last is not None and not last.good and _newer(backups, last):
        again = decide(plan, dataclasses.replace(past, done_ms=0), around, now_ms)
        why = "The last one that was tried out was damaged, and there is a newer one."
        return dataclasses.replace(again, why=why) if again.code == "first" else again
    return found


def _newer(backups: Iterable[Held], last: Drilled) -> bool:
    return any(one.destination == last.destination and one.created_ms > last.ended_ms for one in backups)


def _order(backup: Held, now_ms: int) -> tuple[bool, int, str]:
    return backup.created_ms <= now_ms + CLOCK_SLACK_MS, backup.created_ms, backup.id
