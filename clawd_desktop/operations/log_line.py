"""What one entry of the log is, and how it looks as JSON, as text and on a terminal: always one line; pure."""

from __future__ import annotations

import json
import logging
import time
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

from clawd_desktop.core.shown import shown_whole

LONGEST_TEXT = 64 * 1024
LONGEST_FOREIGN = 1024
LEVELS = {
    "silent": logging.CRITICAL + 10,
    "fatal": logging.CRITICAL,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": logging.DEBUG,
}
# What Clawdbot's viewers call them.
_NAMES = (
    (logging.CRITICAL, "FATAL"),
    (logging.ERROR, "ERROR"),
    (logging.WARNING, "WARN"),
    (logging.INFO, "INFO"),
    (0, "DEBUG"),
)
_PREFIX = "clawd."


class Entry(NamedTuple):
    """One line of the log before it is written. `created` is in seconds since the epoch, `trace` a traceback or "".

    `level` is a number of the logging module, `subsystem` the part of the application that speaks.
    """

    created: float
    level: int
    subsystem: str
    text: str
    trace: str = ""


def level_name(level: int) -> str:
    """DEBUG, INFO, WARN, ERROR or FATAL."""
    return next(name for least, name in _NAMES if level >= least)


@lru_cache(maxsize=512)
def subsystem_of(logger: str) -> str:
    """What a logger's part of the application is called: gateway.requests for clawd.gateway.requests."""
    return logger.removeprefix(_PREFIX)


def stamp(created: float) -> str:
    """The time in UTC with milliseconds: 2026-11-26T02:47:29.123Z."""
    return _moment(int(created * 1000))


def json_line(entry: Entry) -> str:
    """The shape that Clawdbot's log viewers read (keys "0", time, _meta), without the end of the line.

    What a terminal would obey or hide is escaped as JSON has it: control characters, direction marks, odd blanks.
    """
    created, level, subsystem, text, trace = entry
    moment = _moment(int(created * 1000))
    if trace:
        text = f"{text}\n{trace}"
    quoted = encode_basestring(text)
    if not quoted.isprintable():
        quoted = "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in quoted)
    return f'{{"0": {quoted}, "time": "{moment}", {_meta(level, subsystem)} "date": "{moment}"}}}}'


def text_line(entry: Entry) -> str:
    """`time LEVEL subsystem: text`, everything that is not plain text escaped."""
    text = shown(f"{entry.text}\n{entry.trace}" if entry.trace else entry.text)
    return f"{stamp(entry.created)} {level_name(entry.level):5} {entry.subsystem}: {text}"


def pretty(entry: Entry) -> str:
    """Short, for people at a terminal: local time, level, text; a traceback follows, indented so that none can forge a
    line."""
    moment = time.strftime("%H:%M:%S", time.localtime(entry.created))
    head = f"{moment} {level_name(entry.level).lower():5} {shown(entry.text)}"
    return "\n    ".join((head, *map(shown, entry.trace.splitlines()))) if entry.trace else head


def compact(entry: Entry) -> str:
    """`level subsystem: text` in one line."""
    return f"{level_name(entry.level).lower()} {entry.subsystem}: {shown(entry.text)}"


def shown(text: str) -> str:
    """The text in one line of visible characters."""
    return text if text.isprintable() and "\\" not in text else shown_whole(text)


def shortened(text: str, longest: int) -> str:
    """At most about `longest` characters, and how many there were."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"


# Thousands of lines may have the same time.
@lru_cache(maxsize=64)
def _moment(milliseconds: int) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(milliseconds // 1000))}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=512)
def _meta(level: int, subsystem: str) -> str:
    name = json.dumps(json.dumps({"subsystem": subsystem}))
    return f'"_meta": {{"logLevelName": "{level_name(level)}", "name": {name},'
