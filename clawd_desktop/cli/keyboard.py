"""Reads lines from a terminal without stopping the loop, and turns Ctrl+C into a call."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TextIO


@contextlib.contextmanager
def interrupts(handler: Callable[[], None]) -> Iterator[None]:
    """Within the block, Ctrl+C calls `handler` on the loop in place of raising KeyboardInterrupt."""
    loop = asyncio.get_running_loop()

    def forward(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(handler)

    before = signal.signal(signal.SIGINT, forward)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def read_line(stream: TextIO) -> str | None:
    """The next line without its end, None when the person is done (Ctrl+D). Cancelling leaves nothing behind."""
    if sys.platform == "win32":
        line = await asyncio.to_thread(stream.readline)
        return line.rstrip("\r\n") if line else None
    # Not a thread: one that waits for the keyboard would keep the process alive after Ctrl+C.
    loop = asyncio.get_running_loop()
    descriptor = stream.fileno()
    typed = bytearray()
    while not typed.endswith(b"\n"):
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(descriptor, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_reader(descriptor)
        chunk = os.read(descriptor, 65_536)
        if not chunk:
            break
        typed += chunk
    return typed.decode(stream.encoding or "utf-8", "replace").rstrip("\r\n") if typed else None


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
