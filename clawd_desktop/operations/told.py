"""How whoever repairs something tells of it: on the bus, where the record of acts hears it too, and as a notice."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.notices import NoticeBoard


@dataclass(frozen=True, slots=True)
class Told:
    """The ways."""

    bus: EventBus
    notices: NoticeBoard
    clock: Clock

    def repaired(self, kind: str, name: str, act: str, text: str, *, ok: bool = True) -> None:
        """An act on the `kind` of thing called `name`; `text` is for a person, and nothing secret stands in it."""
        self.bus.publish(Repaired(f"{kind}:{name}" if name else kind, act, ok, text))
