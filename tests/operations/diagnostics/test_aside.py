"""Work in a thread that hangs is left behind, and what it raises is handed over."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from clawd_desktop.operations.diagnostics.aside import aside


async def test_results_and_failures_come_back() -> None:
    assert await aside(lambda: 7, 5, name="seven") == 7
    failure = await aside(lambda: 1 // 0, 5, name="nothing")
    assert isinstance(failure, ZeroDivisionError)


async def test_what_hangs_is_not_waited_for() -> None:
    release = threading.Event()
    with pytest.raises(TimeoutError):
        await aside(release.wait, 0.05, name="hangs")
    release.set()


async def test_many_go_on_side_by_side() -> None:
    gate = threading.Barrier(4, timeout=5)
    results = await asyncio.gather(*(aside(gate.wait, 5, name="meet") for _ in range(4)))
    assert sorted(results) == [0, 1, 2, 3]  # type: ignore[type-var]


def test_a_thread_that_hangs_does_not_keep_the_program_from_ending() -> None:
    code = (
        "import asyncio, threading\n"
        "from clawd_desktop.operations.diagnostics.aside import aside\n"
        "async def main():\n"
        "    try:\n"
        "        await aside(threading.Event().wait, 0.05, name='hangs')\n"
        "    except TimeoutError:\n"
        "        print('late')\n"
        "asyncio.run(main())\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (0, "late\n")


async def test_what_hangs_is_not_begun_again_before_it_ends() -> None:
    release, begun = threading.Event(), list[int]()

    def hangs() -> bool:
        begun.append(1)
        return release.wait()

    for _ in range(5):
        with pytest.raises(TimeoutError):
            await aside(hangs, 0.05, name="hangs again")
    assert len(begun) == 1
    release.set()
    assert await begun_again("hangs again") == 7


class SlowDoor:
    """A loop into which a thread comes only when it is let in."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.create_future = self._loop.create_future
        self.there, self.open = threading.Event(), threading.Event()

    def call_soon_threadsafe(self, *arguments: object) -> None:
        self.there.set()
        self.open.wait(10)
        self._loop.call_soon_threadsafe(*arguments)  # type: ignore[arg-type]


async def test_what_ended_in_the_moment_in_which_nobody_waited_any_more_can_be_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = SlowDoor()
    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "get_running_loop", lambda: door)
        task = asyncio.Task(aside(lambda: 5, 5, name="ends just now"), loop=door._loop)
        await asyncio.sleep(0)
    await asyncio.to_thread(door.there.wait, 10)
    task.cancel()
    await asyncio.wait({task})
    door.open.set()
    assert await begun_again("ends just now") == 7


async def begun_again(name: str) -> object:
    """What the next work of that name gives, as soon as it may begin."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await aside(lambda: 7, 5, name=name)
            except TimeoutError:
                await asyncio.sleep(0)
