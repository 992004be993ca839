"""The process: what figures mean, with real children, files and locks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from clawd_desktop.core.findings import Level
from clawd_desktop.core.ports import StatusReport
from clawd_desktop.core.safeio import FolderLock
from clawd_desktop.operations.diagnostics import process
from clawd_desktop.operations.diagnostics.ground import Ground


class SlowStatus:
    """A running application whose loop stood still."""

    def __init__(self, lag_s: float) -> None:
        from status_stage import REPORT

        self._report = replace(REPORT, loop_lag_s=lag_s)

    def report(self) -> StatusReport:
        return self._report


@pytest.mark.parametrize(("count", "found"), [(300, 0), (301, 1)])
def test_threads(count: int, found: int) -> None:
    assert len(process.thread_finding(count)) == found


@pytest.mark.parametrize(("count", "limit", "found"), [(79, 100, 0), (80, 100, 1), (9_999, 0, 0)])
def test_open_files(count: int, limit: int, found: int) -> None:
    assert len(process.file_finding(count, limit)) == found


def test_really_open_files_are_counted(ground: Ground) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held: list[int] = []
    used = len(os.listdir("/proc/self/fd"))
    limit = 256 + 4 * used
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        assert process.files(ground) == ()
        held += [os.open(os.devnull, os.O_RDONLY) for _ in range(limit * 93 // 100 - used)]
        assert [one.level for one in process.files(ground)] == [Level.ERROR]
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ended_children_that_nobody_asked_for(ground: Ground) -> None:
    import psutil

    assert process.child_finding(process.MANY_ZOMBIES - 1) == ()
    children = [subprocess.Popen([sys.executable, "-c", ""]) for _ in range(process.MANY_ZOMBIES)]
    try:
        for child in children:
            one = psutil.Process(child.pid)
            while one.status() != psutil.STATUS_ZOMBIE:
                pass
        assert [one.id for one in process.children(ground)] == ["process.children.ended"]
    finally:
        for child in children:
            child.wait()
    assert process.children(ground) == ()


@pytest.mark.parametrize(
    ("user", "kind", "levels"), [(1000, "", []), (0, "", [Level.WARNING]), (0, "docker", [Level.INFO]), (-1, "", [])]
)
def test_root(user: int, kind: str, levels: list[Level]) -> None:
    assert [one.level for one in process.root_finding(user, kind)] == levels


def test_variables(grounds: Callable[..., Ground]) -> None:
    assert process.variables(grounds(CLAWDBOT_GATEWAY_PORT="1", HOME="/x")) == ()
    (one,) = process.variables(grounds(CLAWDBOT_GATEWAY_PROT="1"))
    assert (one.id, one.description) == ("process.variables.unknown", "CLAWDBOT_GATEWAY_PROT")
    (one,) = process.variables(grounds(LD_PRELOAD="/x.so"))
    assert one.id == "process.variables.loader"
    assert "/x.so" not in repr(one)


def test_a_slow_loop(ground: Ground) -> None:
    assert process.loop(ground) == ()
    assert process.loop(replace(ground, status=SlowStatus(0.1))) == ()
    assert [one.level for one in process.loop(replace(ground, status=SlowStatus(2.0)))] == [Level.WARNING]


def test_who_runs(ground: Ground) -> None:
    assert [one.id for one in process.running(ground)] == ["process.running.not"]
    assert process.running(replace(ground, status=SlowStatus(0))) == ()


def test_an_application_that_holds_the_folder_and_cannot_be_asked(ground: Ground) -> None:
    code = (
        "import sys, pathlib; from clawd_desktop.core.safeio import FolderLock; "
        "FolderLock(pathlib.Path(sys.argv[1])).acquire(); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(ground.paths.state)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        (one,) = process.running(ground)
        assert one.id == "process.running.silent"
        assert str(child.pid) in one.description
    finally:
        child.communicate()
    assert [one.id for one in process.running(ground)] == ["process.running.not"]
    FolderLock(ground.paths.state).acquire()


def test_every_check_reads_this_process(ground: Ground) -> None:
    for check in process.CHECKS:
        assert all(check.made(one.id) and one.category == "process" for one in check.detect(ground))  # type: ignore[union-attr]
