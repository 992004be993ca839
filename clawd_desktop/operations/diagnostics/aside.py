"""Runs blocking work in a thread that nobody waits for longer than its limit, not even the end of the program."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from clawd_desktop.core import tasks

T = TypeVar("T")
_left: dict[str, threading.Thread] = {}  # those that nobody waits for any more, by name


async def aside(work: Callable[[], T], limit_s: float, *, name: str) -> T | Exception:
    """What the work gives, or its failure. Raises TimeoutError when it takes longer than `limit_s` seconds.

    A thread that hangs is left behind: it is a daemon, so that the program can end all the same. While it hangs, work
    of the same name is not begun again, and is late at once: whoever asks again and again must not fill the memory.
    """
    left = _left.pop(name, None)
    if left is not None and left.is_alive():
        _left[name] = left
        raise TimeoutError
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T | Exception] = loop.create_future()

    def settle(result: T | Exception) -> None:
        if not done.done():
            done.set_result(result)

    def run() -> None:
        result = tasks.attempt(work, name=name)
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, result)

    thread = threading.Thread(target=run, name=f"check {name}", daemon=True)
    thread.start()
    try:
        async with asyncio.timeout(limit_s):
            return await done
    finally:
        if not done.done() or done.cancelled():
            _left[name] = thread
