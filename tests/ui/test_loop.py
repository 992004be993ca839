"""The loop keeps asyncio's promises inside Qt: order, threads, timers, children, signals, and no lost references."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from clawd_desktop.ui.loop import EpollTurnLoop, TurnLoop, make_loop

pytestmark = pytest.mark.qt
CLASSES = [TurnLoop, EpollTurnLoop] if sys.platform == "linux" else [TurnLoop]


@pytest.fixture(params=CLASSES)
def loop_factory(request: pytest.FixtureRequest, qapp: QApplication) -> object:
    return lambda: request.param(qapp)


async def test_callbacks_run_in_the_order_they_were_asked_for() -> None:
    seen: list[int] = []
    loop = asyncio.get_running_loop()
    for number in range(5_000):
        loop.call_soon(seen.append, number)
    done = asyncio.Event()
    loop.call_soon(done.set)
    await done.wait()
    assert seen == list(range(5_000))


async def test_threads_may_call_and_keep_their_order() -> None:
    loop, seen, done = asyncio.get_running_loop(), [], asyncio.Event()

    def work(name: int) -> None:
        for number in range(500):
            loop.call_soon_threadsafe(seen.append, (name, number))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in threads))
    loop.call_soon_threadsafe(done.set)
    await done.wait()
    assert [[n for who, n in seen if who == name] for name in range(4)] == [list(range(500))] * 4


async def test_an_idle_loop_wakes_for_a_thread() -> None:
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    threading.Timer(0.02, lambda: loop.call_soon_threadsafe(event.set)).start()
    async with asyncio.timeout(20):
        await event.wait()


async def test_timers_are_neither_early_nor_much_too_late() -> None:
    before = time.monotonic()
    await asyncio.sleep(0.05)
    assert 0.05 <= time.monotonic() - before < 0.5


async def test_timers_fire_by_time_not_by_order_and_cancelled_ones_never() -> None:
    loop, seen = asyncio.get_running_loop(), []
    loop.call_later(0.03, seen.append, "late")
    loop.call_later(0.01, seen.append, "early")
    loop.call_later(0.02, seen.append, "cancelled").cancel()
    await asyncio.sleep(0.05)
    assert seen == ["early", "late"]


async def test_a_timer_may_be_a_year_away() -> None:
    handle = asyncio.get_running_loop().call_later(365 * 24 * 3600, print)
    assert handle.when() > asyncio.get_running_loop().time() + 3e7
    handle.cancel()


async def test_cancelled_timers_do_not_pile_up() -> None:
    loop = asyncio.get_running_loop()
    for _ in range(5_000):
        loop.call_later(3_600, print).cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(loop._timers) < 1_000  # type: ignore[attr-defined]


async def test_timeout_ends_what_takes_too_long() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()


async def test_children_run_and_are_reaped() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(input()[::-1])", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate(b"claw\n")
    assert (out.split(), child.returncode) == ([b"walc"], 0)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_a_signal_reaches_its_handler() -> None:
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, event.set)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        await event.wait()
    assert loop.remove_signal_handler(signal.SIGTERM)


async def test_sockets_carry_data_both_ways_and_close() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(1_000_000))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    payload = os.urandom(1_000_000)
    writer.write(payload)
    assert await reader.read(-1) == payload
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def test_qt_gets_its_turn_while_asyncio_is_busy() -> None:
    loop, painted, spinning = asyncio.get_running_loop(), asyncio.Event(), True

    def spin() -> None:
        loop.call_soon(spin) if spinning else None

    spin()
    QTimer.singleShot(0, painted.set)
    async with asyncio.timeout(20):
        await painted.wait()
    spinning = False


async def test_a_busy_callback_chain_does_not_starve_sockets() -> None:
    loop, spinning = asyncio.get_running_loop(), True

    def spin() -> None:
        loop.call_soon(spin) if spinning else None

    spin()
    async with asyncio.timeout(20):
        server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
    spinning = False
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def test_tasks_survive_a_nested_qt_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while ticks < 5:
            ticks += 1
            await asyncio.sleep(0.001)

    task = asyncio.get_running_loop().create_task(tick())
    await asyncio.sleep(0)
    nested = QEventLoop()
    QTimer.singleShot(20, nested.quit)
    getattr(nested, "exec")()  # noqa: B009
    async with asyncio.timeout(20):
        await task
    assert ticks == 5


async def test_an_abandoned_generator_is_closed() -> None:
    closed = asyncio.Event()

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.set()

    async for _ in numbers():
        break
    async with asyncio.timeout(20):
        await closed.wait()


async def test_failures_of_callbacks_reach_the_handler_and_the_loop_goes_on() -> None:
    loop, failures = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _loop, context: failures.append(context["exception"]))
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [type(failure) for failure in failures] == [ZeroDivisionError]


async def test_no_reference_to_none_is_lost() -> None:
    """PySide6 6.12.0 drops one with each timer and signal on Python 3.10 and 3.11 and aborts within hours."""
    before = sys.getrefcount(None)
    for _ in range(1_000):
        await asyncio.sleep(0)
    for _ in range(50):
        await asyncio.sleep(0.0001)
    assert sys.getrefcount(None) > before - 200


def test_a_runner_closes_it_and_it_stays_closed(qapp: QApplication) -> None:
    with asyncio.Runner(loop_factory=lambda: make_loop(qapp)) as runner:
        loop = runner.get_loop()
        assert runner.run(asyncio.sleep(0, "done")) == "done"
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_a_plain_signal_handler_runs_although_nothing_else_happens() -> None:
    event = asyncio.Event()
    former = signal.signal(signal.SIGALRM, lambda *_: event.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        await event.wait()
    finally:
        signal.signal(signal.SIGALRM, former)
