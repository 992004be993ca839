"""One thread for blocking work: in order, with the failures of the work, and never in the way of the end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.threads import OneThread


async def test_work_is_done_in_order_in_one_thread_that_is_not_the_loops() -> None:
    thread, seen = OneThread("t"), list[int]()
    idents = await asyncio.gather(
        *(thread.run(lambda n=n: (seen.append(n), threading.get_ident())[1]) for n in range(9))
    )
    assert seen == list(range(9))
    assert len(set(idents)) == 1
    assert idents[0] != threading.get_ident()
    assert await thread.close()


async def test_a_failure_of_the_work_is_raised_to_whoever_asked() -> None:
    thread = OneThread("t")
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)
    assert await thread.run(lambda: 2) == 2
    await thread.close()


async def test_an_exception_that_the_work_gives_back_is_its_result() -> None:
    thread, fault = OneThread("t"), ValueError("told, not raised")
    assert await thread.run(lambda: fault) is fault
    await thread.close()


async def test_whoever_stops_waiting_does_not_stop_the_work_and_busy_says_so() -> None:
    thread, go, done = OneThread("t"), threading.Event(), threading.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await thread.run(lambda: (go.wait(5), done.set()))
    assert thread.busy
    go.set()
    assert await asyncio.to_thread(done.wait, 5)
    await thread.run(lambda: None)
    assert not thread.busy
    await thread.close()


async def test_after_the_end_nothing_is_taken_and_a_thread_that_hangs_is_left() -> None:
    thread, go = OneThread("t"), threading.Event()
    waiting = asyncio.get_running_loop().create_task(thread.run(go.wait))
    await asyncio.sleep(0)
    assert not await thread.close(0.02)
    with pytest.raises(Unavailable, match="has ended"):
        await thread.run(lambda: None)
    go.set()
    assert await waiting


async def test_one_that_was_never_used_has_no_thread() -> None:
    before = threading.active_count()
    assert await OneThread("t").close()
    assert threading.active_count() == before
