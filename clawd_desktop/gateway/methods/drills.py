"""The method that tries backups out: restores them aside, starts a gateway on the copy and reads in it."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.shown import drills_json
from clawd_desktop.backup.wanted import keys_of
from clawd_desktop.core.acting import actor
from clawd_desktop.core.ports import Ledger
from clawd_desktop.gateway.methods.backups import Passphrase
from clawd_desktop.gateway.methods.table import Call, Method, Params, Scope
from clawd_desktop.gateway.results.backups import BackupDrill


class DrillParams(Params):
    """`id` as backup.list shows it, its beginning, or the path of a file; without it the newest of each place.

    `passphrase` may also be the text of a file with a secret key of age.
    """

    id: Annotated[str, Field(max_length=4_096)] = ""
    passphrase: Passphrase = None


class DrillMethods:
    """What the desk of drills does."""

    def __init__(self, desk: DrillDesk, ledger: Ledger) -> None:
        self._desk = desk
        self._ledger = ledger

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (Method("backup.drill", Scope.ADMIN, DrillParams, self.drill, listed=False, result=BackupDrill),)

    async def drill(self, call: Call, params: DrillParams) -> BackupDrill:
        """Try them out now; it takes as long as reading them whole, and some seconds. Nothing in use is touched."""
        keys = keys_of(params.passphrase) if params.passphrase else None
        reports = await self._desk.drill(params.id, keys)
        for report in reports:
            self._ledger.record(actor(), "backup.drilled", report.backup)
        return cast(BackupDrill, drills_json(reports))
