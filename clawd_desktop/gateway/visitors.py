"""Tells the parts of the gateway who care which clients come and go, and gives them a way to speak to each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway.methods.table import Client

# Sends an event (its name and payload) to one client, without a sequence number; never waits and never raises.
Tell: TypeAlias = "Callable[[str, JsonValue], None]"


class Visitors:
    """Who listens is called at once, in the order in which they came."""

    def __init__(self) -> None:
        self._arrived: list[Callable[[Client, Tell], object]] = []
        self._left: list[Callable[[Client], object]] = []

    def on_arrival(self, listener: Callable[[Client, Tell], object]) -> None:
        """Call `listener(client, tell)` for every client that was let in."""
        self._arrived.append(listener)

    def on_departure(self, listener: Callable[[Client], object]) -> None:
        """Call `listener(client)` when a client's connection has ended."""
        self._left.append(listener)

    def arrived(self, client: Client, tell: Tell) -> None:
        """A client was let in."""
        for listener in self._arrived:
            listener(client, tell)

    def left(self, client: Client) -> None:
        """A client's connection has ended."""
        for listener in self._left:
            listener(client)
