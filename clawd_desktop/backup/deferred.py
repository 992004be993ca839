"""Does something with blocks of bytes in a thread of its own, behind whoever gives them: packing beside reading."""

from __future__ import annotations

import threading
from collections.abc import Callable

from clawd_desktop.backup.pipe import GivenUp, Pipe
from clawd_desktop.core.tasks import caught

# What is small is done at once: to begin a thread for it would take longer.
AT_ONCE = 4 << 20


class Deferred:
    """`do` is called with the blocks in their order, one after the other. `close` must be called.

    What it raises comes out of `put` or `end`, whichever is next; it is not called again then.
    """

    def __init__(self, do: Callable[[bytes], None], room: int = 4) -> None:
        self._do = do
        self._pipe = Pipe(room)
        self._thread = threading.Thread(target=self._do_all, name="backup packing", daemon=True)
        self._given = 0

    def put(self, block: bytes) -> None:
        """One more block; waits while too many are not done yet."""
        if not block:
            return
        self._given += len(block)
        if self._given <= AT_ONCE:
            self._do(block)
            return
        if not self._begun:
            self._thread.start()
        self._pipe.put(block)

    def end(self) -> None:
        """Wait until all is done."""
        self._pipe.end()
        self._leave()
        self._pipe.check()

    def close(self) -> None:
        """End the thread, wherever it is; nothing that `do` uses is used any more afterwards."""
        self._pipe.break_off(GivenUp("Nobody wants the backup any more."))
        self._leave()

    def _leave(self) -> None:
        if self._begun:
            self._thread.join()
        # Else who gives it a method keeps itself, and its packer of 20 MB, until the next collection of garbage.
        self._do = _nothing

    @property
    def _begun(self) -> bool:
        return self._thread.ident is not None

    def _do_all(self) -> None:
        def work() -> None:
            while block := self._pipe.take():
                self._do(block)

        fault = caught(work)
        if fault is not None:
            self._pipe.break_off(fault)


def _nothing(block: bytes) -> None:
    pass
