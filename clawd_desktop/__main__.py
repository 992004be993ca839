"""Starts what the command line asks for: the application, the headless gateway, or a command that talks to one."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from clawd_desktop.cli.arguments import APP, LOCAL_COMMANDS, Arguments, parse
from clawd_desktop.core.tls import without_certificates
from clawd_desktop.operations.tidying import one_heap
from clawd_desktop.system.exit_guard import end_at_last
from clawd_desktop.system.restart import AGAIN, start_again

_starting = threading.Lock()


def main(argv: Sequence[str] | None = None) -> int:
    """The whole program; returns its exit code."""
    arguments = parse(sys.argv[1:] if argv is None else argv)
    if arguments.command not in LOCAL_COMMANDS:
        from clawd_desktop.cli.entry import run

        return run(arguments)
    one_heap()
    code = _run_app(arguments) if arguments.command == APP else _run_headless(arguments)
    if code == AGAIN:
        _start_again()
        return 0
    return code


def _start_again() -> None:
    from clawd_desktop.operations import logs

    if _starting.acquire(blocking=False):  # once, be it here or by the guard
        logs.end()  # its last lines, which a process that is replaced does not write
        start_again()


def _leave(code: int) -> None:
    """End the process without waiting for anything of it."""
    from clawd_desktop.operations import logs

    try:
        if code == AGAIN:
            _start_again()
        logs.end()
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    finally:
        os._exit(max(code, 0))


async def _guarded(application: Coroutine[object, object, int]) -> int:
    """What the application returns; whatever is left of it then, the process ends soon."""
    code = 1
    try:
        code = await application
    finally:
        end_at_last(partial(_leave, code))
    return code


def _run_app(arguments: Arguments) -> int:
    with _quick_imports():
        try:
            from clawd_desktop.ui.shell import Shell, has_screen
        except ImportError as error:
            sys.stderr.write(f"Windows cannot be shown here ({error}). Run: clawd-desktop serve\n")
            return 1
        if not has_screen(os.environ):
            sys.stderr.write("There is no screen here, so there can be no tray icon. Run: clawd-desktop serve\n")
            return 1
        shell = Shell(sys.argv[:1])
        from clawd_desktop.app import main as application

    with asyncio.Runner(loop_factory=shell.loop_factory) as runner:
        return runner.run(_guarded(application(arguments, shell)))


def _run_headless(arguments: Arguments) -> int:
    with _quick_imports():
        from clawd_desktop.app import main as application

    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        return runner.run(_guarded(application(arguments, None)))


@contextmanager
def _quick_imports() -> Iterator[None]:
    """Imports without certificates (see there) and without garbage collection, which costs a fifth of their time.

    What was imported is then set aside for good, so that later collections need not look at it.
    """
    gc.disable()
    try:
        with without_certificates():
            yield
    finally:
        gc.freeze()
        gc.enable()


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of a server; None, which is asyncio's own, where there is no uvloop."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
