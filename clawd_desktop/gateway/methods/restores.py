"""Methods that show what a restore would do, bring a backup back, take that back, and tell how it went."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.restore_desk import RestoreDesk
from clawd_desktop.backup.restore_shown import look_json, restores_json
from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway.methods.backups import Area, ReadParams, opening_keys
from clawd_desktop.gateway.methods.table import Call, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.restores import (
    RestoreBegun,
    RestoreDifference,
    RestorePreview,
    RestoresKnown,
    RestoreStopped,
)

FilePath = Annotated[str, Field(min_length=1, max_length=4_096)]


class ChosenFile(Params):
    """A file or folder of an area, as the preview names it."""

    area: Area
    path: FilePath


class RestoreParams(ReadParams):
    """What is to come back: whole `areas`, single `files`, or all when neither is named. See `ReadParams` for `id`."""

    areas: Annotated[list[Area], Field(max_length=500)] = []
    files: Annotated[list[ChosenFile], Field(max_length=1_000)] = []


class DifferenceParams(ReadParams):
    """A text file of an area."""

    area: Area
    path: FilePath


class UndoParams(Params):
    """`id` as backup.restores shows it."""

    id: str = Field(min_length=1, max_length=100)


class RestoreMethods:
    """What the desk of restores does. That it was done is written down in the run after it: see `RestoreEnded`."""

    def __init__(self, desk: RestoreDesk) -> None:
        self._desk = desk

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        admin = Scope.ADMIN
        changes = RestoreDifference
        return (
            Method("backup.preview", admin, ReadParams, self.preview, listed=False, result=RestorePreview),
            Method("backup.difference", admin, DifferenceParams, self.difference, listed=False, result=changes),
            Method("backup.restore", admin, RestoreParams, self.restore, listed=False, result=RestoreBegun),
            Method("backup.undo", admin, UndoParams, self.undo, listed=False, result=RestoreBegun),
            Method("backup.restores", Scope.READ, NoParams, self.restores, listed=False, result=RestoresKnown),
            Method("backup.stopRestore", admin, NoParams, self.stop, listed=False, result=RestoreStopped),
        )  # fmt: skip

    async def preview(self, call: Call, params: ReadParams) -> RestorePreview:
        """Read a backup whole and say what restoring it would do; nothing is changed."""
        return cast(RestorePreview, look_json(await self._desk.look(params.id, opening_keys(params))))

    async def difference(self, call: Call, params: DifferenceParams) -> RestoreDifference:
        """How a text of the backup differs from the one that is there, without secrets."""
        lines = await self._desk.difference(params.id, params.area, params.path, opening_keys(params))
        return {"lines": list(lines)}

    async def restore(self, call: Call, params: RestoreParams) -> RestoreBegun:
        """Begin it. The gateway goes away for a moment; backup.restores tells afterwards how it went."""
        keys = opening_keys(params)
        files = frozenset((one.area, one.path) for one in params.files)
        choice = Choice(frozenset(params.areas), files) if params.areas or files else None
        await self._desk.begin(params.id, choice, keys)
        return {"begun": True}

    async def undo(self, call: Call, params: UndoParams) -> RestoreBegun:
        """Take a restore back, in the same way."""
        if all(one.id != params.id for one in await self._desk.undoable()):
            raise BadInput(f"There is no restore {params.id} to take back.", hint="See backup.restores.")
        self._desk.begin_undo(params.id)
        return {"begun": True}

    async def restores(self, call: Call, params: NoParams) -> RestoresKnown:
        """How far it is, how the last one went, and what can be taken back."""
        desk = self._desk
        found = await desk.undoable()
        return cast(RestoresKnown, restores_json(found, desk.outcome, desk.progress, working=desk.working))

    def stop(self, call: Call, params: NoParams) -> RestoreStopped:
        """End a preview or a restore that has not exchanged anything yet; all is as it was before."""
        return {"stopped": self._desk.stop()}
