"""A line that is fair: higher priority first, then one of each holder in turn, then in the order they came."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Waiter(Protocol):
    """Somebody who waits: for whom, and how urgently."""

    @property
    def holder(self) -> str:
        """For whom, such as a conversation."""

    @property
    def priority(self) -> int:
        """Higher goes first."""


W = TypeVar("W", bound=Waiter)


class WaitingLine(Generic[W]):
    """All operations cost the same however many wait. Waiters are told apart by identity."""

    def __init__(self) -> None:
        # Holders in the order of their turns, each with its own waiters in the order they came.
        self._lines: dict[int, OrderedDict[str, dict[int, W]]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[W]:
        """All who wait, in no particular order."""
        return (waiter for line in self._lines.values() for own in line.values() for waiter in own.values())

    def __contains__(self, waiter: W) -> bool:
        line = self._lines.get(waiter.priority)
        return line is not None and id(waiter) in line.get(waiter.holder, ())

    def put(self, waiter: W) -> None:
        """Take a place at the end."""
        line = self._lines.setdefault(waiter.priority, OrderedDict())
        line.setdefault(waiter.holder, {})[id(waiter)] = waiter
        self._count += 1

    def head(self) -> W | None:
        """Whose turn it is, None when nobody waits."""
        if not self._count:
            return None
        own = next(iter(self._lines[max(self._lines)].values()))
        return next(iter(own.values()))

    def remove(self, waiter: W, *, served: bool = False) -> bool:
        """Let somebody leave the line; False when they were not in it. Who was `served` lets other holders go first."""
        line = self._lines.get(waiter.priority)
        own = line.get(waiter.holder) if line is not None else None
        if line is None or own is None or own.pop(id(waiter), None) is None:
            return False
        self._count -= 1
        if not own:
            del line[waiter.holder]
        elif served:
            line.move_to_end(waiter.holder)
        if not line:
            del self._lines[waiter.priority]
        return True
