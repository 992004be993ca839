"""Counts the clients that are let in, and keeps one place for the owner at this computer when all others are taken."""

from __future__ import annotations

RETRY_S = 5


class Capacity:
    """Places for `most` clients, sockets and running HTTP requests together, and one more for the owner alone."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken = 0

    def __len__(self) -> int:
        return self._taken

    def enter(self, *, owner_here: bool) -> bool:
        """Take a place; False when there is none. `owner_here` may take the one that is kept free."""
        if self._taken >= self.most + owner_here:
            return False
        self._taken += 1
        return True

    def leave(self) -> None:
        """Give a place back."""
        self._taken -= 1
