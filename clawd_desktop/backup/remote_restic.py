"""Backups in a restic repository, which may be anywhere that restic reaches: a folder of ours goes in and comes out."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.backup.progress import Halt, Progress, Watch, never, unwatched
from clawd_desktop.backup.remote import Meaning, Order, Program, answer, moment_ms, positional, run
from clawd_desktop.core.errors import BadInput, Busy, NotFound, Unavailable
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text

_ABSENT = Meaning("there is no repository", "Make one, or check its address.", NotFound)
_WRONG = Meaning("the password is wrong", "Enter the password of the repository.", BadInput)
_LOCKED = Meaning("another process uses the repository", "Wait until it is done and try again.", Busy)
_FULL = Meaning("the place is full", "Free some space there, or remove old backups.")
_UNREACHABLE = Meaning("the place cannot be reached", "Check the network; it goes on by itself.")
# Source: restic 0.17, "Exit codes" (scripting); older ones say everything but 3 by phrases.
RESTIC = Program(
    "restic",
    {
        3: Meaning("some files could not be read", "Look which, and make the backup again."),
        10: _ABSENT, 11: _LOCKED, 12: _WRONG,
        130: Meaning("it was interrupted"),
    },
    {
        "wrong password or no key": _WRONG,
        "already locked": _LOCKED,
        "unable to create lock": _LOCKED,
        "config file already exists": Meaning("there is a repository already", "Open it instead.", BadInput),
        "unable to open config file": _ABSENT,
        "is there a repository at": _ABSENT,
        "no matching id found": Meaning("there is no such backup", "", NotFound),
        "no space left": _FULL,
        "quota": _FULL,
        "no such host": _UNREACHABLE, "connection refused": _UNREACHABLE, "i/o timeout": _UNREACHABLE,
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResticSnapshot:
    """One backup in a repository; `created_ms` is since the epoch."""

    id: str
    created_ms: int
    host: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restic:
    """A repository ("sftp:user@host:/backups") and its password; neither stands on a command line. Methods block.

    `secrets` are more variables for its environment, as AWS_SECRET_ACCESS_KEY. All methods raise Unavailable, NotFound
    without a repository, BadInput for a wrong password, Busy when another process uses it.
    """

    repository: str
    password: str = field(repr=False)
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def create(self) -> None:
        """Make the repository."""
        self._run("init")

    def send(self, folder: Path, tags: tuple[str, ...] = (), progress: Watch = unwatched, stopped: Halt = never) -> str:
        """Back up what is in the folder; returns the id of the new backup. Raises Stopped."""
        heard: list[JsonObject] = []

        def hear(line: JsonObject) -> None:
            if line.get("message_type") == "summary":
                heard.append(line)
            elif line.get("message_type") == "status":
                progress(_progress(line))

        tagged = [f"--tag={tag}" for tag in tags]
        order = self._order("backup", "--json", *tagged, "--", os.fspath(folder.resolve()))
        run(
            RESTIC, Order(order.arguments, order.secrets, {**order.settings, "RESTIC_PROGRESS_FPS": "4"}, hear), stopped
        )
        if not heard:
            raise Unavailable("restic: it said nothing of the backup.", hint="Look into the list of backups.")
        total = as_int(heard[0].get("total_bytes_processed"))
        progress(Progress("send", total, total))
        return as_text(heard[0].get("snapshot_id"))

    def snapshots(self) -> tuple[ResticSnapshot, ...]:
        """All backups, oldest first."""
        rows = [as_object(row) for row in as_list(answer(RESTIC, self._run("snapshots", "--json")))]
        found = [
            ResticSnapshot(
                as_text(row.get("id")),
                moment_ms(as_text(row.get("time"))),
                as_text(row.get("hostname")),
                tuple(as_text(tag) for tag in as_list(row.get("tags"))),
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda one: one.created_ms))

    def fetch(self, snapshot_id: str, folder: Path, stopped: Halt = never) -> None:
        """Put a backup into the folder, under the path that it was taken from. Raises Stopped."""
        self._run("restore", "--target", os.fspath(folder), "--", positional(snapshot_id), stopped=stopped)

    def forget(self, snapshot_ids: tuple[str, ...], stopped: Halt = never) -> None:
        """Remove these backups and what only they need."""
        if snapshot_ids:
            self._run("forget", "--prune", "--", *map(positional, snapshot_ids), stopped=stopped)

    def check(self, *, everything: bool = False, stopped: Halt = never) -> None:
        """Verify the repository, with `everything` each byte of it. Raises Unavailable with what is wrong."""
        self._run("check", *(["--read-data"] if everything else []), stopped=stopped)

    def _run(self, *arguments: str, stopped: Halt = never) -> bytes:
        return run(RESTIC, self._order(*arguments), stopped)

    def _order(self, *arguments: str) -> Order:
        # Not among the secrets: what is sent may lie below the folder of the repository, and errors may name it.
        secrets = {"RESTIC_PASSWORD": self.password, **dict(self.secrets)}
        return Order(arguments, secrets, {"RESTIC_REPOSITORY": self.repository})


def _progress(line: JsonObject) -> Progress:
    files = [as_text(value) for value in as_list(line.get("current_files"))]
    return Progress("send", as_int(line.get("bytes_done")), as_int(line.get("total_bytes")), files[0] if files else "")
