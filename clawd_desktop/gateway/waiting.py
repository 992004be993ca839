"""Holds the connections that have not shown who they are: few, not for long, and none so many that others have none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from clawd_desktop.gateway.limiter import LOOPBACK


class Ticket:
    """One connection's place in the waiting room, counted among those of `key`."""

    def __init__(self, room: WaitingRoom, key: str, leave_now: Callable[[], object]) -> None:
        self.key = key
        self._room = room
        self._leave_now = leave_now
        self._timer = asyncio.get_running_loop().call_later(room.seconds, self._expire)

    def on_expiry(self, leave_now: Callable[[], object]) -> None:
        """From now on end the connection in this way when its time is over."""
        self._leave_now = leave_now

    def belongs_to(self, key: str) -> None:
        """It came for another peer, as the client of a proxy does."""
        if key != self.key and self in self._room:
            self._room.leave(self)
            self.key = key
            self._room.take(self)

    def done(self) -> None:
        """The connection has shown who it is, or has gone."""
        self._timer.cancel()
        self._room.leave(self)

    def renew(self) -> None:
        """It was answered something that everybody may have: its time runs anew, its place in the row stays."""
        if not self._timer.cancelled():
            self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(self._room.seconds, self._expire)

    def _expire(self) -> None:
        self.done()
        self._leave_now()

    def make_room(self) -> None:
        """Give the place to somebody newer."""
        self._expire()


class WaitingRoom:
    """At most `places` connections for at most `seconds` each, and at most a quarter of the places for one peer.

    When there is no place the one that has waited longest goes, of the peer itself when it has its share, else of the
    peer that has most: an honest client is through in milliseconds, and nobody can keep it out by sitting on places.
    This computer may fill what is free, and a quarter of the places is always its own.
    """

    def __init__(self, places: int, seconds: float) -> None:
        self.places = max(2, places)
        self.seconds = seconds
        self._peers: dict[str, dict[Ticket, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, ticket: Ticket) -> bool:
        return ticket in self._peers.get(ticket.key, {})

    @property
    def share(self) -> int:
        """The most that one peer may have, and what this computer always has."""
        return max(1, self.places // 4)

    def use(self, places: int, seconds: float) -> None:
        """Give another number of places and another time to those who come from now on."""
        self.places, self.seconds = max(2, places), seconds

    def empty(self) -> None:
        """End all that are here."""
        for ticket in [ticket for mine in self._peers.values() for ticket in mine]:
            ticket.make_room()

    def enter(self, leave_now: Callable[[], object], key: str = LOOPBACK) -> Ticket:
        """A place for a new connection of the peer; `leave_now` ends it when its time is over."""
        ticket = Ticket(self, key, leave_now)
        self.take(ticket)
        return ticket

    def take(self, ticket: Ticket) -> None:
        """Count the ticket among those of its key, which may cost another one its place."""
        while (crowded := self._crowded(ticket.key)) is not None:
            next(iter(self._peers[crowded])).make_room()
        self._peers.setdefault(ticket.key, {})[ticket] = None
        self._count += 1

    def leave(self, ticket: Ticket) -> None:
        """Free the place."""
        mine = self._peers.get(ticket.key, {})
        if ticket in mine:
            del mine[ticket]
            self._count -= 1
            if not mine:
                del self._peers[ticket.key]

    def _crowded(self, key: str) -> str | None:
        """The peer that must give up a place before one of `key` may come in; None when there is one."""
        own = len(self._peers.get(key, ()))
        here = len(self._peers.get(LOOPBACK, ()))
        if key != LOOPBACK:
            if own >= self.share:
                return key
            if self._count - here < self.places - self.share and self._count < self.places:
                return None
            # What this computer has beyond its share it has only as long as nobody else wants it.
            if here > self.share and self._count >= self.places:
                return LOOPBACK
            return self._fullest()
        if self._count < self.places:
            return None
        return LOOPBACK if own >= self.share else self._fullest()

    def _fullest(self) -> str:
        return max((key for key in self._peers if key != LOOPBACK), key=lambda key: len(self._peers[key]))
