"""The processes below this one are listed as they are, and only the one that was meant is ended."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from clawd_desktop.core.errors import NotFound
from clawd_desktop.system.children import Child, Children, end_child

BUSY = "print('here', flush=True)\nwhile True: pass"
IDLE = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + IDLE


def start(code: str) -> subprocess.Popen[bytes]:
    made = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert made.stdout is not None
    made.stdout.readline()
    return made


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    made: list[subprocess.Popen[bytes]] = []
    yield made
    for process in made:
        process.kill()
        process.communicate()


async def find(children: Children, pid: int) -> Child | None:
    return next((child for child in await children.read() if child.pid == pid), None)


async def test_a_child_is_listed_with_what_it_uses(started: list[subprocess.Popen[bytes]]) -> None:
    started.append(start(BUSY))
    children, pid = Children(), started[0].pid
    first = await find(children, pid)
    assert first is not None
    assert first.cpu is None
    assert first.memory > 1 << 20
    assert first.started == psutil.Process(pid).create_time()
    assert "python" in first.name
    async with asyncio.timeout(30):
        while (now := await find(children, pid)) is None or (now.cpu or 0) < 0.1:
            await asyncio.sleep(0.1)
    assert now.cpu is not None
    assert now.cpu < 10


async def test_one_that_is_asked_ends(started: list[subprocess.Popen[bytes]]) -> None:
    started.append(start(IDLE))
    child = await find(Children(), started[0].pid)
    assert child is not None
    await end_child(child)
    assert started[0].wait(10) != 0
    assert await find(Children(), child.pid) is None
    with pytest.raises(NotFound, match="has ended already"):
        await end_child(child)


@pytest.mark.skipif(os.name != "posix", reason="on Windows nothing can refuse to end")
async def test_one_that_does_not_listen_is_ended_all_the_same(started: list[subprocess.Popen[bytes]]) -> None:
    started.append(start(STUBBORN))
    child = await find(Children(), started[0].pid)
    assert child is not None
    await end_child(child, patience_s=0.3)
    assert started[0].wait(10) != 0


async def test_a_later_process_with_the_same_number_is_left_alone(started: list[subprocess.Popen[bytes]]) -> None:
    started.append(start(IDLE))
    child = await find(Children(), started[0].pid)
    assert child is not None
    with pytest.raises(NotFound):
        await end_child(replace(child, started=child.started - 60))
    assert started[0].poll() is None


async def test_a_process_of_somebody_else_is_not_touched() -> None:
    parent = psutil.Process(os.getppid())
    with pytest.raises(NotFound):
        await end_child(Child(parent.pid, parent.name(), None, 0, parent.create_time()))
    assert parent.is_running()
