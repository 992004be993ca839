"""Sets the log up before anything else, and follows the configuration once there is one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from clawd_desktop.operations import last_words
from clawd_desktop.operations.log_console import LogConsole
from clawd_desktop.operations.log_files import LogFile, Place
from clawd_desktop.operations.log_handler import LogHandler
from clawd_desktop.operations.log_http import LogPost
from clawd_desktop.operations.log_levels import Picker, logger_levels
from clawd_desktop.operations.log_line import json_line, text_line
from clawd_desktop.operations.log_outlet import THREADS, Outlet, Pace, Sink
from clawd_desktop.operations.log_settings import Plan, Target, ToConsole, ToFile, ToSyslog
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.syslog import Syslog

ROOT = "clawd"
# What these libraries have to say of failures explains many a crash.
_ALSO = ("asyncio", "aiohttp")
_FORMS = {"json": json_line, "text": text_line}
# A server that works now and then is told of once.
_CALM_S = 30.0
_END_S = 1.0


class LogDesk:
    """The log of the application: where it goes, what is wrong with it, and how much was lost.

    `apply` is called on the loop; `fault_changed` is called from other threads.
    """

    def __init__(self, folder: Path, redactor: Redactor, first: Plan) -> None:
        self.folder = folder
        self.fault_changed: Callable[[], None] = lambda: None
        self._redactor = redactor
        self._handler = LogHandler(redactor, self._redactor_failed)
        self._outlets: dict[Target, Outlet] = {}
        self._plan = first
        self._before = 0
        self._parts: tuple[str, ...] = ()
        self._unsafe = ""
        self.apply(first)

    def start(self) -> None:
        """Take what is logged anywhere in the application."""
        self._handler.start()
        for name in (ROOT, *_ALSO):
            logging.getLogger(name).addHandler(self._handler)
        logging.getLogger(ROOT).propagate = False

    @property
    def path(self) -> Path:
        """The file that is written now."""
        target = self._plan.targets[0]
        assert isinstance(target, ToFile)
        return target.place.path(time.time())

    @property
    def dropped(self) -> int:
        """How many lines were lost since the start, at any place."""
        return (
            self._before + self._handler.queue.dropped + sum(outlet.queue.dropped for outlet in self._outlets.values())
        )

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong now, as sentences; empty while all is written."""
        found = [outlet.fault for outlet in self._outlets.values() if outlet.fault]
        return (*found, *self._plan.troubles, *((self._unsafe,) if self._unsafe else ()))

    def apply(self, wanted: Plan) -> None:
        """Write as the plan says from the next line on. Places that stay keep what waits for them."""
        old, self._outlets = self._outlets, {}
        for target in wanted.targets:
            outlet = old.pop(target, None) or self._made(target)
            outlet.pick = Picker(wanted.level, wanted.subsystems, target.level)
            self._outlets[target] = outlet
        self._plan = wanted
        self._unsafe = ""
        self._redactor.also_hide(wanted.patterns)
        self._handler.use(tuple(self._outlets.values()))
        self._set_levels(wanted)
        for outlet in old.values():
            self._before += outlet.queue.dropped
            # It may take a second to write what waits: not on the loop.
            threading.Thread(target=outlet.close, args=(_END_S,), name=f"{THREADS} ending", daemon=True).start()
        self.fault_changed()

    def flush(self, seconds: float = _END_S) -> None:
        """Wait until all lines until now are written, for at most `seconds`. Blocks: not for the loop."""
        self._handler.flush(seconds)

    def close(self) -> None:
        """Write what waits, for about a second, and end."""
        _detach(self._handler)
        self._handler.close()

    def _made(self, target: Target) -> Outlet:
        sink: Sink
        pace = Pace()
        if isinstance(target, ToFile):
            sink = LogFile(target.place, target.keeping, _FORMS[target.form])
        elif isinstance(target, ToConsole):
            sink = LogConsole(target.style)
        elif isinstance(target, ToSyslog):
            sink, pace = Syslog(target.address, target.facility, target.form), Pace(calm_s=_CALM_S)
        else:
            sink = LogPost(target.url, dict(target.headers), target.batch)
            pace = Pace(linger_s=target.flush_s, calm_s=_CALM_S)
        return Outlet(sink, self._changed, pace)

    def _changed(self, outlet: Outlet) -> None:
        fault = outlet.fault
        text = fault or f"{outlet.sink.name} is written again"
        self._handler.say(logging.WARNING if fault else logging.INFO, text)
        self.fault_changed()

    def _redactor_failed(self, sentence: str) -> None:
        if not self._unsafe:
            self._unsafe = sentence
            self.fault_changed()

    def _set_levels(self, wanted: Plan) -> None:
        levels = logger_levels(wanted.level, wanted.subsystems, (target.level for target in wanted.targets))
        for part in self._parts:
            logging.getLogger(f"{ROOT}.{part}").setLevel(logging.NOTSET)
        self._parts = tuple(part for part in levels if part)
        for part, level in levels.items():
            logging.getLogger(f"{ROOT}.{part}" if part else ROOT).setLevel(level)


def set_up(folder: Path, redactor: Redactor, *, level: str, console: bool) -> LogDesk:
    """Send the logs of the application to the day's file (and the console) from now on.

    Called before there is a configuration: the desk is told of it later.
    """
    end()
    # What no line here shows need not be found out for each. Source: "Optimization" in the logging howto of Python.
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    targets: tuple[Target, ...] = (ToFile(Place(folder)), *((ToConsole(),) if console else ()))
    desk = LogDesk(folder, redactor, Plan(targets, level))
    desk.start()
    last_words.install()
    return desk


def end() -> None:
    """Write what waits, for about a second, and take no more lines. Without a log it does nothing."""
    for handler in logging.getLogger(ROOT).handlers[:]:
        if isinstance(handler, LogHandler):
            _detach(handler)
            handler.close()


def _detach(handler: LogHandler) -> None:
    for name in (ROOT, *_ALSO):
        logging.getLogger(name).removeHandler(handler)
