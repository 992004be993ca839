"""Finds all that the chosen areas hold, in the order in which it is to be read, and says what stays out and why."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from clawd_desktop import __version__
from clawd_desktop.backup import secrets_out
from clawd_desktop.backup.areas import (
    APPROVALS,
    AREAS,
    CONFIG,
    OTHER,
    READ_FIRST,
    SECRET,
    SECRETS,
    WORKSPACE,
    only_secrets_below,
    placed,
    placed_in_workspace,
)
from clawd_desktop.backup.gathering import Found, Gathering
from clawd_desktop.backup.ground import HISTORY, Ground
from clawd_desktop.backup.manifest import LeftOut, Root
from clawd_desktop.backup.seen_files import Stamp, rests, stamp_of
from clawd_desktop.backup.steady import Reading, steady
from clawd_desktop.backup.tree import Opener, walk
from clawd_desktop.config.paths import CONFIG_NAMES
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.safeio import explained, read_file

_BACKUPS = "Backups are not part of a backup."
_OWN = "It is a folder of this program that is made again when it is needed."


@dataclass(frozen=True, slots=True)
class Collected:
    """All that was found, what is left out, and what a person should know.

    `values` are secrets to be taken out. `rules` stands for what is taken out of files: as long as it is the same, a
    file that held nothing of that holds nothing of it; "" when that cannot be known.
    """

    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...]
    roots: tuple[Root, ...]
    warnings: tuple[str, ...]
    values: frozenset[str] = field(default=frozenset(), repr=False)
    rules: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.entry.size for one in self.found)


def area_names(ground: Ground) -> tuple[str, ...]:
    """All areas of this computer, in the order of the table."""
    names: list[str] = []
    for area in AREAS:
        names += [f"{WORKSPACE}-{agent}" for agent in ground.workspaces] if area.name == WORKSPACE else [area.name]
    return tuple(names)


def collect(ground: Ground, areas: Collection[str] = (), *, secrets: bool = False) -> Collected:
    """What the areas hold (none named: all of them). Without `secrets` those stay out, whole or marked to be cleaned.

    Indexes are read here, for they must be older than the files that are listed (see READ_FIRST).
    Raises BadInput for an area that there is not, StorageFault when the state folder cannot be listed.
    """
    known = area_names(ground)
    if strange := [name for name in areas if name not in known]:
        raise BadInput(f"There is no area {', '.join(strange)}.", hint=f"Choose among {', '.join(known)}.")
    collector = _Collector(ground, Gathering(frozenset(areas or known), secrets=secrets))
    collector.config()
    collector.approvals()
    collector.state()
    for agent in ground.workspaces:
        collector.workspace(f"{WORKSPACE}-{agent}")
    return collector.collected(known)


class _Collector:
    def __init__(self, ground: Ground, gathering: Gathering) -> None:
        self._ground = ground
        self._into = gathering
        self._state = _real(ground.paths.state)
        self._config = _real(ground.paths.config_file.parent)
        self._explicit: set[Path] = set()
        self._apart = _apart(ground)
        self._values: set[str] = set()
        self._sources: list[Stamp] = []
        # By the clock that files get their times from.
        self._began_ns = time.time_ns()

    def config(self) -> None:
        """The configuration, its copies and what it includes; a link there is followed, for a person put it there."""
        file = self._ground.paths.config_file
        beside = [path for name in CONFIG_NAMES for path in sorted(self._config.glob(f"{name}*"))]
        for path in dict.fromkeys((self._config / file.name, *beside, *self._ground.included)):
            inside = _below(path, self._config) or _below(_real(path), self._config)
            if inside and (path == self._config / file.name or not placed(inside).reason):
                self._explicit.add(self._config / inside)
                if not self._into.add(CONFIG, inside, path) and path.name != file.name:
                    self._into.warnings.append(f"config: {path}, which the configuration includes, is not there.")
        if not self._into.secrets:
            history = sorted((self._state / HISTORY).glob("*.json5"))
            for path in (*sorted(self._explicit), *history):
                with contextlib.suppress(ClawdError, OSError):
                    stamp = stamp_of(path, path.stat())
                    self._values |= secrets_out.secret_values(read_file(path))
                    self._sources.append(stamp)

    def approvals(self) -> None:
        """The file of approvals, when it does not lie in the state folder."""
        file = self._ground.paths.exec_approvals
        if _real(file.parent) != self._state:
            self._into.add(APPROVALS, file.name, file)

    def state(self) -> None:
        """All that lies in the state folder."""
        if not self._state.is_dir():
            return
        indexes, explicit = self._indexes(), self._explicit_in(self._state)
        with explained(self._state, "list"):
            for seen in walk(self._state, self._enters_state):
                there = placed(seen.path)
                if os.path.normcase(seen.path) in explicit:
                    continue
                if not there.area:
                    self._into.leave(OTHER, seen.path, there.reason)
                    continue
                index = indexes.get(seen.path)
                if index is not None:
                    # Of its own time too: transcripts that are younger are looked for by who reads it.
                    seen = replace(seen, facts=index.facts)
                data = index.data if index and isinstance(index.data, bytes) else None
                self._into.see(self._area(there.area, seen.path), seen, self._state, data)

    def _area(self, area: str, path: str) -> str:
        """What lies in the state folder and is not in force there, for the configuration lies elsewhere, is other."""
        strange = area == CONFIG and self._config != self._state and path.split("/")[0] != HISTORY
        return OTHER if strange or (APPROVALS, path) in self._into.found else area

    def _enters_state(self, path: str) -> bool:
        if not self._enters(OTHER, self._state, path):
            return False
        there = placed(path)
        if not there.area:
            self._into.leave(OTHER, path, there.reason)
            return False
        if there.area == SECRETS and not self._into.secrets and only_secrets_below(path):
            self._into.leave(SECRETS, path, SECRET)
            return False
        return True

    def _enters(self, area: str, root: Path, path: str) -> bool:
        reason = self._apart.get(root / path)
        if reason:
            self._into.leave(area, path, reason)
        return reason is None

    def _indexes(self) -> dict[str, Reading]:
        """What says what other files hold, by path: all that it names is then among what is listed afterwards."""
        found: dict[str, Reading] = {}
        with Opener(self._state) as opener:
            for file in (file for area, claim in READ_FIRST if area in self._into.wanted
                         for file in sorted(self._state.glob(claim))):  # fmt: skip
                path = file.relative_to(self._state).as_posix()
                with contextlib.suppress(OSError), contextlib.closing(steady(opener, path)) as reading:
                    if isinstance(reading.data, bytes):
                        found[path] = reading
        return found

    def workspace(self, area: str) -> None:
        """All that lies in the folder of an agent."""
        root = _real(self._ground.root(area))
        if area not in self._into.wanted or root == self._state:
            return
        if not root.is_dir():
            # The usual one is made when it is first needed; one that somebody named may be on a disk that is away.
            usual = (self._ground.paths.workspace, self._ground.paths.home / "clawd")
            self._into.leave(area, ".", f"There is no folder {root}.", warn=root not in map(_real, usual))
            return
        explicit = self._explicit_in(root)
        enters: Callable[[str], bool] = lambda path: self._enters(area, root, path)  # noqa: E731
        try:
            for seen in walk(root, enters):
                there = placed_in_workspace(area, seen.path)
                if there.reason:
                    self._into.leave(area, seen.path, there.reason)
                elif os.path.normcase(seen.path) not in explicit:
                    self._into.see(area, seen, root)
        except OSError as error:
            self._into.leave(area, "", f"The folder {root} cannot be listed: {error.strerror}.", warn=True)

    def _explicit_in(self, root: Path) -> frozenset[str]:
        """What of the configuration lies below the root: it is taken already."""
        return frozenset(os.path.normcase(inside) for path in self._explicit if (inside := _below(path, root)))

    def collected(self, known: tuple[str, ...]) -> Collected:
        """All in the order of the areas."""
        order = {name: number for number, name in enumerate(known)}
        found = sorted(self._into.found.values(), key=lambda one: order[one.entry.area])
        filled = {one.entry.area for one in found}
        roots = tuple(Root(name, str(self._ground.root(name))) for name in known if name in filled)
        left_out, warnings = tuple(self._into.left_out), self._into.summed_up()
        return Collected(tuple(found), left_out, roots, warnings, frozenset(self._values), self._rules())

    def _rules(self) -> str:
        """Another one for each version of the program, and when a file was touched in which secrets were looked for."""
        if self._into.secrets or not all(rests(stamp, self._began_ns) for stamp in self._sources):
            return ""
        return hashlib.sha256(repr((__version__, self._sources)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _apart(ground: Ground) -> dict[Path, str]:
    """Folders that are not entered, with the reason; "" for those that come in another area."""
    paths = ground.paths
    own = {_real(folder): _OWN for folder in (paths.logs, paths.cache, paths.run)}
    elsewhere = {_real(folder): "" for folder in (paths.state, *ground.workspaces.values())}
    return own | elsewhere | {_real(folder): _BACKUPS for folder in ground.backup_folders}


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _below(path: Path, folder: Path) -> str:
    """The path relative to the folder, "" when it does not lie below it."""
    return path.relative_to(folder).as_posix() if path != folder and path.is_relative_to(folder) else ""
