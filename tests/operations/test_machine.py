"""The real computer is measured, and what a container leaves of it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from resource_stage import MIB

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.operations.machine import SHORTEST_S, RealMachine


def test_figures_are_those_of_the_system(tmp_path: Path) -> None:
    machine = RealMachine(tmp_path)
    found = machine.read(children=False)
    assert found.cpu_usage is None, "one look says nothing of a share"
    assert abs(found.memory_usage - psutil.Process().memory_info().rss) < 30 * MIB
    assert 0 < found.memory_available <= found.memory_total <= psutil.virtual_memory().total
    assert abs(found.disk_free - psutil.disk_usage(str(tmp_path)).free) < 500 * MIB
    assert 0 <= found.disk_usage <= 1
    assert found.cores > 0


def burn(seconds: float) -> float:
    """Work for so long, and return the CPU seconds that it took."""
    began, end = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))
    return time.process_time() - began


def test_work_shows_in_the_cpu_share(tmp_path: Path) -> None:
    machine = RealMachine(tmp_path)
    machine.read(children=False)
    seconds = SHORTEST_S + 0.5
    used = burn(seconds)
    found = machine.read(children=False)
    assert found.cpu_usage is not None
    assert found.cpu_usage >= 0.7 * used / seconds / (psutil.cpu_count() or 1)
    assert found.cpu_usage <= 1
    assert found.own_cpu is not None
    assert 0.5 * used / seconds / found.cores <= found.own_cpu <= found.cpu_usage + 0.2
    again = machine.read(children=False)
    assert again.cpu_usage == found.cpu_usage, "a moment later it is not measured anew"


def test_children_count(tmp_path: Path) -> None:
    machine = RealMachine(tmp_path)
    alone = machine.read(children=True).memory_usage
    code = "block = bytearray(60 * 2**20); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with_child = machine.read(children=True).memory_usage
        kept = machine.read(children=False).memory_usage
        child.kill()
    assert with_child - alone > 55 * MIB
    assert kept - alone > 55 * MIB, "between two walks the last one counts"


def test_inside_a_container_its_limits_count(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name, text in {
        "proc/self/cgroup": "0::/\n",
        "proc/self/mountinfo": "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
        "sys/fs/cgroup/memory.max": str(300 * MIB),
        "sys/fs/cgroup/memory.current": str(100 * MIB),
        "sys/fs/cgroup/cpu.max": "50000 100000",
        "sys/fs/cgroup/cpu.stat": "usage_usec 1000000\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    machine = RealMachine(tmp_path, root)
    found = machine.read(children=False)
    assert (found.memory_available, found.memory_total, found.cores, found.contained) == (
        200 * MIB, 300 * MIB, 0.5, True,
    )  # fmt: skip
    burn(SHORTEST_S + 0.05)
    (root / "sys/fs/cgroup/cpu.stat").write_text("usage_usec 9000000\n")
    assert machine.read(children=False).cpu_usage == 1.0, "8 CPU seconds in half a second are all of half a core"


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    assert RealMachine(tmp_path / "a" / "b").read(children=False).disk_free > 0


@pytest.mark.parametrize("error", [OSError(5, "broken"), psutil.AccessDenied(), ValueError("x"), ZeroDivisionError()])
def test_a_source_that_raises_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(psutil, "virtual_memory", broken)
    with pytest.raises(Unavailable, match="could not be measured"):
        RealMachine(tmp_path).read(children=False)
