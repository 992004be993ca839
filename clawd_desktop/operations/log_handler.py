"""Takes what is logged anywhere, hides secrets in a thread of its own, and hands it to all places of the log."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from clawd_desktop.core.tasks import attempt
from clawd_desktop.operations.log_line import LONGEST_FOREIGN, LONGEST_TEXT, Entry, shortened, subsystem_of
from clawd_desktop.operations.log_outlet import LINGER_S, THREADS, Outlet, dropped_line
from clawd_desktop.operations.log_queue import LogQueue
from clawd_desktop.operations.redaction import Redactor

# For `extra=`: what is put into the line is our own and is not cut at the length for foreign values.
WHOLE = {"whole": True}
_PLAIN = frozenset((str, int, float, bool, type(None)))
# A secret at the end of what is kept is cut off once more when secrets are hidden.
_LONGEST = 2 * LONGEST_TEXT
_CHUNK = 512
_NEW = tuple.__new__
# So long at most a line that matters waits for the file. When that was in vain none waits for a while, and for twice as
# long each time.
PATIENCE_S = {logging.WARNING: 0.05, logging.ERROR: 0.2, logging.CRITICAL: 1.0}
_IMPATIENT_S = 1.0
_LONGEST_IMPATIENT_S = 60.0
_LAST_WORDS_S = 1.0
_IMPORTANT = sorted(PATIENCE_S, reverse=True)
_formatter = logging.Formatter()


class LogHandler(logging.Handler):
    """The one handler of the application's loggers; never blocks for longer than a line that matters is worth."""

    def __init__(self, redactor: Redactor, failed: Callable[[str], None]) -> None:
        super().__init__()
        self.queue = LogQueue()
        self._outlets: tuple[Outlet, ...] = ()
        self._redactor = redactor
        self._failed = failed
        self._impatient_until = float("-inf")
        self._impatient_s = _IMPATIENT_S
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=THREADS, daemon=True)

    def start(self) -> None:
        """Begin to write what is logged."""
        self._thread.start()

    def use(self, outlets: tuple[Outlet, ...]) -> None:
        """Write to these from now on; a line that matters is waited for at the first of them."""
        self._outlets = outlets

    def handle(self, record: logging.LogRecord) -> bool:
        """Take one record; the queue needs no lock of the handler."""
        self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Put the line together (what is in it may change later) and hand it on."""
        matters = record.levelno >= logging.WARNING
        if matters and threading.current_thread().name.startswith(THREADS):
            return  # what the log says of its own writing would go round in circles
        self.queue.put(entry_of(record))
        if matters:
            self._wait(record.levelno)

    def flush(self, seconds: float = _LAST_WORDS_S) -> None:
        """Wait until all that was logged until now is written, for at most `seconds`."""
        end = time.monotonic() + seconds
        if self.queue.wait_done(seconds):
            for outlet in self._outlets:
                outlet.queue.wait_done(max(0.0, end - time.monotonic()))

    def close(self) -> None:
        """Write what waits, for about a second, and end the threads."""
        if not self._closing:
            self.queue.wait_done(_LAST_WORDS_S)
            self._closing = True
            self.queue.wake()
            if self._thread.is_alive():
                self._thread.join(_LAST_WORDS_S)
            for outlet in self._outlets:
                outlet.close(_LAST_WORDS_S if not outlet.fault else 0.0)
        super().close()

    def say(self, level: int, text: str) -> None:
        """Add a line that the log has to say of itself, from any thread."""
        self.queue.put(Entry(time.time(), level, "log", text))

    def _wait(self, level: int) -> None:
        """If the process dies at the next line, this one is on its way to the disk already."""
        now = time.monotonic()
        if level < logging.CRITICAL and now < self._impatient_until:
            return
        if self._reach_file(next(PATIENCE_S[least] for least in _IMPORTANT if level >= least)):
            self._impatient_s = _IMPATIENT_S
        else:
            self._impatient_until = now + self._impatient_s
            self._impatient_s = min(2 * self._impatient_s, _LONGEST_IMPATIENT_S)

    def _reach_file(self, seconds: float) -> bool:
        outlets = self._outlets
        if not outlets or outlets[0].fault:
            return True
        end = time.monotonic() + seconds
        return self.queue.wait_done(seconds) and outlets[0].queue.wait_done(max(0.0, end - time.monotonic()))

    def _run(self) -> None:
        while True:
            entries = self.queue.take(LINGER_S)
            if not entries and self._closing:
                return
            for start in range(0, len(entries), _CHUNK):
                chunk = entries[start : start + _CHUNK]
                self._hand_on(chunk)
                self.queue.finished(len(chunk))
                time.sleep(0)  # whoever else wants to run, such as the event loop, goes first
            dropped = self.queue.take_dropped()
            if dropped:
                self._hand_on([dropped_line(dropped)])

    def _hand_on(self, entries: Sequence[Entry]) -> None:
        clean = self._cleaned(entries)
        for outlet in self._outlets:
            outlet.give(clean)

    def _cleaned(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """The lines without secrets; those for which that cannot be made sure are not written at all."""
        together = "\n".join(_texts(entries))
        suspects = attempt(lambda: self._redactor.suspects(together), name="looking for secrets")
        if suspects is False:
            return entries if len(together) <= LONGEST_TEXT else [_short_enough(entry) for entry in entries]
        return [clean for entry in entries if (clean := self._clean(entry)) is not None]

    def _clean(self, entry: Entry) -> Entry | None:
        clean = attempt(lambda: _without_secrets(entry, self._redactor), name="hiding secrets")
        if isinstance(clean, Exception):
            self.queue.dropped += 1
            self._failed(f"Secrets could not be hidden ({type(clean).__name__}), so a line was not written.")
            return None
        return clean


def entry_of(record: logging.LogRecord) -> Entry:
    """The record as a line, with its traceback; what others said in it is cut."""
    trace = ""
    if record.exc_info and record.exc_info[0] is not None:
        trace = _formatter.formatException(record.exc_info)[:_LONGEST]
    elif record.stack_info:
        trace = record.stack_info[:_LONGEST]
    text = _message(record)
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
    # What Entry(...) does, in half the time: this is done for each line, on the thread that speaks.
    return _NEW(Entry, (record.created, record.levelno, subsystem_of(record.name), text, trace))


def _message(record: logging.LogRecord) -> str:
    message, args = record.msg, record.args
    if type(message) is str:
        if not args:
            return message
        if type(args) is tuple and _are_plain(args):
            try:
                text = message % args
            except (TypeError, ValueError):
                return f"{message} {args} (these do not fit)"[:LONGEST_FOREIGN]
            if len(text) <= LONGEST_FOREIGN:
                return text
    if args and "whole" not in record.__dict__:
        record.args = _cut(args)
    made = attempt(record.getMessage, name="putting a line of the log together")
    return made if isinstance(made, str) else f"{message!r} (could not be put together: {type(made).__name__})"


def _are_plain(args: tuple[object, ...]) -> bool:
    """Whether all are texts and numbers, which cannot fail to be written."""
    # As a loop: a generator takes twice as long, for each line.
    for each in args:  # noqa: SIM110
        if type(each) not in _PLAIN:
            return False
    return True


class _Short:
    """An object that is written as usual, but not at any length."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return shortened(str(self._value), LONGEST_FOREIGN)

    def __repr__(self) -> str:
        return shortened(repr(self._value), LONGEST_FOREIGN)


def _cut(args: tuple[object, ...] | Mapping[str, object]) -> tuple[object, ...] | Mapping[str, object]:
    if isinstance(args, Mapping):
        return {name: _short(value) for name, value in args.items()}
    return tuple([_short(value) for value in args])


def _short(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_FOREIGN else shortened(value, LONGEST_FOREIGN)
    return value if type(value) in _PLAIN or hasattr(value, "__float__") else _Short(value)


def _texts(entries: Sequence[Entry]) -> list[str]:
    return [f"{entry.text}\n{entry.trace}" if entry.trace else entry.text for entry in entries]


def _short_enough(entry: Entry) -> Entry:
    return entry._replace(text=entry.text[:LONGEST_TEXT], trace=entry.trace[:LONGEST_TEXT])


def _without_secrets(entry: Entry, redactor: Redactor) -> Entry:
    return entry._replace(
        text=redactor.clean(entry.text, LONGEST_TEXT), trace=redactor.clean(entry.trace, LONGEST_TEXT)
    )
