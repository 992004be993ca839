"""Writes to a terminal or a pipe: results on standard output, all else on standard error, colour only for eyes."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from typing import TextIO

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonValue

STYLES = {"dim": "2", "bold": "1", "red": "31", "green": "32", "yellow": "33"}
# What a terminal would obey: a model or a foreign message must not move the cursor or retitle the window.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Console:
    """Standard output for results, standard error for everything else."""

    def __init__(self, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> None:
        self._out = out
        self._err = err
        self.is_terminal = out.isatty()
        self.colours = self.is_terminal and "NO_COLOR" not in environ and environ.get("TERM") != "dumb"

    def write(self, text: str) -> None:
        """Text of an answer as it comes, without a line end; control characters are left out on a terminal."""
        self.raw(self.clean(text))

    def clean(self, text: str) -> str:
        """The text as it may go to the output."""
        return _CONTROL.sub("", text) if self.is_terminal else text

    def raw(self, text: str) -> None:
        """Text that is clean already, colours included."""
        self._out.write(text)
        self._out.flush()

    def line(self, text: str = "") -> None:
        """One line of a result."""
        self.write(f"{text}\n")

    def styled(self, text: str, style: str) -> str:
        """The cleaned text in a colour, where there are colours. Pass the result to `raw`."""
        return f"\x1b[{STYLES[style]}m{self.clean(text)}\x1b[0m" if self.colours else self.clean(text)

    def json(self, value: JsonValue) -> None:
        """A result for programs; ASCII when the pipe cannot carry more."""
        ascii_only = (self._out.encoding or "ascii").lower().replace("-", "") != "utf8"
        self.raw(f"{json.dumps(value, indent=2, ensure_ascii=ascii_only)}\n")

    def note(self, text: str) -> None:
        """Something beside the result, such as progress."""
        self._err.write(f"{text}\n")
        self._err.flush()

    def status(self, text: str) -> None:
        """How far it is, in a line that the next one replaces ("" removes it); nothing where nobody looks."""
        if self._err.isatty():
            self._err.write(f"\r\x1b[K{_CONTROL.sub('', text)}")
            self._err.flush()

    def problem(self, error: ClawdError) -> None:
        """An error as its sentence and, on a line of its own, what to do."""
        self.note(_CONTROL.sub("", error.message))
        if error.hint:
            self.note(_CONTROL.sub("", error.hint))


def system_console() -> Console:
    """The console of this process."""
    return Console(sys.stdout, sys.stderr, os.environ)
