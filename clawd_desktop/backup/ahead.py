"""Makes blocks of bytes in a thread of its own, ahead of whoever takes them: unpacking beside hashing and writing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from clawd_desktop.backup.pipe import GivenUp, Pipe
from clawd_desktop.core.tasks import caught

# What is small is made at once: to begin a thread for it would take longer.
_AT_ONCE = 2


class Ahead:
    """What `make` gives, block after block in their order, until it gives an empty one. `close` must be called.

    `make` is called at once for the first blocks, then by the other thread alone; what it raises comes out of `take`.
    """

    def __init__(self, make: Callable[[], bytes], room: int = 4) -> None:
        self._make = make
        self._pipe = Pipe(room)
        self._thread = threading.Thread(target=partial(_make_all, make, self._pipe), name="backup reading", daemon=True)
        self._taken = 0
        self._ended = False

    def take(self) -> bytes:
        """The next block; b"" after the last one, when the thread has ended. Raises what `make` raised."""
        if self._ended:
            return b""
        self._taken += 1
        if self._taken <= _AT_ONCE:
            block = self._make()
        else:
            if not self._begun:
                self._thread.start()
            block = self._pipe.take()
        self._ended = not block
        if self._ended and self._begun:
            self._thread.join()
        return block

    @property
    def _begun(self) -> bool:
        return self._thread.ident is not None

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
