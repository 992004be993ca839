"""Measures this computer and the processes of this program: one frozen reading, made in a worker thread."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clawd_desktop.system.containers import Container, read_container

if TYPE_CHECKING:
    import psutil

T = TypeVar("T")
_Key = tuple[int, float]
_LOOPBACK = ("lo", "Loopback")


@dataclass(frozen=True, slots=True)
class Tree:
    """This process with its children. `cpu` is 1 for one core; None for what the system does not tell."""

    cpu: float | None
    memory: int
    own_memory: int
    threads: int
    open_files: int | None
    children: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Shares are 0 to 1, sizes bytes, rates bytes a second; None where it could not be measured.

    Rates and shares of time are those since the reading before: the first one has none.
    """

    cpu: float | None
    memory: float | None
    memory_available: int | None
    disk: float | None
    disk_free: int | None
    network_in: float | None
    network_out: float | None
    load: float | None
    tree: Tree


class Measurer:
    """Takes readings; keeps the counters of the one before. Used by one thread at a time."""

    def __init__(
        self,
        folder: Path,
        container: Callable[[], Container] = read_container,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._container = container
        self._now = now
        self._at = 0.0
        self._busy: tuple[float, float] | None = None
        self._bytes: tuple[int, int] | None = None
        self._used: Mapping[_Key, float] = {}
        self._group_used: float | None = None

    def measure(self) -> Reading:
        """One reading; takes some milliseconds and blocks as long as the disk does."""
        import psutil  # 0.04 s: not on the start path

        now = self._now()
        passed = now - self._at if self._at else 0.0
        self._at = now
        container = self._container()
        tree = self._tree(psutil.Process(os.getpid()), passed)
        memory, available = _memory(container)
        disk = _asked(lambda: psutil.disk_usage(str(self._folder)))
        network_in, network_out = self._network(passed)
        load = _asked(os.getloadavg) if hasattr(os, "getloadavg") else None
        return Reading(
            cpu=self._cpu(container, passed),
            memory=memory,
            memory_available=available,
            disk=disk.used / (disk.used + disk.free) if disk is not None and disk.used + disk.free else None,
            disk_free=disk.free if disk is not None else None,
            network_in=network_in,
            network_out=network_out,
            load=load[0] if load is not None else None,
            tree=tree,
        )

    def _cpu(self, container: Container, passed: float) -> float | None:
        """The share of all cores that was busy; in a container with a limit, the share of what it allows."""
        import psutil

        used_before, self._group_used = self._group_used, container.cpu_used_s
        before, self._busy = self._busy, _busy()
        cores = psutil.cpu_count() or 1
        if container.cpu_cores is not None and container.cpu_cores < cores and container.cpu_used_s is not None:
            if used_before is None or passed <= 0:
                return None
            return min(1.0, max(0.0, (container.cpu_used_s - used_before) / passed / container.cpu_cores))
        if before is None or self._busy is None or self._busy[1] <= before[1]:
            return None
        return min(1.0, max(0.0, (self._busy[0] - before[0]) / (self._busy[1] - before[1])))

    def _network(self, passed: float) -> tuple[float | None, float | None]:
        before, self._bytes = self._bytes, _network_bytes()
        if before is None or self._bytes is None or passed <= 0:
            return None, None
        received, sent = self._bytes[0] - before[0], self._bytes[1] - before[1]
        # An interface that went takes its counters with it: no rate can be told then.
        return (received / passed, sent / passed) if received >= 0 and sent >= 0 else (None, None)

    def _tree(self, own: psutil.Process, passed: float) -> Tree:
        import psutil

        try:
            children = own.children(recursive=True)
        except psutil.Error:
            children = []
        before, used = self._used, {}
        memory = threads = files = alive = 0
        own_memory, cpu = 0, 0.0
        for process in (own, *children):
            found = _asked(lambda process=process: _process(process))  # type: ignore[misc]
            if found is None:
                continue
            key, seconds, resident, count, opened = found
            used[key] = seconds
            # A process that is new since the last reading has used all its time since then.
            cpu += max(0.0, seconds - before.get(key, 0.0))
            memory, threads, files, alive = memory + resident, threads + count, files + opened, alive + 1
            if process.pid == own.pid:
                own_memory = resident
        self._used = used
        share = cpu / passed if passed > 0 and before else None
        return Tree(share, memory, own_memory, threads, files, max(0, alive - 1))


def _process(process: psutil.Process) -> tuple[_Key, float, int, int, int]:
    """Key, seconds of processor time, resident bytes, threads and open files of one process."""
    with process.oneshot():
        times = process.cpu_times()
        if sys.platform == "win32":
            opened = process.num_handles()
        else:
            opened = process.num_fds()
        key = (process.pid, process.create_time())
        return key, times.user + times.system, process.memory_info().rss, process.num_threads(), opened


def _busy() -> tuple[float, float] | None:
    """Seconds that all cores worked, and all their seconds together."""
    import psutil

    times = _asked(psutil.cpu_times)
    if times is None:
        return None
    # Guests are in `user` already. Source: proc_stat(5).
    fields = {name: value for name, value in times._asdict().items() if not name.startswith("guest")}
    total = sum(fields.values())
    return total - fields.get("idle", 0.0) - fields.get("iowait", 0.0), total


def _memory(container: Container) -> tuple[float | None, int | None]:
    """The used share and the free bytes: of the container where that is what limits."""
    import psutil

    found = _asked(psutil.virtual_memory)
    if found is None:
        return None, None
    limit, used, left = container.memory_limit, container.memory_used, container.memory_left
    if limit is not None and used is not None and left is not None and 0 < limit < found.total:
        return min(1.0, used / limit), min(left, found.available)
    return found.percent / 100, found.available


def _network_bytes() -> tuple[int, int] | None:
    import psutil

    cards = _asked(lambda: psutil.net_io_counters(pernic=True))
    return _summed(cards) if cards is not None else None


def _summed(cards: Mapping[str, psutil._ntuples.snetio]) -> tuple[int, int]:
    """Bytes received and sent by all interfaces but loopback."""
    real: Iterable[str] = [name for name in cards if not name.startswith(_LOOPBACK)]
    return sum(cards[name].bytes_recv for name in real), sum(cards[name].bytes_sent for name in real)


def _asked(question: Callable[[], T]) -> T | None:
    """The answer, None when the system does not give one: the process is gone, a file of /proc cannot be read."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError, NotImplementedError):
        return question()
    return None
