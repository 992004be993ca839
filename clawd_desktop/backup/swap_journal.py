"""The journal of a swap: written before the first rename, so that an interrupted one can be finished or taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from clawd_desktop.core import moving, safeio
from clawd_desktop.core.errors import NotFound, Unreadable
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text

FORMAT = "clawd-desktop-swap"
SCHEMA = 1
FILE = "journal.json"
_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_PATH = re.compile(r"(?!/)(?!(?:.*/)?\.{1,2}(?:/|$))[^\0]+", re.S)

# staging: new files are being written, nothing was touched. swapping: renames are under way. done: all is new, the old
# is kept. void: nothing of it counts any more, what is left of it may be removed.
Phase: TypeAlias = Literal["staging", "swapping", "done", "void"]
_PHASES: tuple[Phase, ...] = ("staging", "swapping", "done", "void")


@dataclass(frozen=True, slots=True)
class Root:
    """A folder in which things are swapped.

    `shelf` is the folder on the same disk for what comes and goes. `made` are the folders that were missing for it.
    """

    folder: Path
    shelf: Path
    made: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One unit: `path` is below root number `root`, `kept` and `put` are below its shelf, "" when there is none.

    `mode` and `put_mode` are the rights of folders, which a move may have to change for a moment; -1 elsewhere.
    """

    root: int
    path: str
    kept: str
    put: str
    mode: int = -1
    put_mode: int = -1


@dataclass(frozen=True, slots=True)
class Journal:
    """One swap. `at_ms` is since the epoch, `what` and `areas` are for people, `undoes` is the id of what it undoes.

    `takes_back` says that what a restore brought went with it: not so when it undoes the undoing of one.
    """

    id: str
    phase: Phase
    at_ms: int
    what: str
    areas: tuple[str, ...]
    roots: tuple[Root, ...]
    steps: tuple[Step, ...] = ()
    undoes: str = ""
    takes_back: bool = False

    def shelves(self) -> tuple[Path, ...]:
        """The folders of this swap on the shelves, each once; the journal's own is not among them."""
        return tuple(dict.fromkeys(root.shelf / self.id for root in self.roots))

    def marked(self, phase: Phase) -> Journal:
        """The same swap in another phase."""
        return replace(self, phase=phase)


def write(undo: Path, journal: Journal) -> None:
    """Write it durably into its folder below `undo`. Raises StorageFault; what stood there then still stands."""
    moving.make_durable_folder(undo / journal.id)
    safeio.write_file(undo / journal.id / FILE, encode(journal))


def read(undo: Path, name: str) -> Journal:
    """The journal of that id. Raises NotFound when there is none, Unreadable, StorageFault."""
    path = undo / name / FILE
    if _ID.fullmatch(name) is None:
        raise NotFound(f"There is nothing to take back under {name!r}.")
    data = safeio.read_file(path)
    try:
        journal = decode(data)
        if journal.id != name:
            raise ValueError("it belongs to another folder")
    except ValueError as error:
        raise Unreadable(
            f"{path} is no journal of a restore: {error}.",
            path=str(path),
            hint="It and its folder are left as they are.",
        ) from error
    return journal


def names(undo: Path) -> Iterator[str]:
    """The ids that have a folder, oldest name first; links are none. Raises StorageFault."""
    if undo.is_dir():
        with safeio.explained(undo, "read"):
            folders = sorted(undo.iterdir())
        yield from (path.name for path in folders if path.is_dir() and not path.is_symlink())


def encode(journal: Journal) -> bytes:
    """The JSON of it. Names that are no UTF-8 stand in it as lone surrogates, escaped."""
    return json.dumps(
        {
            "format": FORMAT, "schema": SCHEMA, "id": journal.id, "phase": journal.phase, "atMs": journal.at_ms,
            "what": journal.what, "areas": list(journal.areas), "undoes": journal.undoes,
            "takesBack": journal.takes_back,
            "roots": [
                {"folder": str(root.folder), "shelf": str(root.shelf), "made": [str(path) for path in root.made]}
                for root in journal.roots
            ],
            "steps": [
                [step.root, step.path, step.kept, step.put, step.mode, step.put_mode] for step in journal.steps
            ],
        },
        ensure_ascii=True,
    ).encode("ascii")  # fmt: skip


def decode(data: bytes) -> Journal:
    """The journal of that JSON. Raises ValueError, which says what is wrong."""
    wire = as_object(json.loads(data))
    if wire.get("format") != FORMAT:
        raise ValueError("it is none of this program")
    if as_int(wire.get("schema")) != SCHEMA:
        raise ValueError("it was written by another version of this program")
    phase = next((one for one in _PHASES if one == wire.get("phase")), None)
    roots = tuple(_root(as_object(root)) for root in as_list(wire.get("roots")))
    name = as_text(wire.get("id"))
    if phase is None or _ID.fullmatch(name) is None:
        raise ValueError("it has no phase or no id")
    return Journal(
        id=name,
        phase=phase,
        at_ms=as_int(wire.get("atMs")),
        what=as_text(wire.get("what")),
        areas=tuple(as_text(area) for area in as_list(wire.get("areas"))),
        roots=roots,
        steps=tuple(_step(as_list(step), len(roots)) for step in as_list(wire.get("steps"))),
        undoes=as_text(wire.get("undoes")),
        takes_back=wire.get("takesBack", bool(wire.get("undoes"))) is True,
    )


def _root(wire: JsonObject) -> Root:
    folder, shelf = Path(as_text(wire.get("folder"))), Path(as_text(wire.get("shelf")))
    made = tuple(Path(as_text(path)) for path in as_list(wire.get("made")))
    if not all(path.is_absolute() for path in (folder, shelf, *made)):
        raise ValueError("it names a folder that is not absolute")
    return Root(folder, shelf, made)


def _step(wire: list[JsonValue], roots: int) -> Step:
    if len(wire) != 6:
        raise ValueError("one of its steps is incomplete")
    path, kept, put = (as_text(value) for value in wire[1:4])
    root, mode, put_mode = (as_int(wire[place], -2) for place in (0, 4, 5))
    if not 0 <= root < roots or any(part and _PATH.fullmatch(part) is None for part in (path, kept, put)) or not path:
        raise ValueError("one of its steps leads out of its folder")
    if not (-1 <= mode <= 0o7777 and -1 <= put_mode <= 0o7777):
        raise ValueError("one of its steps has rights that cannot be")
    return Step(root, path, kept, put, mode, put_mode)
