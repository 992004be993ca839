"""Understands whose archive a foreign one is and which folder in it was what; does no I/O.

Sources: OpenClaw's documentation of `openclaw backup` (manifest of schema 1, archive layout), and the backup script of
the course (`cp -r` of the state folder, the workspace and the sessions into one folder, named by the time).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

import orjson

from clawd_desktop.backup.manifest import Damaged, TooNew
from clawd_desktop.config.paths import CONFIG_NAMES
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text

Kind: TypeAlias = Literal["openclaw", "course"]
LIST_NAME = "manifest.json"
MOST_LIST_BYTES = 4 << 20
_MOST_PARTS = 1_000
_STAMP = re.compile(r"\d{8}_\d{6}")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SYSTEMS = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of the archive, or a single file, and what it was: `was` is where it lay on the other computer.

    The state folder, or what lay in it at `below`; the workspace of `agent`; the file of the configuration; or
    something that has no place here, for the `reason`.
    """

    prefix: str
    what: Literal["state", "workspace", "config", "none"]
    below: str = ""
    agent: str = ""
    reason: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose archive it is. `config` is the configuration in force, as a path below the state folder ("": none there).

    Of two parts that hold the same thing, the first one counts. `skipped` is what its maker left out, with reasons.
    """

    kind: Kind
    created_ms: int
    version: str
    system: str
    note: str
    parts: tuple[Part, ...]
    config: str = ""
    skipped: tuple[tuple[str, str], ...] = ()

    def was(self, area: str) -> str:
        """Where an area lay on the other computer, for a person to read; "" when nobody knows."""
        for part in self.parts:
            if part.what == "workspace" and area == f"workspace-{part.agent}":
                return part.was
        return next((part.was for part in self.parts if part.what in ("state", "config") and not part.below), "")


def kind_of(paths: Collection[str]) -> Kind:
    """Whose archive holds these members. Raises Damaged when it is nobody's that is known here, or has two lists."""
    lists = [path for path in paths if path.count("/") == 1 and path.endswith(f"/{LIST_NAME}")]
    tops = {path.split("/", 1)[0] for path in paths}
    if len(tops) != 1:
        raise Damaged("it does not hold one folder with all the rest, so it is not one of a backup")
    if len(lists) == 1:
        return "openclaw"
    if _STAMP.fullmatch(next(iter(tops))) and len(lists) == 0:
        return "course"
    raise Damaged("it is neither of `openclaw backup create` nor of the backup script of the course")


