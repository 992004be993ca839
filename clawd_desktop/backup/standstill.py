"""Lets files be exchanged while nothing uses them: stops the application, owns the state folder, starts it again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core import moving
from clawd_desktop.core.errors import AlreadyRunning, Busy
from clawd_desktop.core.safeio import FolderLock


@dataclass(frozen=True, slots=True)
class Application:
    """What runs on the state folder. All three are called from the thread of the work and may raise ClawdError.

    `stop` returns when nothing writes to the state folder any more, `start` when it was begun again. `healthy` waits
    until it works and says what is wrong otherwise, "" for nothing.
    """

    stop: Callable[[], None]
    start: Callable[[], None]
    healthy: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns the state folder while its files are exchanged.

    `held`: this process holds its FolderLock all the time, as the application does when it restores by itself. Without
    that the lock is taken when the `application` has stopped; without an application it is there from the beginning.
    """

    state: Path
    held: bool = False
    application: Application | None = None

    @contextlib.contextmanager
    def throughout(self) -> Iterator[None]:
        """Own the state folder from the beginning, if nothing is to be stopped. Raises AlreadyRunning."""
        if self.application is None and not self.held:
            with _locked(self.state):
                yield
        else:
            yield

    @contextlib.contextmanager
    def at_rest(self) -> Iterator[None]:
        """Nothing uses the state folder inside the block; to be used inside `throughout`.

        The application is stopped before, and not started afterwards: see `wake`. Raises AlreadyRunning.
        """
        if self.application is not None:
            self.application.stop()
        if self.application is not None and not self.held:
            with _locked(self.state):
                yield
        else:
            yield

    def wake(self) -> None:
        """Start what was stopped."""
        if self.application is not None:
            self.application.start()

    def trouble(self) -> str:
        """What is wrong with the application since it was started again, "" for nothing."""
        return self.application.healthy() if self.application is not None else ""


@contextlib.contextmanager
def alone(undo_folder: Path) -> Iterator[None]:
    """The only restore or undo of this state folder. Raises Busy when another one is under way, StorageFault."""
    moving.make_durable_folder(undo_folder)
    lock = FolderLock(undo_folder)
    try:
        lock.acquire()
    except AlreadyRunning as error:
        raise Busy("Another restore or undo is under way.", hint="Wait until it has ended.") from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FolderLock(folder)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
