"""How whoever repairs something tells of it: as an event, on the notice board, and in the record of acts."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Ledger

BY_ITSELF = "self-repair"


@dataclass(frozen=True, slots=True)
class Told:
    """The ways. `ledger` is absent where no record is kept."""

    bus: EventBus
    notices: NoticeBoard
    clock: Clock
    ledger: Ledger | None = None

    def repaired(self, kind: str, name: str, act: str, text: str, *, ok: bool = True, actor: str = BY_ITSELF) -> None:
        """An act on the `kind` of thing called `name`; `text` is for a person, and nothing secret stands in it."""
        subject = f"{kind}:{name}" if name else kind
        self.bus.publish(Repaired(subject, act, ok, text))
        if self.ledger is not None:
            self.ledger.record(actor, f"{kind}.{act}", name or kind, ok=ok, detail=text)
