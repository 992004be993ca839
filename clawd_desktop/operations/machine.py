"""Measures what work needs: free memory, CPU, disk and network of this computer or of the container it runs in."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.operations.admission_rules import SystemStatus
from clawd_desktop.system.containers import Container, read_container

if TYPE_CHECKING:
    import psutil

# Shorter stretches say little: one busy moment would look like a busy computer.
SHORTEST_S = 0.5
_BITS = 8
_MEGA = 1_000_000


class Machine(Protocol):
    """Where a status comes from."""

    def read(self, *, children: bool) -> SystemStatus:
        """Measure now, with all child processes when `children` is set. May block. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class _Ticks:
    """Counters at one moment, in seconds and bytes."""

    at: float
    busy: float
    total: float
    contained: float | None
    network: int
    own: float


class RealMachine:
    """This computer, by psutil and control groups. `disk` is a folder on the disk that counts. Used by one thread."""

    def __init__(self, disk: Path, root: Path = Path("/")) -> None:
        self._disk = disk
        self._root = root
        self._ticks: _Ticks | None = None
        self._cpu: float | None = None
        self._network = 0.0
        self._children = 0
        self._children_s = 0.0
        self._own_cpu: float | None = None

    def read(self, *, children: bool) -> SystemStatus:
        """Measure now; about a millisecond, with `children` some more. Raises Unavailable when the system refuses."""
        import psutil  # 0.04 s: not on the start path

        try:
            return self._read(children)
        except (psutil.Error, OSError, ValueError, ArithmeticError, LookupError, RuntimeError) as error:
            raise Unavailable(f"This computer could not be measured: {error}.") from error

    def _read(self, children: bool) -> SystemStatus:
        import psutil

        memory = psutil.virtual_memory()
        container = read_container(self._root)
        cores = container.cpu_cores or float(os.cpu_count() or 1)
        own = psutil.Process()
        if children:
            used = [_used(child) for child in own.children(recursive=True)]
            self._children = sum(size for size, _ in used)
            self._children_s = sum(seconds for _, seconds in used)
        self._tick(container, cores)
        left = container.memory_left
        disk = psutil.disk_usage(str(_existing(self._disk)))
        return SystemStatus(
            memory_usage=own.memory_info().rss + self._children,
            memory_available=memory.available if left is None else min(memory.available, left),
            memory_total=min(memory.total, container.memory_limit or memory.total),
            cpu_usage=self._cpu,
            cores=cores,
            disk_usage=disk.percent / 100,
            disk_free=disk.free,
            disk_total=disk.total,
            network_free=self._network_free(),
            own_cpu=self._own_cpu,
            contained=container.memory_limit is not None or container.cpu_cores is not None,
        )

    def _tick(self, container: Container, cores: float) -> None:
        """CPU and network since the last measurement."""
        import psutil

        times, network = psutil.cpu_times(), psutil.net_io_counters(nowrap=False)
        idle = times.idle + getattr(times, "iowait", 0.0)
        # A guest's time is counted in the time of its user, too.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        traffic = network.bytes_recv + network.bytes_sent if network is not None else 0
        now = _Ticks(time.monotonic(), total - idle, total, container.cpu_used_s, traffic, self._own_s())
        before = self._ticks
        if before is not None and now.at - before.at < SHORTEST_S:
            return
        self._ticks = now
        if before is None:
            return
        passed = now.at - before.at
        self._network = max(0.0, (now.network - before.network) / passed)
        shares = [(now.busy - before.busy) / (now.total - before.total)] if now.total > before.total else []
        if container.cpu_cores and now.contained is not None and before.contained is not None:
            shares.append((now.contained - before.contained) / passed / cores)
        self._own_cpu = min(1.0, max(0.0, (now.own - before.own) / passed / cores))
        self._cpu = min(1.0, max(0.0, *shares)) if shares else None

    def _own_s(self) -> float:
        """CPU seconds of the application; those of child processes as of the last walk through them."""
        return time.process_time() + self._children_s

    def _network_free(self) -> float | None:
        """What the fastest interface has left, None where none says how fast it is."""
        import psutil

        speeds = [stats.speed for name, stats in psutil.net_if_stats().items() if stats.isup and name != "lo"]
        fastest = max(speeds, default=0)
        return max(0.0, fastest * _MEGA / _BITS - self._network) if fastest > 0 else None


def _used(process: psutil.Process) -> tuple[int, float]:
    """Resident bytes, and CPU seconds so far; nothing when it has just ended."""
    import psutil

    try:
        times = process.cpu_times()
        return int(process.memory_info().rss), float(times.user + times.system)
    except psutil.Error:
        return 0, 0.0


def _existing(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)
