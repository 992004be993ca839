"""What the methods about restores answer."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from clawd_desktop.gateway.results.backups import BackupProgress


class RestoreCount(TypedDict):
    """How many paths are in one state; `bytes` in the backup, of those that would be lost as they are now."""

    state: Literal["same", "changed", "only in backup", "would be lost"]
    count: int
    bytes: int


class RestoreFile(TypedDict):
    """A path that would change, with its sizes in bytes (0 where it is not)."""

    path: str
    state: Literal["changed", "only in backup", "would be lost"]
    sizeNow: int
    sizeNew: int


class RestoreArea(TypedDict):
    """What would become of one area. `files` are the first 1,000 of `filesCount` that would change."""

    name: str
    title: str
    counts: list[RestoreCount]
    files: list[RestoreFile]
    filesCount: int
    warnings: list[str]


class RestorePreview(TypedDict):
    """What restoring all of a backup would do."""

    id: str
    createdMs: int
    host: str
    version: str
    secrets: Literal["out", "sealed"]
    areas: list[RestoreArea]
    warnings: list[str]


class RestoreDifference(TypedDict):
    """Lines of a unified diff from what is there to the backup; none when they are equal or no text."""

    lines: list[str]


class RestoreBegun(TypedDict):
    """It goes on in the background."""

    begun: bool


class RestoreUndoable(TypedDict):
    """A restore that can be taken back until `untilMs`; with `undoes` it is itself the taking back of one."""

    id: str
    atMs: int
    untilMs: int
    what: str
    areas: list[str]
    undoes: NotRequired[str]


class RestoreOutcome(TypedDict):
    """How the last one ended. `ok` is false when nothing was changed, everything was put back as it was, or could not
    be although the application does not work with what was restored.

    `what` is the name of the backup, or the id of the restore that was to be taken back. `undo` takes it back;
    `safety` is the file of the backup that was made before; `takenBack` says why everything was put back.
    `unknownSecrets` are places of secrets that nobody knows. `writtenSince` are the first 50 of the files that were
    written after the restore that was taken back.
    """

    ok: bool
    atMs: int
    what: str
    title: str
    text: str
    undo: NotRequired[str]
    safety: NotRequired[str]
    takenBack: NotRequired[str]
    unknownSecrets: NotRequired[list[str]]
    writtenSince: NotRequired[list[str]]
    writtenSinceCount: NotRequired[int]
    warnings: list[str]


class RestoresKnown(TypedDict):
    """`working` while one is under way; `last` is how the last one of this process ended."""

    working: bool
    progress: NotRequired[BackupProgress]
    last: NotRequired[RestoreOutcome]
    undoable: list[RestoreUndoable]


class RestoreStopped(TypedDict):
    """`stopped` is false when nothing was being done."""

    stopped: bool
