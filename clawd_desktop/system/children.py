"""Lists the processes that this program started, and ends one of them when its owner wants that."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clawd_desktop.core.errors import NotFound, Unavailable

if TYPE_CHECKING:
    import psutil

_PATIENCE_S = 3.0
_SAME_S = 0.01
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Child:
    """One process. `cpu` is 1 for one core, None before it was measured twice; `memory` is resident bytes.

    `started` is in seconds since the epoch and tells it from a later process with the same number.
    """

    pid: int
    name: str
    cpu: float | None
    memory: int
    started: float


class Children:
    """All processes below this one; keeps what each had used, so that the next reading knows how busy it is."""

    def __init__(self) -> None:
        self._used: dict[tuple[int, float], tuple[float, float]] = {}

    async def read(self) -> tuple[Child, ...]:
        """Those that run now, in a worker thread; the largest first."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> tuple[Child, ...]:
        import psutil  # 0.04 s: not on the start path

        found: list[Child] = []
        used: dict[tuple[int, float], tuple[float, float]] = {}
        for process in _below(os.getpid()):
            # One that ends while it is looked at is not there.
            with contextlib.suppress(psutil.Error), process.oneshot():
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(self._child(process, used))
        self._used = used
        return tuple(sorted(found, key=lambda child: (-child.memory, child.pid)))

    def _child(self, process: psutil.Process, used: dict[tuple[int, float], tuple[float, float]]) -> Child:
        key = process.pid, process.create_time()
        times, now = process.cpu_times(), time.monotonic()
        seconds = times.user + times.system
        before = self._used.get(key)
        used[key] = (seconds, now)
        share = None if before is None or now <= before[1] else max(0.0, (seconds - before[0]) / (now - before[1]))
        return Child(process.pid, process.name(), share, process.memory_info().rss, key[1])


async def end_child(child: Child, patience_s: float = _PATIENCE_S) -> None:
    """Ask the process to end, and make it end when it does not within `patience_s`.

    Raises NotFound when it is gone already, Unavailable when the system refuses or it does not end even so. Only a
    process below this one, and only the very one that was listed, is touched.
    """
    await asyncio.to_thread(_end, child, patience_s)


def _end(child: Child, patience_s: float) -> None:
    import psutil

    process = next((one for one in _below(os.getpid()) if one.pid == child.pid and _is(one, child)), None)
    if process is None:
        raise NotFound(f"{child.name} (process {child.pid}) has ended already.")
    try:
        process.terminate()
        if not _ended(process, patience_s):
            process.kill()
            if not _ended(process, patience_s):
                raise Unavailable(f"{child.name} does not end.", hint="It hangs in the system; a restart ends it.")
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise Unavailable(f"The system does not let {child.name} be ended.", hint="Its owner can end it.") from error


def _ended(process: psutil.Process, patience_s: float) -> bool:
    """Whether it ends within that time. Its exit code is left to whoever started it: waiting would take it away."""
    import psutil

    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(_LOOK_S)
                continue
        return True
    return False


def _is(process: psutil.Process, child: Child) -> bool:
    return abs(process.create_time() - child.started) < _SAME_S


def _below(pid: int) -> list[psutil.Process]:
    import psutil

    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
