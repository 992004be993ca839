"""Asks disks that may never answer, as a network share whose server is gone: who asks waits no longer than a while."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from clawd_desktop.core.errors import ClawdError, Unavailable

LONGEST_S = 15.0
T = TypeVar("T")


class Patience:
    """One thread for each question to a place; a place that hangs is not asked again until that thread is back.

    Such a thread is left to itself: no program can end it while the system waits for the disk.
    """

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._hanging: dict[str, threading.Thread] = {}

    async def ask(self, place: str, question: Callable[[], T], longest_s: float = 0.0) -> T:
        """The answer, waited for as long as for all, or `longest_s`.

        Raises Unavailable when the place does not answer, and what the question raises.
        """
        if (before := self._hanging.pop(place, None)) is not None and before.is_alive():
            self._hanging[place] = before
            raise _silent(place)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def settle(give: Callable[[], None]) -> None:
            with contextlib.suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(lambda: None if answer.done() else give())

        def work() -> None:
            try:
                found = question()
            except (ClawdError, OSError) as error:
                fault = error
                settle(lambda: answer.set_exception(fault))
            else:
                settle(lambda: answer.set_result(found))

        thread = threading.Thread(target=work, name=f"backup place {place}", daemon=True)
        thread.start()
        try:
            async with asyncio.timeout(longest_s or self._longest_s):
                return await answer
        except TimeoutError as error:
            self._hanging[place] = thread
            raise _silent(place) from error


def _silent(place: str) -> Unavailable:
    return Unavailable(f"{place} does not answer.", hint="Look after the network share or the disk; then try again.")
