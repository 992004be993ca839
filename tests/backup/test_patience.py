"""A place that never answers holds nobody up, and is not asked again until it came back."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clawd_desktop.backup.patience import Patience
from clawd_desktop.core.errors import NotFound, Unavailable
from clawd_desktop.core.tasks import spawn


async def test_answers_and_faults_come_through() -> None:
    patience = Patience()
    assert await patience.ask("a", lambda: 5) == 5

    def refuse() -> None:
        raise NotFound("It is not there.")

    with pytest.raises(NotFound, match="not there"):
        await patience.ask("a", refuse)
    assert await patience.ask("a", lambda: 6) == 6


async def test_who_is_cancelled_as_the_answer_comes_has_ended() -> None:
    """Or a service that is to end goes on, and whoever waits for its end with it."""
    answers = threading.Event()
    asking = spawn(Patience().ask("a", lambda: answers.wait(30)), name="asking", awaited=True)
    await asyncio.sleep(0)
    answers.set()
    for thread in threading.enumerate():
        if thread.name == "backup place a":
            thread.join(10)  # the answer is on its way to the loop, which has not seen it yet
    asyncio.get_running_loop().call_soon(asking.cancel)
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_who_hangs_is_left_alone_until_it_is_back() -> None:
    patience = Patience(0.05)
    back = threading.Event()
    threads = threading.active_count()
    with pytest.raises(Unavailable, match="share does not answer"):
        await patience.ask("share", lambda: back.wait(30))
    for _ in range(3):
        with pytest.raises(Unavailable):
            await patience.ask("share", lambda: True)
    assert threading.active_count() == threads + 1
    assert await patience.ask("other", lambda: 1) == 1
    back.set()
    for thread in threading.enumerate():
        if thread.name == "backup place share":
            thread.join(10)
    assert await patience.ask("share", lambda: 2) == 2
