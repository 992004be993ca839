"""How much memory and CPU a container leaves this process, read from control groups of both versions.

Source of the files: docs.kernel.org, admin-guide/cgroup-v1 (memory, cpuacct) and cgroup-v2; proc(5) of mountinfo.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# Version 1 writes "no limit" as the largest multiple of a page; what is beyond a pebibyte is no limit either.
_NO_LIMIT = 2**50
_LARGEST = 256 * 1024
_DEEPEST = 64
_V1, _V2 = "cgroup", "cgroup2"


@dataclass(frozen=True, slots=True)
class Container:
    """What the control groups of this process allow and have used; None where they say nothing or set no limit.

    Memory in bytes: `memory_used` belongs to the group whose limit is nearest, without file pages that can be dropped.
    `cpu_cores` is a number of cores such as 1.5, `cpu_used_s` the CPU seconds that the group has used so far.
    `version` is 1, 2, or 0 when there are no control groups.
    """

    version: int = 0
    memory_limit: int | None = None
    memory_used: int | None = None
    cpu_cores: float | None = None
    cpu_used_s: float | None = None

    @property
    def memory_left(self) -> int | None:
        """Bytes up to the limit, None without one."""
        if self.memory_limit is None:
            return None
        return max(0, self.memory_limit - (self.memory_used or 0))


@dataclass(frozen=True, slots=True)
class _Mount:
    kind: str
    root: str
    point: str
    controllers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Memory:
    """Limit and use of one group."""

    limit: int
    used: int


def read_container(root: Path = Path("/")) -> Container:
    """The limits of this process; `root` is where proc and sys are found. What cannot be read counts as not limited.

    It reads a dozen small files: below a millisecond, but on a disk that hangs as long as that takes.
    """
    groups = _groups(_text(root / "proc/self/cgroup"))
    mounts = _mounts(_text(root / "proc/self/mountinfo"))
    memory, memory_version = _chain(root, "memory", groups, mounts)
    cpu, cpu_version = _chain(root, "cpu", groups, mounts)
    tightest = _tightest(_memory(folder, memory_version) for folder in memory)
    accounts = cpu if cpu_version == 2 else _chain(root, "cpuacct", groups, mounts)[0]
    return Container(
        version=max(memory_version, cpu_version),
        memory_limit=tightest.limit if tightest else None,
        memory_used=tightest.used if tightest else None,
        cpu_cores=min(filter(None, (_cores(folder, cpu_version) for folder in cpu)), default=None),
        cpu_used_s=_cpu_used(accounts[0], cpu_version) if accounts else None,
    )


def _groups(text: str) -> dict[str, str]:
    """The group's path by controller; "" is that of version 2."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        _, colon, rest = line.partition(":")
        names, other, path = rest.partition(":")
        if colon and other and path.startswith("/"):
            found |= dict.fromkeys(names.split(","), path)
    return found


def _mounts(text: str) -> list[_Mount]:
    found = []
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if dash and len(fields) >= 5 and len(kinds) >= 3 and kinds[0] in (_V1, _V2):
            found.append(_Mount(kinds[0], _plain(fields[3]), _plain(fields[4]), frozenset(kinds[2].split(","))))
    return found


def _plain(text: str) -> str:
    """A path of mountinfo without its escapes."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _chain(
    root: Path, controller: str, groups: dict[str, str], mounts: Sequence[_Mount]
) -> tuple[tuple[Path, ...], int]:
    """The folders of the process's group and of all groups around it, innermost first, and the version."""
    for mount in mounts:
        if mount.kind == _V1 and controller in mount.controllers and controller in groups:
            return _folders(root, mount, groups[controller]), 1
    for mount in mounts:
        if mount.kind == _V2 and "" in groups:
            return _folders(root, mount, groups[""]), 2
    return (), 0


def _folders(root: Path, mount: _Mount, path: str) -> tuple[Path, ...]:
    point = root / mount.point.lstrip("/")
    steps = [step for step in _below(mount.root, path).split("/") if step][:_DEEPEST]
    chain = [point.joinpath(*steps[:length]) for length in range(len(steps), -1, -1)]
    return tuple(folder for folder in chain if folder.is_dir())


def _below(mounted: str, path: str) -> str:
    """The group's path below the mount point; the mount point itself when the group cannot be seen from here.

    A container often sees its own group as the whole tree, but is told its path in the tree of the host.
    """
    relative = posixpath.relpath(path, mounted)
    return "" if relative == "." or ".." in relative.split("/") else relative


def _memory(folder: Path, version: int) -> _Memory | None:
    if version == 2:
        limits = [_number(folder / name) for name in ("memory.max", "memory.high")]
        used, droppable = _number(folder / "memory.current"), "inactive_file"
    else:
        limits = [_number(folder / "memory.limit_in_bytes")]
        used, droppable = _number(folder / "memory.usage_in_bytes"), "total_inactive_file"
    limit = min((one for one in limits if one is not None and one < _NO_LIMIT), default=None)
    if limit is None:
        return None
    # The kernel drops such pages before it refuses memory: Docker and Kubernetes leave them out, too.
    cache = _table(_text(folder / "memory.stat")).get(droppable, 0)
    return _Memory(limit, max(0, (used or 0) - cache))


def _tightest(groups: Iterable[_Memory | None]) -> _Memory | None:
    return min((one for one in groups if one is not None), key=lambda one: one.limit - one.used, default=None)


def _cores(folder: Path, version: int) -> float | None:
    if version == 2:
        quota, _, period = _text(folder / "cpu.max").strip().partition(" ")
        return _share(_whole(quota), _whole(period))
    return _share(_number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us"))


def _share(quota: int | None, period: int | None) -> float | None:
    return quota / period if quota is not None and quota > 0 and period is not None and period > 0 else None


def _cpu_used(folder: Path, version: int) -> float | None:
    if version == 2:
        micro = _table(_text(folder / "cpu.stat")).get("usage_usec")
        return None if micro is None else micro / 1e6
    nano = _number(folder / "cpuacct.usage")
    return None if nano is None else nano / 1e9


def _table(text: str) -> dict[str, int]:
    """Lines of a name and a number; others are passed over."""
    rows = (line.split() for line in text.splitlines())
    return {row[0]: value for row in rows if len(row) == 2 and (value := _whole(row[1])) is not None}


def _number(file: Path) -> int | None:
    return _whole(_text(file).strip())


def _whole(text: str) -> int | None:
    """A whole number, None for "max", nothing, or anything else."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else None


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
