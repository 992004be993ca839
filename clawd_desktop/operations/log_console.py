"""Writes the log on the terminal, in a thread of its own: a terminal that is held still holds up nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from clawd_desktop.operations.log_line import Entry, compact, json_line, pretty

STYLES: dict[str, Callable[[Entry], str]] = {"pretty": pretty, "compact": compact, "json": json_line}
_AT_ONCE = 100


class LogConsole:
    """A `Sink`: standard error."""

    def __init__(self, style: str) -> None:
        self._form = STYLES[style]

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return "the terminal"

    def send(self, entries: Sequence[Entry]) -> int:
        """Write some lines. Raises OSError when the terminal is gone."""
        batch = entries[:_AT_ONCE]
        text = "".join(f"{self._form(entry)}\n" for entry in batch)
        # Looked up each time, as whoever runs this may have put another stream in its place.
        stream = sys.stderr
        if stream is not None:  # a program without a terminal, such as pythonw
            try:
                stream.write(text)
                stream.flush()
            except UnicodeEncodeError:
                stream.write(text.encode("ascii", "backslashreplace").decode())
            except ValueError as error:
                raise OSError(f"it was closed: {error}") from error
        return len(batch)

    def close(self) -> None:
        """Nothing of its own is open."""
