"""Says what is being done and how long it took, and carries failures that a person can act on."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections.abc import Iterator


class Failure(Exception):
    """What went wrong, as a sentence, and what to do about it; `output` is what a program said, for the curious."""

    def __init__(self, message: str, hint: str = "", output: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.output = output

    def text(self) -> str:
        """The program's last words, then the sentence, then the way on."""
        last_words = "\n".join(self.output.strip().splitlines()[-12:])
        return "\n".join(part for part in (last_words, self.message, self.hint) if part)


def say(text: str) -> None:
    """One line for the person; on standard error, so that a command's own output stays clean."""
    print(text, file=sys.stderr, flush=True)


class Step:
    """One piece of work that is under way."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._live = sys.stderr.isatty()

    def progress(self, text: str) -> None:
        """Show how far it is; only a terminal can rewrite its line."""
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[2K{f'{self._title}: {text}'[:width]}", end="", file=sys.stderr, flush=True)

    def end(self, words: str) -> None:
        """Replace the progress by the outcome."""
        say(f"{chr(13)}\x1b[2K{self._title}: {words}" if self._live else f"{self._title}: {words}")


@contextlib.contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce a piece of work, then say how many seconds it took, or that it failed."""
    under_way = Step(title)
    under_way.progress("…") if sys.stderr.isatty() else say(f"{title} …")
    start = time.monotonic()
    try:
        yield under_way
    except BaseException:
        under_way.end("failed")
        raise
    under_way.end(f"done in {time.monotonic() - start:.1f} s")
