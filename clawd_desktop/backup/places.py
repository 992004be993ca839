"""Decides where each area of a backup lands on this computer, and what there belongs to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from clawd_desktop.backup.areas import APPROVALS, AREAS, CONFIG, OTHER, WORKSPACE, placed, placed_in_workspace
from clawd_desktop.backup.ground import HISTORY, Ground, workspaces_of
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.present import UNDO, Place
from clawd_desktop.backup.secrets_out import is_json
from clawd_desktop.backup.targets import without_password
from clawd_desktop.config.paths import APP, CONFIG_NAMES
from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.safeio import read_file

# What is run, or told how to run, by its place.
_OF_HOME = frozenset({"appdata", "bin", "library"})
_OF_SYSTEM = frozenset(
    {
        "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "root", "run", "sbin", "sys",
        "usr", "var", "applications", "library", "private", "system", "windows", "program files",
        "program files (x86)", "programdata",
    }
)  # fmt: skip
# Where desktops of Linux mount disks.
_DISKS = ("run", "media")


def places_of(ground: Ground, manifest: Manifest) -> tuple[Place, ...]:
    """The places of all areas. An area may have two, of which the first that owns a path has it.

    A file that the configuration of the backup includes lands where it lay; it must be one that no other area claims.
    """
    state, config = _real(ground.paths.state), _real(ground.paths.config_file.parent)
    included = {path for one in ground.included if (path := _below(_real(one), config))}
    included |= {
        entry.path
        for entry in manifest.of(CONFIG)
        if (placed(entry.path).area in (CONFIG, OTHER) if config == state else _is_part(entry.path))
    }
    beside = included | {ground.paths.config_file.name}

    def in_config(path: str) -> bool:
        return path in beside or path.partition(".json")[0] + ".json" in CONFIG_NAMES and "/" not in path

    def in_state(path: str) -> str:
        if config == state and path in beside:
            return CONFIG
        area = placed(path).area
        if area == CONFIG and config != state and path.split("/")[0] != HISTORY:
            return OTHER
        return OTHER if area == APPROVALS and apart and path == approvals.name else area

    approvals = ground.paths.exec_approvals
    apart = _real(approvals.parent) != state
    found = [Place(CONFIG, config, in_config)] if config != state else []
    if apart:
        found.append(Place(APPROVALS, _real(approvals.parent), lambda path: path == approvals.name))
    found += [Place(area.name, state, _is(in_state, area.name)) for area in AREAS if area.name != WORKSPACE]
    for agent, folder in ground.workspaces.items():
        name, root = f"{WORKSPACE}-{agent}", _real(folder)
        if root != state:
            found.append(Place(name, root, _in_workspace(name)))
    return tuple(found)


def kept_apart(ground: Ground, places: tuple[Place, ...]) -> frozenset[Path]:
    """Folders in which nothing is ever replaced by way of a folder above: other places, and what is no state."""
    paths = ground.paths
    folders = {paths.logs, paths.cache, paths.run, paths.own / UNDO, *ground.backup_folders}
    roots = {place.root for place in places}
    return frozenset({_real(folder) for folder in folders} | roots)


def on_fresh(ground: Ground, restored: Path, environ: Mapping[str, str]) -> Ground:
    """The ground of a computer without a configuration, with the workspaces that the restored one names.

    `restored` is the folder that it was written to. What cannot be understood changes nothing.
    """
    config = config_in(ground, restored, environ)
    if config is None:
        return ground
    named = workspaces_of(config, ground.paths)
    return replace(ground, workspaces={agent: one for agent, one in named.items() if may_be_worked_in(one, ground)})


def config_in(ground: Ground, folder: Path, environ: Mapping[str, str]) -> Config | None:
    """The configuration in that folder, None when there is none or it cannot be understood."""
    from clawd_desktop.config.pipeline import load

    names = (ground.paths.config_file.name, *CONFIG_NAMES)
    file = next((folder / name for name in names if (folder / name).is_file()), None)
    if file is None:
        return None
    try:
        return load(read_file(file).decode("utf-8", "replace"), file, environ, read_file).config
    except ClawdError:
        return None


def newly_named(ground: Ground, restored: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Where a restored configuration has backups sent and agents work that the present one does not: for a person,
    who may have the backup from somebody else."""
    new, now = (config_in(ground, folder, environ) for folder in (restored, ground.paths.config_file.parent))
    if new is None:
        return
    known = {(one.kind, one.path, one.repository) for one in now.backup.destinations} if now else set()
    for one in new.backup.destinations:
        if (one.kind, one.path, one.repository) not in known:
            where = without_password(one.repository or one.path or "")
            yield f"The restored configuration has backups sent to {where}."
    for agent, folder in workspaces_of(new, ground.paths).items():
        if ground.workspaces.get(agent) != folder and not may_be_worked_in(folder, ground):
            yield f"The restored configuration lets {agent} work in {folder}."


def may_be_worked_in(folder: Path, ground: Ground) -> bool:
    """Whether a backup may name this folder for an agent, as nobody on this computer has named it yet.

    Not the home itself or what lies above it, not hidden folders (keys, settings, what starts by itself), not the
    system's, and of the state folder nothing that this program uses itself.
    """
    real, state, home = _real(folder), _real(ground.paths.state), _real(ground.paths.home)
    apart = (ground.paths.backups, ground.paths.cache, ground.paths.logs, ground.paths.run, *ground.backup_folders)
    if home.is_relative_to(real) or state.is_relative_to(real) or any(real.is_relative_to(_real(one)) for one in apart):
        return False
    if real.is_relative_to(state):
        inside = real.relative_to(state).parts
        return inside[0] != APP and (inside[-1].startswith(WORKSPACE) or placed("/".join(inside)).area == OTHER)
    at_home = real.is_relative_to(home)
    inside = real.relative_to(home if at_home else real.anchor).parts
    taken = _OF_HOME if at_home else _OF_SYSTEM
    is_free = inside[0].casefold() not in taken or (not at_home and inside[:2] == _DISKS)
    return is_free and not any(name.startswith(".") for name in inside)


def _is_part(path: str) -> bool:
    """Whether a file beside a configuration that lies anywhere, as in the home, can be a part of it."""
    return is_json(path) and not any(name.startswith(".") for name in path.split("/"))


def _is(owner: Callable[[str], str], area: str) -> Callable[[str], bool]:
    return lambda path: owner(path) == area


def _in_workspace(area: str) -> Callable[[str], bool]:
    return lambda path: not placed_in_workspace(area, path).reason


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path != folder and path.is_relative_to(folder) else ""
