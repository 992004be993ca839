"""Limits of containers: trees of both versions as files, and a real control group where this machine allows one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clawd_desktop.system.containers import Container, read_container

MIB = 2**20
V2_MOUNT = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V1_MOUNTS = (
    "31 30 0:27 {root} /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "32 30 0:28 {root} /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
)


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def v2(root: Path, group: str, files: dict[str, str]) -> Container:
    base = {"proc/self/cgroup": f"0::{group}\n", "proc/self/mountinfo": V2_MOUNT}
    return read_container(tree(root, base | {f"sys/fs/cgroup/{name}": text for name, text in files.items()}))


def v1(root: Path, group: str, files: dict[str, str], mounted: str = "/") -> Container:
    base = {
        "proc/self/cgroup": f"4:memory:{group}\n3:cpu,cpuacct:{group}\n1:name=systemd:/x\n0::/\n",
        "proc/self/mountinfo": V1_MOUNTS.format(root=mounted),
    }
    return read_container(tree(root, base | {f"sys/fs/cgroup/{name}": text for name, text in files.items()}))


def test_version_2_in_a_namespace_of_its_own(tmp_path: Path) -> None:
    found = v2(tmp_path, "/", {
        "memory.max": f"{512 * MIB}\n", "memory.current": f"{200 * MIB}\n",
        "memory.stat": f"anon 1\nfile 2\ninactive_file {50 * MIB}\n",
        "cpu.max": "150000 100000\n", "cpu.stat": "usage_usec 2500000\nuser_usec 1\n",
    })  # fmt: skip
    assert found == Container(2, 512 * MIB, 150 * MIB, 1.5, 2.5)
    assert found.memory_left == 362 * MIB


def test_max_means_no_limit(tmp_path: Path) -> None:
    found = v2(tmp_path, "/a", {"a/memory.max": "max\n", "a/memory.current": "5\n", "a/cpu.max": "max 100000\n"})
    assert (found.version, found.memory_limit, found.memory_left, found.cpu_cores) == (2, None, None, None)


def test_of_nested_groups_the_one_with_least_room_counts(tmp_path: Path) -> None:
    found = v2(tmp_path, "/outer/inner", {
        "outer/inner/memory.max": f"{400 * MIB}", "outer/inner/memory.current": f"{10 * MIB}",
        "outer/memory.max": f"{800 * MIB}", "outer/memory.current": f"{700 * MIB}",
        "outer/inner/cpu.max": "max 100000", "outer/cpu.max": "50000 100000",
    })  # fmt: skip
    assert (found.memory_limit, found.memory_used, found.cpu_cores) == (800 * MIB, 700 * MIB, 0.5)


def test_the_level_at_which_the_kernel_slows_a_group_down_counts_as_its_limit(tmp_path: Path) -> None:
    found = v2(tmp_path, "/", {"memory.max": "max", "memory.high": f"{64 * MIB}", "memory.current": "0"})
    assert found.memory_limit == 64 * MIB


def test_version_1(tmp_path: Path) -> None:
    found = v1(tmp_path, "/docker/abc", {
        "memory/docker/abc/memory.limit_in_bytes": f"{256 * MIB}",
        "memory/docker/abc/memory.usage_in_bytes": f"{100 * MIB}",
        "memory/docker/abc/memory.stat": f"inactive_file 1\ntotal_inactive_file {40 * MIB}\n",
        "memory/memory.limit_in_bytes": "9223372036854771712",
        "cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "200000",
        "cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000",
        "cpu,cpuacct/docker/abc/cpuacct.usage": "3000000000",
    })  # fmt: skip
    assert found == Container(1, 256 * MIB, 60 * MIB, 2.0, 3.0)


def test_version_1_without_limits(tmp_path: Path) -> None:
    found = v1(tmp_path, "/", {
        "memory/memory.limit_in_bytes": "9223372036854771712", "memory/memory.usage_in_bytes": "77",
        "cpu,cpuacct/cpu.cfs_quota_us": "-1", "cpu,cpuacct/cpu.cfs_period_us": "100000",
    })  # fmt: skip
    assert (found.version, found.memory_limit, found.cpu_cores) == (1, None, None)


def test_a_container_that_is_told_its_path_in_the_host(tmp_path: Path) -> None:
    """Docker with version 1: the group is mounted as the whole tree, the path names it as the host does."""
    own = {"memory/memory.limit_in_bytes": f"{128 * MIB}", "memory/memory.usage_in_bytes": f"{MIB}"}
    assert v1(tmp_path / "a", "/docker/abc", own, mounted="/docker/abc").memory_limit == 128 * MIB
    assert v1(tmp_path / "b", "/docker/abc", own, mounted="/").memory_limit == 128 * MIB, "not seen: the mount itself"
    assert v1(tmp_path / "c", "/docker/abc", own, mounted="/other/place").memory_limit == 128 * MIB


def test_hybrid_takes_each_controller_from_where_it_is(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "4:memory:/m\n0::/u\n",
        "proc/self/mountinfo": "1 0 0:1 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "2 0 0:2 / /sys/fs/cgroup/unified rw shared:1 - cgroup2 cgroup2 rw\n",
        "sys/fs/cgroup/memory/m/memory.limit_in_bytes": "1000000",
        "sys/fs/cgroup/unified/u/cpu.max": "10000 100000",
    }
    found = read_container(tree(tmp_path, files))
    assert (found.memory_limit, found.cpu_cores) == (1_000_000, 0.1)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"proc/self/cgroup": "garbage\n::\n0::relative\n", "proc/self/mountinfo": V2_MOUNT},
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": "x - cgroup2\n\n - \n"},
        {"proc/self/cgroup": "0::/../../etc\n", "proc/self/mountinfo": V2_MOUNT},
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2_MOUNT, "sys/fs/cgroup/memory.max": "lots"},
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2_MOUNT, "sys/fs/cgroup/memory.max": "\xff\x00"},
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2_MOUNT, "sys/fs/cgroup/cpu.max": "100000 0"},
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2_MOUNT, "sys/fs/cgroup/cpu.max": "0 100000"},
        {"proc/self/cgroup": "0::/" + "a/" * 5000, "proc/self/mountinfo": V2_MOUNT},
    ],
)
def test_what_cannot_be_understood_sets_no_limit(tmp_path: Path, files: dict[str, str]) -> None:
    found = read_container(tree(tmp_path, files))
    assert (found.memory_limit, found.cpu_cores) == (None, None)


def test_a_mount_point_with_a_blank(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/\n",
        "proc/self/mountinfo": "30 24 0:26 / /my\\040groups rw - cgroup2 cgroup2 rw\n",
        "my groups/memory.max": "4096",
    }
    assert read_container(tree(tmp_path, files)).memory_limit == 4096


@pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")
def test_the_machine_of_the_tests_can_be_read() -> None:
    found = read_container()
    assert found.version in (0, 1, 2)
    assert found.memory_limit is None or found.memory_limit > 0


@contextmanager
def real_group() -> Iterator[Path]:
    """A new control group with a memory limit of 200 MiB; skips where none may be made."""
    for base, limit in (
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
        (Path("/sys/fs/cgroup"), "memory.max"),
    ):
        folder = base / f"clawd-test-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            try:
                (folder / limit).write_text(str(200 * MIB))
            except OSError:
                continue
            yield folder
        finally:
            folder.rmdir()
        return
    pytest.skip("no control group with a memory limit may be made here")


@pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")
def test_a_process_in_a_real_group_sees_its_limit() -> None:
    code = (
        "import sys\n"
        "open(sys.argv[1], 'w').write('0')\n"
        "from clawd_desktop.system.containers import read_container\n"
        "block = bytearray(40 * 2**20)\n"
        "found = read_container()\n"
        "print(found.memory_limit, found.memory_used)\n"
    )
    with real_group() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / "cgroup.procs")], capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
    limit, used = map(int, done.stdout.split())
    assert limit == 200 * MIB
    assert 30 * MIB < used < 120 * MIB
