"""A program that is done ends, whatever one of its threads waits for."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

# As the headless gateway ends, but with a thread that nobody can end, for which a loop waits when it is closed.
PROGRAM = """
import asyncio, sys, time
from clawd_desktop import __main__ as program
from clawd_desktop.system import exit_guard

async def application():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 45)
    await asyncio.sleep(0.1)
    print("done", flush=True)
    if sys.argv[1:]:
        raise KeyError("a fault that nobody foresaw")
    return 7

program.end_at_last = lambda leave: exit_guard.end_at_last(leave, 0.5)
with asyncio.Runner(loop_factory=program.fast_loop()) as runner:
    code = runner.run(program._guarded(application()))
sys.exit(code)
"""


@pytest.mark.parametrize(("arguments", "code"), [((), 7), (("fail",), 1)])
def test_a_thread_that_waits_keeps_no_process(arguments: tuple[str, ...], code: int) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=40, check=False
    )
    assert (done.returncode, done.stdout) == (code, "done\n"), done.stderr
    assert time.monotonic() - began < 30


def test_nothing_to_write_to_keeps_no_process() -> None:
    code = "import sys\nfrom clawd_desktop import __main__ as program\nsys.stdout = None\nprogram._leave(3)"
    assert subprocess.run([sys.executable, "-c", code], timeout=40, check=False).returncode == 3
