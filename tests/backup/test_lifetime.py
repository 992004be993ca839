"""A run that a thread ends and begins again: in each order in which a quit, a failed start and a restore can meet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.tasks import spawn, stop


async def live(lifetime: Lifetime, runs: list[str], quit_event: asyncio.Event) -> list[str]:
    """What the composition root does; `runs` are the troubles of the runs, of which those with "!" cannot start."""
    done = []
    while True:
        trouble, failed = "", ""
        if not quit_event.is_set():
            trouble = runs.pop(0)
            done.append(trouble)
            if trouble.startswith("!"):
                failed = trouble
            else:
                lifetime.runs(trouble)
                while not lifetime.ending.is_set() and not quit_event.is_set():
                    await asyncio.sleep(0.001)
        if not await lifetime.goes_on(failed):
            return done


async def worked(lifetime: Lifetime, work: Callable[[], str]) -> str:
    with lifetime.holding():
        return await asyncio.to_thread(work)


def once(lifetime: Lifetime) -> Callable[[], str]:
    def work() -> str:
        lifetime.application.stop()
        lifetime.application.start()
        return lifetime.application.healthy()

    return work


@pytest.mark.parametrize(
    ("runs", "trouble"),
    [
        (["", ""], ""),
        (["", "bad config"], "bad config"),
        (["", "!no disk"], "!no disk"),
        (["port taken", "port taken"], ""),
        (["port taken", ""], ""),
    ],
)
async def test_what_is_wrong_afterwards_and_was_not_before(runs: list[str], trouble: str) -> None:
    lifetime, quit_event = Lifetime(), asyncio.Event()
    root = spawn(live(lifetime, [*runs], quit_event), name="root")
    await asyncio.sleep(0.01)
    assert await worked(lifetime, once(lifetime)) == trouble
    assert not lifetime.held
    quit_event.set()
    assert await root == runs


async def test_a_start_that_fails_is_taken_back_and_begun_again() -> None:
    lifetime, quit_event = Lifetime(), asyncio.Event()
    root = spawn(live(lifetime, ["", "!broken", ""], quit_event), name="root")
    await asyncio.sleep(0.01)

    def work() -> str:
        first = once(lifetime)()
        return first + once(lifetime)()

    assert await worked(lifetime, work) == "!broken"
    quit_event.set()
    assert await root == ["", "!broken", ""]


async def test_a_quit_meanwhile_ends_it_and_no_fault_is_seen() -> None:
    lifetime, quit_event = Lifetime(), asyncio.Event()
    root = spawn(live(lifetime, [""], quit_event), name="root")
    await asyncio.sleep(0.01)

    def work() -> str:
        lifetime.application.stop()
        quit_event.set()
        lifetime.application.start()
        return lifetime.application.healthy()

    assert await worked(lifetime, work) == ""
    assert await root == [""]


async def test_whoever_holds_it_and_dies_lets_it_begin_again() -> None:
    lifetime, quit_event = Lifetime(), asyncio.Event()
    root = spawn(live(lifetime, ["", ""], quit_event), name="root")
    await asyncio.sleep(0.01)

    def work() -> str:
        lifetime.application.stop()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await worked(lifetime, work)
    await asyncio.sleep(0.01)
    quit_event.set()
    assert await root == ["", ""]


async def test_without_a_restore_an_end_is_an_end() -> None:
    lifetime, quit_event = Lifetime(), asyncio.Event()
    assert await live(lifetime, ["!no disk"], quit_event) == ["!no disk"]


async def test_one_that_does_not_end_or_start_is_not_waited_for_for_ever() -> None:
    lifetime = Lifetime(ended_within_s=0.01, started_within_s=0.01)

    def work() -> str:
        with pytest.raises(Unavailable, match="did not stop"):
            lifetime.application.stop()
        lifetime.application.start()
        return lifetime.application.healthy()

    assert await worked(lifetime, work) == "It did not start within 0.01 s."


async def test_the_end_of_a_slow_run_is_not_taken_for_the_start_of_the_next() -> None:
    lifetime, slow, begins = Lifetime(ended_within_s=0.01), asyncio.Event(), asyncio.Event()

    async def root() -> None:
        lifetime.runs("")
        await lifetime.ending.wait()
        await slow.wait()
        assert await lifetime.goes_on("the old one")
        await begins.wait()
        lifetime.runs("the new one")
        assert not await lifetime.goes_on()

    running = spawn(root(), name="root")

    def work() -> str:
        with pytest.raises(Unavailable, match="did not stop"):
            lifetime.application.stop()
        lifetime.application.start()
        return lifetime.application.healthy()

    doing = spawn(worked(lifetime, work), name="work")
    await asyncio.sleep(0.05)
    slow.set()
    await asyncio.sleep(0.05)
    assert not doing.done()
    begins.set()
    assert await doing == "the new one"
    await running


async def test_who_does_not_look_whether_it_works_can_wait_for_it() -> None:
    lifetime, quit_event = Lifetime(), asyncio.Event()
    runs = ["", ""]
    root = spawn(live(lifetime, runs, quit_event), name="root")
    await asyncio.sleep(0.01)

    def work() -> str:
        lifetime.settle()  # nothing was started
        lifetime.application.stop()
        lifetime.application.start()
        lifetime.settle()
        return str(len(runs))

    assert await worked(lifetime, work) == "0"
    quit_event.set()
    await root


async def test_a_run_that_fails_ends_the_process_unless_somebody_holds_it() -> None:
    async def run(fails: bool) -> tuple[int, str]:
        await asyncio.sleep(0)
        if fails:
            raise ValueError("No.")
        return 3, ""

    lifetime = Lifetime()
    with pytest.raises(ValueError, match="No."):
        await lifetime.through(run(True))
    assert await lifetime.through(run(False)) == (3, "")
    with lifetime.holding():
        assert await lifetime.through(run(True)) == (1, "ValueError: No..")
        assert await lifetime.through(run(False)) == (3, "")


async def test_a_run_after_a_restore_is_cancelled_with_whoever_waits_for_it() -> None:
    ended = asyncio.Event()

    async def run() -> tuple[int, str]:
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()
        return 0, ""

    lifetime = Lifetime()
    with lifetime.holding():
        root = spawn(lifetime.through(run()), name="root")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await stop(root)
    assert root.cancelled()
    assert ended.is_set()
