"""Holds the connections that have not shown who they are: few, and not for long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Ticket:
    """One connection's place in the waiting room."""

    def __init__(self, room: WaitingRoom, leave_now: Callable[[], object]) -> None:
        self._room = room
        self._leave_now = leave_now
        self._timer = asyncio.get_running_loop().call_later(room.seconds, self._expire)

    def on_expiry(self, leave_now: Callable[[], object]) -> None:
        """From now on end the connection in this way when its time is over."""
        self._leave_now = leave_now

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
    """At most `places` connections for at most `seconds` each.

    When it is full the one that has waited longest goes: an honest client is through in milliseconds, and silent
    connections cannot keep it out by sitting on all places.
    """

    def __init__(self, places: int, seconds: float) -> None:
        self.places = places
        self.seconds = seconds
        self._tickets: dict[Ticket, None] = {}

    def __len__(self) -> int:
        return len(self._tickets)

    def enter(self, leave_now: Callable[[], object]) -> Ticket:
        """A place for a new connection; `leave_now` ends it when its time is over."""
        while len(self._tickets) >= self.places:
            next(iter(self._tickets)).make_room()
        ticket = Ticket(self, leave_now)
        self._tickets[ticket] = None
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Free the place."""
        self._tickets.pop(ticket, None)
