"""Real trees to swap, calls that break where they are told to, and a look at all that lies below a folder."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clawd_desktop.backup import swap
from clawd_desktop.backup.present import scan
from clawd_desktop.backup.swap_journal import Journal, Root, Step
from clawd_desktop.backup.swap_units import Plan, plan
from clawd_desktop.core import moving, safeio

UNBROKEN = 1 << 60
AT_MS = 1_760_000_000_000
CHANGING = (
    "open", "write", "fsync", "truncate", "replace", "unlink", "remove_tree", "open_at", "make_folder_at", "link_at",
    "settle", "sync_disk", "remove_empty", "move",
    "change_mode", "sync_descriptor", "sync_folder",
)  # fmt: skip
Seen = dict[str, tuple[str, int, bytes]]


class Killed(BaseException):
    """The process is gone: nothing that comes after it has an effect."""


class Breaking(safeio.Calls):
    """The real calls, of which the `at`-th (from 1) fails: with `error`, or as if the process were killed there.

    After a kill every later call fails as well; after an error only with `lasting`.
    """

    def __init__(self, at: int, error: int = 0, *, lasting: bool = False) -> None:
        self.at, self.error, self.lasting = at, error, lasting
        self.done = 0

    @property
    def broke(self) -> bool:
        """Whether it came to that call."""
        return self.done >= self.at

    def step(self) -> None:
        self.done += 1
        if self.done == self.at or (self.done > self.at and (self.lasting or not self.error)):
            raise OSError(self.error, os.strerror(self.error)) if self.error else Killed


def _breaking(name: str) -> Callable[..., Any]:
    def call(self: Breaking, *arguments: Any) -> Any:
        self.step()
        # Only a power cut tells whether something was synced, and the syncs of a real disk take minutes here.
        return None if "sync" in name else getattr(safeio.Calls, name)(self, *arguments)

    return call


for _name in CHANGING:
    setattr(Breaking, _name, _breaking(_name))


@contextlib.contextmanager
def breaking(at: int, error: int = 0, *, lasting: bool = False) -> Iterator[Breaking]:
    """Breaking calls in the place of the real ones while the block runs; a kill ends the block."""
    real, broken = safeio.calls, Breaking(at, error, lasting=lasting)
    safeio.calls = broken
    try:
        yield broken
    except Killed:
        pass
    finally:
        safeio.calls = real


def write_tree(root: Path, tree: dict[str, str | None]) -> None:
    """Write files with these texts; None is an empty folder, a text that begins with "->" makes a link."""
    for path, text in tree.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            target.mkdir(parents=True, exist_ok=True)
        elif text.startswith("->"):
            target.symlink_to(text[2:])
        else:
            target.write_text(text)


def seen(root: Path, *, without: str = "undo") -> Seen:
    """Everything below the folder with its rights and what it holds, but for the folder named `without`."""
    found: Seen = {}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != without]
        for name in (*names, *files):
            path = Path(folder, name)
            status = path.lstat()
            kind = "link" if path.is_symlink() else "folder" if path.is_dir() else "file"
            held = os.fsencode(os.readlink(path)) if kind == "link" else path.read_bytes() if kind == "file" else b""
            mode = 0 if kind == "link" else stat.S_IMODE(status.st_mode)
            found[os.path.relpath(path, root)] = (kind, mode, held)
    return found


def texts(root: Path) -> dict[str, str | None]:
    """The tree as `write_tree` takes it: files, links and empty folders."""
    found = seen(root)
    filled = {os.path.dirname(path) for path in found}
    return {
        path: None if kind == "folder" else f"->{held.decode()}" if kind == "link" else held.decode()
        for path, (kind, _, held) in found.items()
        if kind != "folder" or path not in filled
    }


def planned(root: Path, new: Path, chosen: Callable[[str], bool]) -> Plan:
    """What a swap of the two trees moves; `chosen` says it of each path that is there."""
    now = {path: here.kind for path, here in scan(root, ()).items() if path.split("/")[0] != "undo"}
    there = {path: here.kind for path, here in scan(new, ()).items()}
    return plan(now, there, {path for path in now if chosen(path)})


def staged(root: Path, undo: Path, name: str, new: dict[str, str | None], chosen: Callable[[str], bool]) -> Journal:
    """Write what comes to the shelf, as the journal of a swap that has not begun."""
    shelf = swap.shelf_for(root, undo)
    moving.make_durable_folder(shelf / name / swap.NEW)
    write_tree(shelf / name / swap.NEW, new)
    units = planned(root, shelf / name / swap.NEW, chosen).units
    steps = tuple(
        Step(
            0, unit.path,
            f"{name}/{swap.KEPT}/{number}" if unit.takes else "",
            f"{name}/{swap.NEW}/{unit.path}" if unit.puts else "",
        )
        for number, unit in enumerate(units)
    )  # fmt: skip
    made = moving.missing_folders(root)
    return Journal(name, "staging", AT_MS, "a backup", ("sessions",), (Root(root, shelf, made),), steps)
