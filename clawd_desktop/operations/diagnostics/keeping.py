"""Keeps a copy of what a repair is about to change, so that every repair can be taken back by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.diagnostics.ground import Ground

FOLDER = "doctor-backups"
_LARGEST = 1024 * 1024 * 1024


def place(ground: Ground, finding_id: str) -> Path:
    """A folder of its own for the copies of one repair, made now. Raises StorageFault."""
    stem = f"{ground.clock.wall_ms()}-{finding_id}"
    folder = ground.paths.own / FOLDER / stem
    number = 1
    while folder.exists():
        folder = folder.with_name(f"{stem}-{number}")
        number += 1
    safeio.make_folder(folder)
    return folder


def copy(folder: Path, files: Sequence[Path]) -> None:
    """Copies of the files in the folder, and a note where they lay. Raises ClawdError; nothing else is then done."""
    for number, file in enumerate(files):
        safeio.write_file(folder / f"{number}-{file.name}", safeio.read_file(file, limit=_LARGEST))
    note(folder, {"files": [str(file) for file in files]})


def move(folder: Path, files: Sequence[Path]) -> None:
    """The files themselves into the folder. Raises StorageFault."""
    note(folder, {"files": [str(file) for file in files]})
    for number, file in enumerate(files):
        safeio.rename(file, folder / f"{number}-{file.name}")


def note_modes(folder: Path, modes: Mapping[Path, int]) -> None:
    """Write down the rights that files had. Raises StorageFault."""
    note(folder, {"modes": {str(path): f"{mode:o}" for path, mode in modes.items()}})


def note(folder: Path, facts: JsonObject) -> None:
    """Write down what a person needs to undo the repair. Raises StorageFault."""
    safeio.write_file(folder / "undo.json", json.dumps(facts, indent=2).encode() + b"\n")
