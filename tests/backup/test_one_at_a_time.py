"""One piece of work at a time, watched, and gone when nobody waits for it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from clawd_desktop.backup import one_at_a_time
from clawd_desktop.backup.one_at_a_time import NICE, OneAtATime
from clawd_desktop.backup.progress import Halt, Progress, Stopped, Watch, go_on
from clawd_desktop.core.errors import Busy
from clawd_desktop.core.tasks import spawn


async def test_what_is_told_and_returned() -> None:
    told: list[Progress] = []
    turn = OneAtATime(told.append)
    assert turn.progress is None

    def work(watch: Watch, halt: Halt) -> str:
        watch(Progress("write", 1, 2))
        watch(Progress("write", 2, 2))  # at once after the other: nobody can read that fast
        return "done"

    async with turn.alone():
        assert turn.busy
        assert await turn.run(work) == "done"
        assert turn.progress == Progress("write", 1, 2)
        with pytest.raises(Busy):
            async with turn.alone():
                pass
    assert (told, turn.progress, turn.busy) == ([Progress("write", 1, 2)], None, False)


async def test_a_stop_reaches_the_thread_and_is_forgotten_afterwards() -> None:
    turn = OneAtATime(lambda progress: None)
    began = threading.Event()

    def work(watch: Watch, halt: Halt) -> None:
        began.set()
        while True:
            go_on(halt)

    assert not turn.stop()
    async with turn.alone():
        running = spawn(turn.run(work), name="work", awaited=True)
        await asyncio.to_thread(began.wait)
        assert turn.stop()
        with pytest.raises(Stopped):
            await running
    async with turn.alone():
        assert await turn.run(lambda watch, halt: halt()) is False


async def test_a_stop_ends_the_waiting_for_others_at_once() -> None:
    one, other = OneAtATime(lambda progress: None), OneAtATime(lambda progress: None)
    async with one.alone(), asyncio.timeout(10):
        await one.after(other.free())
        async with other.alone():
            waiting = spawn(one.after(other.free()), name="waiting", awaited=True)
            await asyncio.sleep(0)
            assert one.stop()
            with pytest.raises(Stopped):
                await waiting


async def test_waiting_for_others_ends_as_they_do() -> None:
    async def fails() -> None:
        raise Busy("They cannot.", hint="")

    turn = OneAtATime(lambda progress: None)
    async with turn.alone():
        with pytest.raises(Busy, match="They cannot"):
            await turn.after(fails())


async def test_who_is_cancelled_waits_for_the_thread_and_so_does_the_end() -> None:
    turn = OneAtATime(lambda progress: None)
    began, halted, may_end = threading.Event(), threading.Event(), threading.Event()

    def work(watch: Watch, halt: Halt) -> None:
        began.set()
        while not halt():
            pass
        halted.set()
        may_end.wait()
        go_on(halt)

    async def job() -> None:
        async with turn.alone():
            await turn.run(work)

    running = spawn(job(), name="work", awaited=True)
    await asyncio.to_thread(began.wait)
    running.cancel()
    await asyncio.to_thread(halted.wait)
    running.cancel()  # impatient, and still nothing goes on unseen
    closing = spawn(turn.close(), name="work", awaited=True)
    await asyncio.sleep(0)
    assert not running.done()
    assert not closing.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    await closing
    assert not turn.busy


@pytest.mark.skipif(sys.platform != "linux", reason="only there threads have a priority of their own")
async def test_the_thread_and_those_that_it_begins_let_others_go_first() -> None:
    def own_priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work(watch: Watch, halt: Halt) -> list[int]:
        found: list[int] = []
        another = threading.Thread(target=lambda: found.append(own_priority()))
        another.start()
        another.join()
        return [own_priority(), *found]

    before = own_priority()
    turn = OneAtATime(lambda progress: None)
    async with turn.alone():
        assert await turn.run(work) == [max(before, NICE)] * 2
    assert own_priority() == before


async def test_what_was_ended_before_it_began_does_not_begin() -> None:
    turn = OneAtATime(lambda progress: None)
    began: list[int] = []
    async with turn.alone():
        turn.stop()
        with pytest.raises(Stopped):
            await turn.run(lambda watch, halt: began.append(1))
    assert began == []


async def test_the_end_is_waited_for() -> None:
    turn = OneAtATime(lambda progress: None)
    async with turn.alone():
        waiting = spawn(turn.free(), name="waiting", awaited=True)
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
    await turn.free()


async def test_a_disk_that_never_answers_keeps_nobody_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_at_a_time, "ENDED_WITHIN_S", 0.05)
    turn, answers = OneAtATime(lambda progress: None), threading.Event()

    async def job() -> None:
        async with turn.alone():
            await turn.run(lambda watch, halt: answers.wait())

    running = spawn(job(), name="work", awaited=True)
    await asyncio.sleep(0.01)
    await turn.close()
    assert turn.busy
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    answers.set()
