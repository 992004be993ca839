"""Sinks that a test can make fail or block, and short ways to logs that are really written."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clawd_desktop.operations import logs
from clawd_desktop.operations.log_files import Place
from clawd_desktop.operations.log_line import Entry
from clawd_desktop.operations.log_settings import Plan, Target, ToFile
from clawd_desktop.operations.redaction import Redactor


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for what other threads do."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def entry(text: str = "hello", level: int = logging.INFO, **changes: object) -> Entry:
    """A line of the log."""
    return Entry(1_760_000_000.123, level, "gateway.http", text)._replace(**changes)  # type: ignore[arg-type]


class ScriptedSink:
    """A sink that fails while `error` is set, and waits while `gate` is closed."""

    name = "the test's place"

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.texts: list[str] = []
        self.batches: list[int] = []
        self.most = 1_000_000
        self.closed = False

    def send(self, entries: Sequence[Entry]) -> int:
        self.entered.set()
        self.gate.wait()
        if self.error is not None:
            raise self.error
        batch = entries[: self.most]
        self.batches.append(len(batch))
        self.texts += [each.text for each in batch]
        return len(batch)

    def close(self) -> None:
        self.closed = True


@contextmanager
def log_in(
    folder: Path, *more: Target, redactor: Redactor | None = None, level: str = "info"
) -> Iterator[logs.LogDesk]:
    """The whole log, with its file in the folder and these further places."""
    desk = logs.set_up(folder, redactor or Redactor(), level=level, console=False)
    desk.apply(Plan((ToFile(Place(folder)), *more), level))
    try:
        yield desk
    finally:
        desk.close()


def written(path: Path) -> list[dict[str, object]]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def texts(path: Path) -> list[str]:
    """What the lines of a file say."""
    return [str(line["0"]) for line in written(path)]
