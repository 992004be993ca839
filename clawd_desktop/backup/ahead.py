"""Makes blocks of bytes in a thread of its own, ahead of whoever takes them: unpacking beside hashing and writing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from clawd_desktop.backup.pipe import GivenUp, Pipe
from clawd_desktop.core.tasks import caught


class Ahead:
    """What `make` gives, block after block in their order, until it gives an empty one. `close` must be called.

    `make` is called in the other thread alone, and what it raises comes out of `take`. The thread begins with the
    first `take`.
    """

    def __init__(self, make: Callable[[], bytes], room: int = 4) -> None:
        self._pipe = Pipe(room)
        self._thread = threading.Thread(target=partial(_make_all, make, self._pipe), name="backup reading", daemon=True)
        self._begun = False

    def take(self) -> bytes:
        """The next block; b"" after the last one, when the thread has ended. Raises what `make` raised."""
        if not self._begun:
            self._begun = True
            self._thread.start()
        block = self._pipe.take()
        if not block:
            self._thread.join()
        return block

    def close(self) -> None:
        """End the thread, wherever it is; nothing that `make` uses is used any more afterwards."""
        self._pipe.break_off(GivenUp("Nobody reads the backup any more."))
        if self._begun:
            self._thread.join()


def _make_all(make: Callable[[], bytes], pipe: Pipe) -> None:
    def work() -> None:
        while block := make():
            pipe.put(block)

    fault = caught(work)
    if fault is None:
        pipe.end()
    else:
        pipe.fail(fault)
