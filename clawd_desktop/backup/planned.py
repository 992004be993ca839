"""Keeps what is known of planned backups: when the next one is due and why, a pause, and that one is wanted at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.backup.past import Pause
from clawd_desktop.backup.schedule import FOREVER_MS, Code, Decision
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.events import BackupPlanChanged
from clawd_desktop.core.values import JsonObject, as_int
from clawd_desktop.storage.json_file import JsonFile

FILE = "backup-plan.json"
_UNTIL, _SINCE, _WANTED = "pausedUntilMs", "pausedMs", "wantedMs"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of the next planned backup: `why` is for a person, `code` one of schedule.Code.

    `next_ms` is when it is made, or when it is looked at again what keeps it back; None: when something changes.
    `due_ms` is its turn by the plan, which may be over already. `paused_until_ms` is None without a pause, and 0 for
    one that somebody has to end.
    """

    code: Code
    why: str
    next_ms: int | None = None
    due_ms: int | None = None
    paused_until_ms: int | None = None


def outlook_of(decision: Decision) -> Outlook:
    """The decision as it is shown."""
    paused = decision.code == "paused"
    until = (decision.at_ms or 0) if paused else None
    return Outlook(decision.code, decision.why, decision.at_ms, decision.due_ms, until)


class Planned:
    """One for the application. `outlook` is None until it was first looked at; `asked` says that one is wanted now.

    `woken` is set when it is to be looked at anew. `wanted_ms` is since when a first backup is wanted, None when there
    is one, or nobody has looked.
    """

    def __init__(self, path: Path, bus: EventBus, clock: Clock) -> None:
        self._file = JsonFile(path, "The file of planned backups")
        self._bus = bus
        self._clock = clock
        self.outlook: Outlook | None = None
        self.asked = False
        self.wanted_ms: int | None = None
        self.woken = asyncio.Event()

    async def pause(self, until_ms: int = 0) -> None:
        """Make no planned backups before that time in ms since the epoch; 0: until `resume`.

        Raises BadInput for a time that is over, Unreadable or StorageFault when it cannot be remembered.
        """
        now = self._clock.wall_ms()
        if until_ms and until_ms <= now:
            raise BadInput("The end of a pause must lie ahead.", hint="Give it in milliseconds since the epoch, or 0.")
        await self._remember({_UNTIL: until_ms or FOREVER_MS, _SINCE: now})

    async def resume(self) -> None:
        """Make them again. Raises as `pause`."""
        await self._remember({_UNTIL: 0, _SINCE: 0})

    async def paused(self) -> Pause:
        """The pause. Raises Unreadable or StorageFault."""
        kept = await self._file.read()
        return Pause(as_int(kept.get(_UNTIL)), as_int(kept.get(_SINCE)))

    async def want_first(self, *, wanted: bool) -> None:
        """Remember since when there is no backup at all, or that there is one. Raises Unreadable or StorageFault."""
        now = self._clock.wall_ms()

        def change(kept: JsonObject) -> JsonObject:
            rest = {key: value for key, value in kept.items() if key != _WANTED}
            # One that lies ahead was noted before the clock was set back.
            return rest | {_WANTED: min(as_int(kept.get(_WANTED)) or now, now)} if wanted else rest

        if wanted or self.wanted_ms is not None or _WANTED in await self._file.read():
            kept = await self._file.change(change)
            self.wanted_ms = as_int(kept.get(_WANTED)) or None

    def ask(self) -> None:
        """Have one made now, in the background."""
        self.asked = True
        self.woken.set()

    def show(self, outlook: Outlook) -> None:
        """This is how it stands."""
        if outlook != self.outlook:
            self.outlook = outlook
            self._bus.publish(BackupPlanChanged(outlook.code))

    async def _remember(self, changes: JsonObject) -> None:
        await self._file.change(lambda kept: kept | changes)
        self.woken.set()
