"""Writes into the log what ended the program or a thread: without a terminal nobody would ever see it."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

_log = logging.getLogger("clawd.crash")


def install() -> None:
    """Log every exception that nobody caught, and then do what was done with it before."""
    if not isinstance(sys.excepthook, _OfProgram):
        sys.excepthook = _OfProgram()
    if not isinstance(threading.excepthook, _OfThread):
        threading.excepthook = _OfThread()


class _OfProgram:
    def __init__(self) -> None:
        self._before = sys.excepthook

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            _log.critical("the program ended with an error that nobody expected", exc_info=(kind, error, trace))
        self._before(kind, error, trace)


class _OfThread:
    def __init__(self) -> None:
        self._before = threading.excepthook

    def __call__(self, args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread is not None else "gone"
        if args.exc_value is not None:
            _log.error("the thread %s ended", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
        self._before(args)