def course(paths: Collection[str], agent: str, zone: tzinfo | None) -> Origin:
    """What an archive of the course's script holds; `agent` is whose workspace it was. Raises Damaged for another."""
    top = next(iter(paths)).split("/", 1)[0]
    known = {f"{top}/{name}" for name in ("config", "workspace", "sessions")}
    strange = {"/".join(path.split("/")[:2]) for path in paths} - known - {top}
    if strange:
        raise Damaged(f"it holds {min(strange)!r}, which the backup script does not write")
    try:
        created = datetime.strptime(top, "%Y%m%d_%H%M%S").replace(tzinfo=zone)
        created_ms = round(created.timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as error:
        raise Damaged(f"{top!r} is no time") from error
    config = next((name for name in CONFIG_NAMES if f"{top}/config/{name}" in paths), "")
    parts = (
        Part(f"{top}/config", "state", was="~/.clawdbot"),
        Part(f"{top}/workspace", "workspace", agent=agent, was="~/clawd"),
        Part(f"{top}/sessions", "state", "agents", was="~/.clawdbot/state/agents"),
    )
    return Origin("course", created_ms, "", "", "Made by the backup script of the course.", parts, config)


def openclaw(data: bytes, paths: Collection[str], agent: str) -> Origin:
    """What the list of an archive of `openclaw backup create` says; `agent` is whose workspace an unnamed one is.

    Raises Damaged when it is broken or does not fit the members, TooNew for a later form.
    """
    try:
        wire = as_object(orjson.loads(data))
    except orjson.JSONDecodeError as error:
        raise Damaged(f"its list is no JSON ({error})") from error
    if (schema := wire.get("schemaVersion")) != 1 or isinstance(schema, bool):
        if as_int(schema) > 1:
            raise TooNew(f"its list has the form {as_int(schema)}, and this version of the program reads 1")
        raise Damaged("its list has no form that is known")
    root = as_text(wire.get("archiveRoot"))
    if f"{root}/{LIST_NAME}" not in paths:
        raise Damaged("its list speaks of another folder than the one it lies in")
    parts = _parts(wire, root, agent)
    _check_parts(parts, root, paths)
    where = as_object(wire.get("paths"))
    version = as_text(wire.get("runtimeVersion"), "unknown")
    platform = as_text(wire.get("platform"))
    return Origin(
        "openclaw", _created_ms(as_text(wire.get("createdAt"))), f"OpenClaw {version[:80]}",
        _SYSTEMS.get(platform, platform[:80]), "Made by `openclaw backup create`.", parts,
        _below(as_text(where.get("stateDir")), as_text(where.get("configPath"))) or "", _skipped(wire),
    )  # fmt: skip


def _parts(wire: JsonObject, root: str, agent: str) -> tuple[Part, ...]:
    assets = [as_object(asset) for asset in as_list(wire.get("assets"))]
    folders = [as_text(one) for one in as_list(as_object(wire.get("paths")).get("workspaceDirs"))]
    if not assets or len(assets) + len(folders) > _MOST_PARTS:
        raise Damaged("its list names nothing, or too much")
    agents = _agents([*folders, *(as_text(one.get("sourcePath")) for one in assets if _is(one, "workspace"))], agent)
    found = [_part(asset, agents) for asset in assets]
    for asset in assets:
        source, prefix = as_text(asset.get("sourcePath")), as_text(asset.get("archivePath")).rstrip("/")
        for folder in dict.fromkeys(folders) if _is(asset, "state") else ():
            # A workspace in the state folder is part of it, and a workspace here all the same.
            if inner := _below(source, folder):
                found.append(Part(f"{prefix}/{inner}", "workspace", agent=agents[folder], was=folder))
    return tuple(found)


def _part(asset: JsonObject, agents: dict[str, str]) -> Part:
    kind, source = as_text(asset.get("kind")), as_text(asset.get("sourcePath"))
    prefix = as_text(asset.get("archivePath")).rstrip("/")
    if not kind or not source or not prefix:
        raise Damaged("its list names something without saying what and where it is")
    if kind == "state":
        return Part(prefix, "state", was=source)
    if kind == "credentials":
        return Part(prefix, "state", "credentials", was=source)
    if kind == "config":
        return Part(prefix, "config", was=source)
    if kind == "workspace":
        return Part(prefix, "workspace", agent=agents[source], was=source)
    return Part(prefix, "none", reason=f"This program has no place for OpenClaw's {kind[:40]!r}.", was=source)


def _check_parts(parts: tuple[Part, ...], root: str, paths: Collection[str]) -> None:
    holders: set[str] = set(paths)
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in holders:
            holders.add(path)
    if len({part.prefix for part in parts}) < len(parts):
        raise Damaged("its list names a place twice")
    for part in parts:
        if not part.prefix.startswith(f"{root}/payload/"):
            raise Damaged(f"its list names {part.prefix!r}, which lies outside of its payload")
        # Workspaces in the state folder need not be there; what stands in the list by itself must.
        if part.prefix not in holders and not (part.what == "workspace" and _inside(part.prefix, parts)):
            raise Damaged(f"{part.prefix!r} stands in its list and is not in it")


def _inside(prefix: str, parts: tuple[Part, ...]) -> bool:
    return any(part.what == "state" and prefix.startswith(f"{part.prefix}/") for part in parts)


def _agents(folders: list[str], usual: str) -> dict[str, str]:
    """Whose workspace each folder is, by its name: "workspace-work" is work's, and the first other the usual agent's.

    Source: OpenClaw's documentation of agent workspaces.
    """
    found: dict[str, str] = {}
    for folder in folders:
        if folder in found:
            continue
        name = re.split(r"[\\/]", folder.rstrip("\\/"))[-1].lower()
        slug = re.sub(r"[^a-z0-9_-]+", "-", name.removeprefix("workspace-")).strip("-")[:40] or "other"
        plain = not name.startswith("workspace-") and usual not in found.values()
        same = sum(one == slug or one.startswith(f"{slug}-") for one in found.values())
        found[folder] = usual if plain else f"{slug}-{same + 1}" if same else slug
    return found


def _skipped(wire: JsonObject) -> tuple[tuple[str, str], ...]:
    rows = [as_object(row) for row in as_list(wire.get("skipped"))[:_MOST_PARTS]]
    return tuple(
        (as_text(row.get("sourcePath")), as_text(row.get("reason"), "unknown")[:80])
        for row in rows if as_text(row.get("sourcePath")) and row.get("reason") != "covered"
    )  # fmt: skip


def _is(asset: JsonObject, kind: str) -> bool:
    return asset.get("kind") == kind


def _below(folder: str, path: str) -> str | None:
    """The path relative to the folder, with "/"; None when it is not below it."""
    if _DRIVE.match(folder):
        folder, path = folder.replace("\\", "/"), path.replace("\\", "/")
    start = folder.rstrip("/") + "/"
    return path.rstrip("/").removeprefix(start) if folder and path.startswith(start) else None


def _created_ms(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        return round(moment.timestamp() * 1000) if moment.tzinfo else 0
    except (ValueError, OverflowError, OSError):
        return 0
