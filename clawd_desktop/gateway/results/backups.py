"""What the methods about backups answer."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

BackupCause = Literal["person", "schedule", "update", "migration", "restore"]


class BackupAttempt(TypedDict):
    """A backup, or an attempt that failed (`ok` is false, `text` says why). `size` is the file's, in bytes.

    `verifiedMs` is when it was last read back whole. `id` of a file that somebody put there is its name. `place` is the
    folder, the folder of a store or the remote place that has it, `path` its file, or its address at a remote place.
    """

    id: str
    atMs: int
    cause: str
    ok: bool
    path: NotRequired[str]
    place: NotRequired[str]
    size: int
    areas: list[str]
    sealed: bool
    verifiedMs: NotRequired[int]
    tookS: float
    text: NotRequired[str]
    warnings: list[str]


class BackupProgress(TypedDict):
    """How far it is, in bytes; `total` is 0 while nobody knows it."""

    stage: str
    done: int
    total: int
    file: str


class BackupPlace(TypedDict):
    """Where backups go. `text` says why nobody knows what is there."""

    kind: Literal["folder", "store", "restic", "rclone"]
    name: str
    where: str
    text: NotRequired[str]


class DrillStep(TypedDict):
    """One step of a drill: what was found, or what was wrong and where."""

    name: str
    title: str
    ok: bool
    text: str
    tookS: float


class DrillReport(TypedDict):
    """How trying out a backup went. `tried` is false when nothing was found out, such as without room on the disk.

    `createdMs` is when the backup was made; `fault` is "" when nothing was wrong.
    """

    atMs: int
    backup: str
    path: str
    createdMs: int
    ok: bool
    tried: bool
    steps: list[DrillStep]
    tookS: float
    fault: str


class BackupDrill(TypedDict):
    """How it went for each backup that was tried out; `ok` when all came back whole."""

    ok: bool
    drills: list[DrillReport]


class BackupList(TypedDict):
    """All backups, the newest first; `newestGoodMs` is when the newest that was read back was made.

    `folders` are those of this computer that hold some. `nextMs` is when the next planned one is made, or when it is
    looked at again what keeps it back; `nextWhy` says so for people, `nextCode` for programs: off, running, paused,
    waiting, due, missed, first, retry, failed, settling, battery, metered or offline. `pausedUntilMs` is there during a
    pause, and 0 when somebody has to end it.
    `lastDrill` is how trying one out went: a fault that still stands, else the newest.
    """

    backups: list[BackupAttempt]
    folders: list[str]
    places: list[BackupPlace]
    newestGoodMs: NotRequired[int]
    progress: NotRequired[BackupProgress]
    nextCode: NotRequired[str]
    nextWhy: NotRequired[str]
    nextMs: NotRequired[int]
    pausedUntilMs: NotRequired[int]
    lastDrill: NotRequired[DrillReport]


class BackupArea(TypedDict):
    """One part of a backup; `folder` is where it lay, `bytes` are before packing."""

    name: str
    title: str
    folder: str
    files: int
    folders: int
    links: int
    bytes: int


class BackupLeftOut(TypedDict):
    """Something that is not in it, and why."""

    area: str
    path: str
    reason: str


class BackupContent(TypedDict):
    """What a backup holds. `leftOut` are the first 1,000 of `leftOutCount`."""

    id: str
    createdMs: int
    cause: BackupCause
    version: str
    host: str
    system: str
    secrets: Literal["out", "sealed"]
    note: str
    bytes: int
    areas: list[BackupArea]
    leftOut: list[BackupLeftOut]
    leftOutCount: int
    warnings: list[str]


class BackupVerdict(TypedDict):
    """Whether a backup stays, by which rule, and why."""

    id: str
    atMs: int
    size: int
    destination: str
    kept: bool
    rule: str
    why: str


class BackupsPruned(TypedDict):
    """What the rules say of each backup; with `dryRun` nothing was removed. `bytes` is what goes."""

    dryRun: bool
    removed: int
    bytes: int
    backups: list[BackupVerdict]


class BackupExported(TypedDict):
    """The portable file that was made and read back; `size` in bytes, `id` is that of the backup."""

    id: str
    path: str
    size: int
    sealed: bool


class BackupStopped(TypedDict):
    """`stopped` is false when nothing was being done."""

    stopped: bool
