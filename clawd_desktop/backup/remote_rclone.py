"""Backup files at any place that rclone knows: sent under another name and named when they are whole."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.backup.progress import Halt, Progress, Watch, never, unwatched
from clawd_desktop.backup.remote import Meaning, Order, Program, answer, moment_ms, positional, run
from clawd_desktop.core.errors import BadInput, NotFound, Unavailable
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text

_UNFINISHED = ".part"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_NO_REMOTE = Meaning("there is no such remote", "Make it with `rclone config`.", BadInput)
_UNREACHABLE = Meaning("the place cannot be reached", "Check the network; it goes on by itself.")
# Source: rclone 1.60, "Exit code".
RCLONE = Program(
    "rclone",
    {
        3: Meaning("there is no such folder", "Check the place.", NotFound),
        4: Meaning("there is no such file", "", NotFound),
        5: Meaning("the place does not answer as it should", "Try again later."),
        7: Meaning("the place refuses", "Check the account with `rclone about`."),
        8: Meaning("more may not be transferred", "Try again later."),
    },
    {
        "didn't find section in config file": _NO_REMOTE,
        "is a directory or doesn't exist": Meaning("there is no such file", "", NotFound),
        "couldn't decrypt configuration": Meaning("its configuration is locked", "Enter its password.", BadInput),
        "no space left": Meaning("the place is full", "Free some space there, or remove old backups."),
        "permission denied": Meaning("access is denied", "Check the rights at the place."),
        "no such host": _UNREACHABLE, "connection refused": _UNREACHABLE, "i/o timeout": _UNREACHABLE,
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at a remote place; `modified_ms` is since the epoch."""

    name: str
    size: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Rclone:
    """A place as rclone names it ("drive:backups"). Methods block; all raise Unavailable, NotFound, BadInput.

    Passwords of remotes are in rclone's own configuration; `config_password` opens that, through the environment.
    """

    place: str
    config_password: str = field(default="", repr=False)

    def send(self, file: Path, progress: Watch = unwatched, stopped: Halt = never) -> RemoteFile:
        """Copy the file there and look that it came whole. Raises BadInput when one of its name is there, Stopped.

        Whatever ends it, nothing that is not whole has the name of a backup.
        """
        name = _name(file.name)
        if any(one.name == name for one in self.files()):
            raise BadInput(f"{self.place} has a file {name} already.", hint="Remove it there first.")
        size = file.stat().st_size
        unfinished = self._at(name + _UNFINISHED)
        with contextlib.ExitStack() as failing:
            failing.callback(self._take_back, unfinished)
            self._copy("send", (os.fspath(file.resolve()), unfinished), progress, stopped)
            sent = next((one for one in self._listed() if one.name == name + _UNFINISHED), None)
            if sent is None or sent.size != size:
                raise Unavailable(f"rclone: {name} did not come whole to {self.place}.", hint="Try again.")
            self._run("moveto", "--", unfinished, self._at(name))
            failing.pop_all()
        progress(Progress("send", size, size))
        return RemoteFile(name, size, sent.modified_ms)

    def files(self) -> tuple[RemoteFile, ...]:
        """What is there, without what is unfinished; nothing when there is no such folder yet."""
        return tuple(one for one in self._listed() if not one.name.endswith(_UNFINISHED))

    def fetch(self, name: str, folder: Path, progress: Watch = unwatched, stopped: Halt = never) -> Path:
        """Copy a file into the folder; the caller verifies it. Raises Stopped."""
        target = folder / _name(name)
        self._copy("fetch", (self._at(target.name), os.fspath(target)), progress, stopped)
        return target

    def checksum(self, name: str, stopped: Halt = never) -> str:
        """The SHA-256 of a file as it is there, made by reading all of it. Raises Stopped."""
        said = self._run("hashsum", "sha256", "--download", "--", self._at(_name(name)), stopped=stopped)
        return said.decode("utf-8", "replace").split(" ")[0].strip()

    def remove(self, name: str) -> None:
        """Remove a file there."""
        self._run("deletefile", "--", self._at(_name(name)))

    def free_bytes(self) -> int | None:
        """What is free there, None when the place does not say."""
        try:
            found = as_object(answer(RCLONE, self._run("about", "--json", "--", self._checked()))).get("free")
        except (Unavailable, NotFound):
            return None
        return as_int(found) if found is not None else None

    def _take_back(self, unfinished: str) -> None:
        with contextlib.suppress(Unavailable, NotFound):
            self._run("deletefile", "--", unfinished)

    def _listed(self) -> tuple[RemoteFile, ...]:
        try:
            rows = answer(RCLONE, self._run("lsjson", "--files-only", "--", self._checked()))
        except NotFound:
            return ()
        found = [as_object(row) for row in as_list(rows)]
        return tuple(
            RemoteFile(as_text(row.get("Name")), as_int(row.get("Size")), moment_ms(as_text(row.get("ModTime"))))
            for row in found
        )

    def _copy(self, stage: str, ends: tuple[str, str], progress: Watch, stopped: Halt) -> None:
        def hear(line: JsonObject) -> None:
            stats = as_object(line.get("stats"))
            if stats:
                progress(Progress(stage, as_int(stats.get("bytes")), as_int(stats.get("totalBytes"))))

        told = ("--use-json-log", "--stats=500ms", "--stats-log-level=NOTICE")
        order = self._order("copyto", *told, "--", *ends)
        run(RCLONE, Order(order.arguments, order.secrets, hear=hear, hear_errors=True), stopped)

    def _at(self, name: str) -> str:
        place = self._checked()
        return place + name if place.endswith((":", "/")) else f"{place}/{name}"

    def _checked(self) -> str:
        if _tells(self.place):
            raise BadInput("A place with its password in it would be seen by all.", hint="Use `rclone config` instead.")
        return positional(self.place)

    def _run(self, *arguments: str, stopped: Halt = never) -> bytes:
        return run(RCLONE, self._order(*arguments), stopped)

    def _order(self, *arguments: str) -> Order:
        secrets = {"RCLONE_CONFIG_PASS": self.config_password} if self.config_password else {}
        # Without it rclone would ask at the terminal for a password that it has not.
        return Order((arguments[0], "--ask-password=false", *arguments[1:]), secrets)


def _tells(place: str) -> bool:
    """Whether settings stand in the place itself, as ":sftp,pass=x:" or "drive,token=x:", other than switches.

    Source: rclone, "Connection strings": name,parameter=value,parameter2="value2":path
    """
    if place.startswith(":") and "=" in place:
        return True
    name, comma, settings = place.partition(":")[0].partition(",")
    # A folder may be called anything.
    if not comma or "/" in name or "\\" in name:
        return False
    values = [value.lower() for _, equals, value in (one.partition("=") for one in settings.split(",")) if equals]
    return any(value not in ("true", "false") for value in values)


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise BadInput(f"{name!r} is no name of a backup file.")
    return name
