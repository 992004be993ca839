"""Whether this runs in a container, and how much memory that gives it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_UNLIMITED = 2**60
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def container(root: Path = Path("/")) -> str:
    """The kind of container, "" outside of one. Source: files that Docker and Podman make, and systemd's variable."""
    if (root / ".dockerenv").exists():
        return "docker"
    if (root / "run/.containerenv").exists():
        return "podman"
    named = os.environ.get("container", "")  # noqa: SIM112 - systemd writes it so
    if named:
        return named
    with contextlib.suppress(OSError):
        text = (root / "proc/1/cgroup").read_text(encoding="ascii", errors="replace")
        for kind in ("docker", "kubepods", "lxc", "containerd"):
            if kind in text:
                return kind
    return ""


def memory_limit(files: tuple[Path, ...] = _LIMITS) -> int:
    """The container's memory in bytes, 0 when there is no limit (cgroup v2, then v1)."""
    for file in files:
        with contextlib.suppress(OSError, ValueError):
            number = int(file.read_text(encoding="ascii").strip())
            return number if 0 < number < _UNLIMITED else 0
    return 0
