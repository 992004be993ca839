"""The function that is at work gets the samples, in whatever loop it runs; threads that wait get none."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable

import pytest

from clawd_desktop.operations.sampling import Samples, ThreadSampler


def burn(seconds: float) -> int:
    """Use the processor for about that much of its time."""
    end, count = time.thread_time() + seconds, 0
    while time.thread_time() < end:
        count += sum(range(200))
    return count


def share(samples: Samples, name: str, thread: int = 0) -> float:
    """Which part of a thread's time was spent in that function and what it called."""
    of = samples.threads[thread]
    inside = sum(seconds for number, seconds in of.order if any(frame.name == name for frame in of.stacks[number]))
    return inside / of.busy_s if of.busy_s else 0.0


async def sampled(everything: bool = False) -> Samples:
    sampler = ThreadSampler(threading.get_ident(), everything=everything)
    sampler.start()
    for _ in range(4):
        burn(0.1)
        await asyncio.sleep(0.01)
    return await asyncio.to_thread(sampler.result)


def check(samples: Samples) -> None:
    (loop,) = samples.threads
    assert loop.name == "MainThread"
    assert len(loop.order) >= 10
    assert share(samples, "burn") > 0.8
    assert 0.3 < loop.busy_s < 2
    assert 0 < samples.overhead < 0.2
    positions = {frame.file for stack in loop.stacks for frame in stack}
    assert any(file.endswith("test_sampling.py") for file in positions)
    assert not any(file.startswith("/") for file in positions)


async def test_a_busy_function_has_most_of_the_samples() -> None:
    check(await sampled())


def with_uvloop() -> Callable[[], asyncio.AbstractEventLoop]:
    return pytest.importorskip("uvloop").new_event_loop  # type: ignore[no-any-return]


def with_windows() -> Callable[[], asyncio.AbstractEventLoop]:
    pytest.importorskip("PySide6.QtWidgets")
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from clawd_desktop.ui.loop import make_loop

    app = QApplication.instance() or QApplication([])
    return lambda: make_loop(app)


@pytest.mark.parametrize("loop_of", [with_uvloop, with_windows])
def test_the_same_in_the_other_loops(loop_of: Callable[[], Callable[[], asyncio.AbstractEventLoop]]) -> None:
    with asyncio.Runner(loop_factory=loop_of()) as runner:
        check(runner.run(sampled()))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is no processor clock of another thread")
async def test_a_loop_that_waits_is_idle() -> None:
    sampler = ThreadSampler(threading.get_ident(), everything=False)
    sampler.start()
    await asyncio.sleep(0.3)
    samples = await asyncio.to_thread(sampler.result)
    (loop,) = samples.threads
    assert loop.idle > len(loop.order)
    assert loop.busy_s < 0.1


async def test_other_threads_are_seen_when_they_are_asked_for() -> None:
    stop = threading.Event()

    def wait() -> None:
        stop.wait()

    def work() -> None:
        while not stop.is_set():
            burn(0.02)

    threads = [threading.Thread(target=wait, name="waits"), threading.Thread(target=work, name="works")]
    for thread in threads:
        thread.start()
    samples = await sampled(everything=True)
    stop.set()
    for thread in threads:
        thread.join()
    found = {thread.name: number for number, thread in enumerate(samples.threads)}
    assert {"MainThread", "waits", "works"} <= found.keys()
    assert "cpu-sampler" not in found
    assert share(samples, "burn", found["works"]) > 0.8
    assert samples.threads[found["waits"]].busy_s == 0
    assert not samples.threads[found["works"]].by_cpu
    assert samples.threads[found["MainThread"]].by_cpu == (sys.platform not in ("win32", "darwin"))
