"""Reads the end of the log, and what came since, by byte offsets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Tail:
    """A stretch of a log file; `cursor` is the byte offset to go on from."""

    file: str
    cursor: int
    size: int
    lines: tuple[str, ...]
    truncated: bool
    reset: bool


def tail(path: Path, cursor: int | None, limit: int, max_bytes: int) -> Tail:
    """New lines since `cursor` bytes, at most `limit` lines of at most `max_bytes`.

    A cursor beyond the end or too far behind starts again near the end (`reset`). A partial first line is dropped.
    """
    size = path.stat().st_size if path.exists() else 0
    reset = cursor is not None and (cursor > size or size - cursor > max_bytes)
    start = cursor if cursor is not None and not reset else max(0, size - max_bytes)
    try:
        data = _slice(path, start, size) if size else b""
    except OSError as error:
        raise NotFound(f"The log {path} cannot be read: {error.strerror}.") from error
    whole, _, _ = data.rpartition(b"\n")
    if start and start != cursor:
        whole = whole.partition(b"\n")[2]
    lines = whole.decode("utf-8", "replace").split("\n") if whole else []
    cut = len(lines) > limit or (start > 0 and start != cursor)
    end = start + len(data) - len(data.rpartition(b"\n")[2])
    return Tail(str(path), end, size, tuple(lines[-limit:]), cut, reset)


def _slice(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)
