"""The keyboard in a real pseudo-terminal: lines without stopping the loop, and Ctrl+C as a call."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from clawd_desktop.cli.keyboard import interrupts, read_line
from clawd_desktop.core.tasks import spawn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


async def test_lines_come_as_they_are_typed_and_the_loop_goes_on() -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "r", encoding="utf-8") as keyboard:
        reading = spawn(read_line(keyboard), name="keyboard")
        await asyncio.sleep(0)
        assert not reading.done()
        os.write(master, "你好\n".encode())
        assert await reading == "你好"
        os.write(master, b"\x04")
        assert await read_line(keyboard) is None
    os.close(master)


async def test_a_line_in_pieces_is_one_line() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "r", encoding="utf-8") as keyboard:
        reading = spawn(read_line(keyboard), name="keyboard")
        os.write(writer, b"first ")
        await asyncio.sleep(0)
        os.write(writer, b"half\r\n")
        assert await reading == "first half"
        os.close(writer)
        assert await read_line(keyboard) is None


async def test_a_cancelled_read_leaves_nothing_behind() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "r", encoding="utf-8") as keyboard:
        reading = spawn(read_line(keyboard), name="keyboard")
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait({reading})
        os.write(writer, b"later\n")
        assert await read_line(keyboard) == "later"
    os.close(writer)


async def test_ctrl_c_calls_and_afterwards_is_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    pressed = asyncio.Event()
    with interrupts(pressed.set):
        os.kill(os.getpid(), signal.SIGINT)
        await pressed.wait()
    assert signal.getsignal(signal.SIGINT) is before
