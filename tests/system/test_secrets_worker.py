"""A call that hangs holds up nobody but who waits for it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.system.secrets_worker import SecretsWorker


def nothing(error: ClawdError | None) -> None:
    raise AssertionError(error)


def fail() -> None:
    raise BadInput("no")


async def test_results_and_errors_come_back() -> None:
    worker = SecretsWorker(5, nothing)
    assert await worker.run(lambda: 7) == 7
    with pytest.raises(BadInput):
        await worker.run(fail)
    assert await worker.run(threading.get_ident) != threading.get_ident()


@pytest.mark.parametrize(("work", "kind"), [(lambda: None, type(None)), (fail, BadInput)])
async def test_a_late_end_is_told_and_the_next_call_goes_through(work: object, kind: type) -> None:
    late: asyncio.Queue[ClawdError | None] = asyncio.Queue()
    worker = SecretsWorker(0.05, late.put_nowait)
    gate = threading.Event()
    with pytest.raises(TimeoutError):
        await worker.run(lambda: gate.wait(30) and work())  # type: ignore[operator]
    assert worker.overdue
    with pytest.raises(TimeoutError):
        await worker.run(lambda: 1)
    gate.set()
    async with asyncio.timeout(5):
        assert type(await late.get()) is kind
    assert not worker.overdue
    assert await worker.run(lambda: 1) == 1


async def test_an_abandoned_call_is_forgotten() -> None:
    worker = SecretsWorker(0.05, nothing)
    gate, ended = threading.Event(), threading.Event()
    with pytest.raises(TimeoutError):
        await worker.run(lambda: gate.wait(30) and ended.set())
    worker.abandon()
    assert await worker.run(lambda: 1) == 1
    gate.set()
    assert await asyncio.to_thread(ended.wait, 5)
    assert await worker.run(lambda: 2) == 2


async def test_who_gives_up_does_not_let_the_next_one_in_too_early() -> None:
    worker = SecretsWorker(5, nothing)
    gate, inside = threading.Event(), threading.Event()

    def first() -> None:
        inside.set()
        gate.wait(30)

    waiting = asyncio.gather(worker.run(first))
    assert await asyncio.to_thread(inside.wait, 5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    second = asyncio.gather(worker.run(gate.is_set))
    await asyncio.sleep(0)
    gate.set()
    assert await second == [True]


def test_a_loop_that_is_gone_is_not_told() -> None:
    gate, ended = threading.Event(), threading.Event()

    async def start() -> None:
        worker = SecretsWorker(0.05, nothing)
        with pytest.raises(TimeoutError):
            await worker.run(lambda: gate.wait(30) and ended.set())

    asyncio.run(start())
    gate.set()
    assert ended.wait(5)
