"""Sorts the members of a foreign archive into our areas, and keeps what has no place and why; does no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol, TypeAlias

from clawd_desktop.backup import member_names
from clawd_desktop.backup.foreign_origin import LIST_NAME, Origin, Part
from clawd_desktop.backup.foreign_tar import Member
from clawd_desktop.backup.manifest import Damaged, Entry, LeftOut
from clawd_desktop.config.paths import NEW_CONFIG

Result: TypeAlias = tuple[tuple[Entry, ...], tuple[LeftOut, ...], tuple[str, ...]]
_PLAIN = "Passwords and tokens lie in this archive as plain text; whoever has it can read them."
_OPENCLAW_SQLITE = "OpenClaw keeps these conversations in its own databases, which come back and are not shown here."
_TORN = "Databases in it were copied as files, perhaps while they were in use; a torn one is set aside when opened."
_DATABASES = ("/openclaw-agent.sqlite", "/openclaw.sqlite", "/openclaw-state.sqlite")
_MODE = 0o777


class Where(Protocol):
    """Where a path belongs: to an area, or nowhere for a reason."""

    @property
    def area(self) -> str:
        """The area, "" for none."""

    @property
    def reason(self) -> str:
        """Why it is not taken, "" when it is."""


@dataclass(frozen=True, slots=True)
class Home:
    """What a foreign archive is sorted by: `state` places a path below the state folder, `workspace` one of an agent's.

    `config_name` is what the configuration in force is called here, `agent` the default agent, `zone` that of times
    without one (None is this computer's).
    """

    state: Callable[[str], Where]
    workspace: Callable[[str, str], Where]
    config_name: str = NEW_CONFIG
    agent: str = "main"
    zone: tzinfo | None = None


class Placing:
    """Takes members one after the other. `outside` are links that lead out of their folder and may not be left out."""

    def __init__(self, origin: Origin, home: Home, *, leave_links: bool) -> None:
        self._origin = origin
        self._home = home
        self._leave_links = leave_links
        self._ranks = {part.prefix: rank for rank, part in enumerate(origin.parts)}
        self._found: dict[tuple[str, str], tuple[int, str, Entry]] = {}
        self._left: list[LeftOut] = [
            LeftOut("other", path, f"It was not in the archive: {reason}.") for path, reason in origin.skipped
        ]
        self._outside: list[LeftOut] = []

    @property
    def outside(self) -> tuple[LeftOut, ...]:
        """The links for which the archive is refused."""
        return tuple(self._outside)

    def see(self, member: Member, sha256: str) -> None:
        """One member, with its checksum if it is a file. Raises Damaged when it belongs to no part of the archive."""
        part = self._part(member)
        if part is None:
            return
        inner = member.path[len(part.prefix) + 1 :]
        if part.what == "none":
            self._left.append(LeftOut("other", inner, part.reason))
        elif part.what == "config":
            self._keep(part, member, "config", inner or self._home.config_name, sha256)
        elif part.what == "workspace":
            area = f"workspace-{part.agent}"
            self._sort(part, member, inner, self._home.workspace(area, inner) if inner else None, sha256)
        else:
            path = "/".join(filter(None, (part.below, inner)))
            self._sort(part, member, path, self._home.state(path) if path else None, sha256)

    def _part(self, member: Member) -> Part | None:
        """The innermost part that holds the member; None for the list and for folders on the way."""
        path = member.path
        if self._origin.kind == "openclaw" and path.count("/") == 1 and path.endswith(f"/{LIST_NAME}"):
            return None
        above = path
        while above:
            if above in self._ranks:
                return self._origin.parts[self._ranks[above]]
            above = above.rpartition("/")[0]
        if member.kind == "folder" and any(prefix.startswith(f"{path}/") for prefix in self._ranks):
            return None
        # The course's script writes its one folder even when there was nothing to copy.
        if member.kind == "folder" and "/" not in path:
            return None
        raise Damaged(f"{path!r} belongs to nothing that its list names")

    def _sort(self, part: Part, member: Member, path: str, where: Where | None, sha256: str) -> None:
        if where is None:
            self._root(member)
        elif where.reason or not where.area:
            self._left.append(LeftOut("other", path, where.reason))
        elif part.what == "state" and path == self._origin.config:
            self._keep(part, member, "config", self._home.config_name, sha256)
        elif part.what == "state" and path == self._home.config_name and self._origin.config:
            self._left.append(LeftOut(where.area, path, "Another file was the configuration in force."))
        else:
            self._keep(part, member, where.area, path, sha256)

    def _root(self, member: Member) -> None:
        """The folder of a part itself has no entry. The course's script copies a link, not what it leads to."""
        if member.kind == "link":
            reason = f"It is a link to {member.target[:200]!r}, and what that leads to is not in the archive."
            (self._left if self._leave_links else self._outside).append(LeftOut("other", member.path, reason))
        elif member.kind != "folder":
            raise Damaged(f"{member.path!r} should be a folder")

    def _keep(self, part: Part, member: Member, area: str, path: str, sha256: str) -> None:
        if member.kind == "link" and (why := member_names.link_refusal(path, member.target)):
            left = LeftOut(area, path, f"It is a link to {member.target[:200]!r}, and {why}.")
            (self._left if self._leave_links else self._outside).append(left)
            return
        entry = Entry(
            area, path, member.kind, member.mode & _MODE, member.mtime_ns, member.size, sha256, member.target
        )  # fmt: skip
        rank = self._ranks[part.prefix]
        before = self._found.get((area, path))
        if before is None:
            self._found[area, path] = rank, member.path, entry
            return
        first, second = sorted((before, (rank, member.path, entry)), key=lambda one: one[0])
        self._found[area, path] = first
        if second[2].kind != "folder" and second[2].sha256 != first[2].sha256:
            self._left.append(LeftOut(area, path, f"{first[1]!r} has its place; {second[1]!r} differs from it."))

    def result(self) -> Result:
        """All that has a place, what has none, and what a person should know."""
        entries = tuple(entry for _, _, entry in self._found.values())
        warnings = [_PLAIN]
        files = [entry.path for entry in entries if entry.kind == "file"]
        if self._origin.kind == "course":
            warnings += [_TORN] * any(path.endswith((".sqlite", ".db")) for path in files)
        else:
            warnings += [_OPENCLAW_SQLITE] * any(f"/{path}".endswith(_DATABASES) for path in files)
        return entries, tuple(self._left), tuple(warnings)

    def entries(self) -> Mapping[str, Entry]:
        """Each entry by the path of its member in the archive."""
        return {place: entry for _, place, entry in self._found.values()}
