"""How far long work of a backup has come, and that somebody stopped it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from clawd_desktop.core.errors import ClawdError


@dataclass(frozen=True, slots=True)
class Progress:
    """`stage` is what is being done ("write", "verify", "extract"); sizes are in bytes before packing, those of
    "verify" and "extract" in bytes of the packed file; `file` is shown.

    `total_bytes` is 0 as long as nobody knows it.
    """

    stage: str
    done_bytes: int = 0
    total_bytes: int = 0
    file: str = ""


Watch: TypeAlias = Callable[[Progress], None]
Halt: TypeAlias = Callable[[], bool]


class Stopped(ClawdError):
    """Somebody stopped the work; nothing of it is left."""

    code = "stopped"


def unwatched(progress: Progress) -> None:
    """Nobody looks."""


def never() -> bool:
    """Nobody stops it."""
    return False


def go_on(stopped: Halt) -> None:
    """Raises Stopped when somebody wants that; to be called between two pieces of work."""
    if stopped():
        raise Stopped("It was stopped.")
