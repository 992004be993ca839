"""What is kept of a time in which the event loop stood still: when, how long, and where in the code; never a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from types import FrameType

DEEPEST = 60
# Where a loop waits for its next event. uvloop waits outside Python: its innermost frame is whoever started it.
_WAITING = frozenset({"select", "poll", "epoll", "kqueue", "run_until_complete", "run_forever", "run", "exec", "exec_"})
_LOOP_FILES = ("selectors.py", "asyncio/", "qasync/", "uvloop/", "ui/loop.py", "ui/shell.py")


class Seen(StrEnum):
    """What the loop did when its stack was taken."""

    BUSY = "busy"  # It ran this code.
    WAITING = "waiting"  # It waited for events: the process got no processor, or another thread kept the interpreter.
    OVER = "over"  # It had answered meanwhile: this code need not be what held it up.


@dataclass(frozen=True, slots=True)
class StallStack:
    """One look at the loop's thread `after_s` seconds into the stall; `positions` are the outermost first."""

    after_s: float
    seen: Seen
    positions: tuple[str, ...]

    def text(self) -> str:
        """The positions below each other."""
        return "\n".join(f"  {position}" for position in self.positions)


@dataclass(frozen=True, slots=True)
class Stall:
    """One time in which the loop did not answer; `at_ms` is the wall clock when it was asked."""

    at_ms: int
    seconds: float
    stacks: tuple[StallStack, ...]


def positions_of(frame: FrameType | None) -> tuple[str, ...]:
    """Where the frame and its callers stand, outermost first, at most DEEPEST; without source text and values."""
    found: list[str] = []
    while frame is not None and len(found) < DEEPEST:
        code = frame.f_code
        found.append(f"{short_path(code.co_filename)}:{frame.f_lineno} in {code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(found))


def short_path(path: str) -> str:
    """The last parts of a path, without the folders above the package, which may name a person."""
    parts = PurePath(path.replace("\\", "/")).parts
    for anchor in ("site-packages", "clawd_desktop"):
        if anchor in parts:
            at = parts.index(anchor)
            return "/".join(parts[at + (anchor == "site-packages") :])
    return "/".join(parts[-2:])


def seen_in(positions: tuple[str, ...], answered: bool) -> Seen:
    """What such a stack means; `answered` is whether the loop had answered by the time it was taken."""
    if answered:
        return Seen.OVER
    where, _, name = positions[-1].rpartition(" in ") if positions else ("", "", "")
    waits = name.rpartition(".")[2] in _WAITING and any(part in where for part in _LOOP_FILES)
    return Seen.WAITING if waits else Seen.BUSY
