"""A connected client, as far as events go: what the broadcaster delivers, decoded from the frames of the wire."""

from __future__ import annotations

import json

from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.table import Role, Scope

Json = dict[str, object]


class Listener:
    """Hears everything and is never slow; `droppable` says of each frame whether a slow one may miss it."""

    role = Role.OPERATOR
    held = frozenset(str(scope) for scope in Scope)

    def __init__(self, broadcaster: Broadcaster) -> None:
        self.frames: list[Json] = []
        self.droppable: list[bool] = []
        broadcaster.join(self)

    def deliver(self, frame: bytes, *, droppable: bool) -> None:
        short = frame[1]
        head = 2 if short < 126 else 4 if short == 126 else 10
        self.frames.append(json.loads(frame[head:]))
        self.droppable.append(droppable)

    def payloads(self, *events: str) -> list[Json]:
        """The payloads of these events, in order."""
        return [frame["payload"] for frame in self.frames if frame["event"] in events]  # type: ignore[misc]
