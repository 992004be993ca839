"""Understands where the settings want backups to go, and how a backup at a remote place is called; does no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from clawd_desktop.backup.manifest import Cause
from clawd_desktop.config.paths import Paths

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Backup

Kind: TypeAlias = Literal["folder", "store", "restic", "rclone"]
REMOTE = ("restic", "rclone")
# A person wants a file that can be taken along, a plan wants to be quick and small.
_FILES_FOR = frozenset({"person", "restore"})
# In the address of a server ("rest:https://anna:secret@host/"); the greedy end takes an "@" of the password with it.
_PASSWORD = re.compile(r"(?<=://)(?P<user>[^/@:\s]*):[^/\s]*@")


@dataclass(frozen=True, slots=True)
class Target:
    """One place: `where` is the path of a folder, or what restic or rclone calls it; `password` is as in the settings.

    A folder gets a file for each backup, a store shares what they have in common.
    """

    kind: Kind
    where: str
    name: str = ""
    password: str | None = None

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.name or (f"{self.kind} {self.shown}" if self.remote else self.where)

    @property
    def shown(self) -> str:
        """Where it is, without a password that stands in its address: whoever may look at backups sees this."""
        return without_password(self.where) if self.remote else self.where

    @property
    def remote(self) -> bool:
        """Whether a program reaches it."""
        return self.kind in REMOTE

    @property
    def folder(self) -> Path:
        """The folder, of one that is not remote."""
        return Path(self.where)

    @property
    def key(self) -> str:
        """The folder, or a remote place as the addresses of its backups begin."""
        return place_of(self.address("")) if self.remote else self.where

    def address(self, token: str) -> str:
        """How a backup at this remote place is called; `token` is its name or number there. It holds no password."""
        return f"{self.kind}:{self.shown}#{token}"


def targets_of(section: Backup, paths: Paths) -> tuple[Target, ...]:
    """All places that the settings name and that are on; none when they leave it to this program."""
    found = []
    for place in section.destinations:
        if not place.enabled:
            continue
        where = place.repository if place.kind in REMOTE else str(paths.user(place.path or ""))
        found.append(Target(place.kind, (where or "").strip(), (place.name or "").strip(), place.password))
    return tuple({(one.kind, one.where): one for one in found}.values())


def usual(folder: Path, cause: Cause) -> Target:
    """The folder that this program has for backups: what is planned goes into a store, a person gets a file."""
    return Target("folder" if cause in _FILES_FOR else "store", str(folder))


def without_password(text: str) -> str:
    """The text with a mark for each password that stands in an address."""
    return _PASSWORD.sub(r"\g<user>:…@", text)


def is_remote(address: str) -> bool:
    """Whether it is the address of a backup at a remote place, not a path."""
    kind, colon, rest = address.partition(":")
    return kind in REMOTE and bool(colon) and "#" in rest


def place_of(address: str) -> str:
    """The place of a remote backup, as its address begins."""
    return address.rpartition("#")[0]


def token_of(address: str) -> str:
    """Its name or number there."""
    return address.rpartition("#")[2]
