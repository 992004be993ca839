"""The program as a drill starts it: it ends as soon as the process that started it ends, however that ends."""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable

PATIENCE_S = 5.0


def end_with(descriptor: int, end: Callable[[], None]) -> threading.Thread:
    """Call `end` when the pipe ends, which is when whoever holds its other end is gone."""

    def listen() -> None:
        # Not through sys.stdin: a thread that waits there keeps the interpreter from ending in order.
        while os.read(descriptor, 4096):
            pass
        end()

    listener = threading.Thread(target=listen, name="end with the drill", daemon=True)
    listener.start()
    return listener


def leave() -> None:
    """End this process: in order where the system allows it, at once when that takes too long."""
    if sys.platform != "win32":
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE_S)
    os._exit(0)


if __name__ == "__main__":
    end_with(sys.stdin.fileno(), leave)
    sys.argv[0] = "clawd-desktop"
    runpy.run_module("clawd_desktop", run_name="__main__", alter_sys=True)
