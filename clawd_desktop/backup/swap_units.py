"""Decides what a swap moves: the highest folders that hold nothing but what was chosen; does no I/O.

Several areas of a backup lie below one folder, and next to things that no backup holds: sessions and credentials of
one agent share `agents/main`, a workspace may lie inside the state folder, and the state folder itself holds the lock
and the undo folder. So an area is not moved as one. The rule, for each folder that areas lie in (a root):

1. Everything that lies there now is "mine" (chosen: it is to be replaced) or "foreign" (another area's, left out by
   name, or nobody's). A folder that holds something foreign, at any depth, is foreign.
2. A path is one unit when it is mine with all that is below it: it is moved aside, and what the backup has under that
   name, if anything, comes in its place. So what only the present has is moved aside too: it "would be lost".
3. A path that is not there now is one unit as well: it only comes.
4. A foreign folder stays, whatever the backup says of it; the rule is applied to each name in it. The root is always
   taken as foreign: it may be where a disk is mounted, and programs stand in it.
5. Where the backup has a folder and a foreign file or link stands, or the other way round, nothing can be moved: that
   is a clash, and the whole swap is refused.

No unit lies below another, so that they may be moved in any order and taken back in any order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

# What stands at a path: "other" is a pipe, a socket or a device.
Kind: TypeAlias = Literal["file", "folder", "link", "other"]
# Files that belong to the file they are named after: the logs of a database, and the seal that says what it holds.
COMPANIONS = ("-wal", "-shm", "-journal", ".seal")


@dataclass(frozen=True, slots=True)
class Unit:
    """One path that is moved as a whole: what stands there goes (`takes`), what the backup has comes (`puts`)."""

    path: str
    takes: bool
    puts: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The units, and the paths at which the rule does not allow what was asked for."""

    units: tuple[Unit, ...]
    clashes: tuple[str, ...]


def plan(now: Mapping[str, Kind], new: Mapping[str, Kind], mine: Collection[str]) -> Plan:
    """Apply the rule to one root. All paths are relative to it, with "/"; each folder on the way stands in its map."""
    foreign = {above for path in now if path not in mine for above in (path, *above_of(path))}
    inside_now, inside_new = _children(now), _children(new)
    units: list[Unit] = []
    clashes: list[str] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for path in sorted(inside_now.get(folder, set()) | inside_new.get(folder, set())):
            if path not in foreign:
                units.append(Unit(path, path in now, path in new))
            elif now[path] == "folder" and new.get(path, "folder") == "folder":
                waiting.append(path)
            elif path in new:
                clashes.append(path)
    return Plan(tuple(sorted(units, key=lambda unit: unit.path)), tuple(sorted(clashes)))


def above_of(path: str) -> Iterator[str]:
    """The folders that a path lies in, from the inside out; the root itself is none of them."""
    while path := path.rpartition("/")[0]:
        yield path


def with_companions(paths: Iterable[str], now: Collection[str]) -> set[str]:
    """The paths and those of `now` that belong to one of them."""
    found = set(paths)
    return found | {path + end for path in found for end in COMPANIONS if path + end in now}


def _children(tree: Iterable[str]) -> dict[str, set[str]]:
    inside: dict[str, set[str]] = {}
    for path in tree:
        inside.setdefault(path.rpartition("/")[0], set()).add(path)
    return inside
