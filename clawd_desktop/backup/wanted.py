"""What the settings say of backups: where they go, what they hold, how they are locked, and how long they stay."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clawd_desktop.backup import secrets_out
from clawd_desktop.backup.areas import SECRETS
from clawd_desktop.backup.collect import area_names
from clawd_desktop.backup.ground import CopyDatabase, Ground, by_nobody, workspaces_of
from clawd_desktop.backup.manifest import Cause
from clawd_desktop.backup.retention import Rules
from clawd_desktop.backup.schedule import Plan
from clawd_desktop.backup.sealing import Keys, Lock, is_sealed
from clawd_desktop.backup.settings import plan_of, rules_of
from clawd_desktop.backup.targets import Target, targets_of, usual
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.schema import Config
from clawd_desktop.config.secret_refs import resolve
from clawd_desktop.core import safeio
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, NotFound, StorageFault
from clawd_desktop.core.ports import Secrets

if TYPE_CHECKING:  # the section is loaded when it is first needed
    from clawd_desktop.config.schema.backup import Sealed

_SECRET_KEYS = ("AGE-SECRET-KEY-", "-----BEGIN")
_HEAD = 64


@dataclass(frozen=True)
class Needs:
    """What backups need of the application, or of a command that works without it.

    `included` are the files that the configuration includes; `copy_database` copies one that this process has open.
    """

    paths: Paths
    config: Callable[[], Config]
    included: Callable[[], tuple[Path, ...]]
    secrets: Secrets
    clock: Clock
    bus: EventBus
    copy_database: CopyDatabase = by_nobody


def keys_of(text: str) -> Keys:
    """What opens a backup: a passphrase, or the text of a file with a secret key."""
    if any(mark in text for mark in _SECRET_KEYS):
        return Keys(identities=(text,))
    return Keys(text.strip("\r\n"))


class Wanted:
    """The settings as they are when they are asked for."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def targets(self, cause: Cause = "person") -> tuple[Target, ...]:
        """Where a backup goes that is made for this: what the settings name, or what this program has for it."""
        paths = self._needs.paths
        return targets_of(self._needs.config().backup, paths) or (usual(paths.backups, cause),)

    def folders(self) -> tuple[Path, ...]:
        """The folders in which backups are kept, without remote places."""
        return tuple(dict.fromkeys(target.folder for target in self.targets() if not target.remote))

    async def password(self, target: Target) -> str:
        """What opens a remote place, "" for nothing. Raises what asking for it raises."""
        return await resolve(target.password, self._needs.secrets) if target.password else ""

    def locks(self) -> bool:
        """Whether the settings lock backups."""
        sealed = self._needs.config().backup.sealed
        return bool(sealed.recipients or sealed.passphrase)

    def rules(self) -> Rules:
        """What is kept. Raises BadInput for an unknown time zone."""
        return rules_of(self._needs.config().backup)

    def sealed(self) -> Sealed:
        """How backups are locked."""
        return self._needs.config().backup.sealed

    def plan(self) -> Plan:
        """When backups are made by themselves. Raises BadInput for an unknown time zone."""
        section = self._needs.config().backup
        kinds = {place.kind for place in section.destinations if place.enabled}
        return plan_of(section, remote=bool(kinds) and "folder" not in kinds)

    def ground(self) -> Ground:
        """What there is to back up."""
        needs = self._needs
        return Ground(
            needs.paths,
            workspaces_of(needs.config(), needs.paths),
            needs.included(),
            (*self.folders(), needs.paths.backups),
            needs.copy_database,
            needs.clock,
        )

    def areas(self, cause: Cause = "person") -> tuple[str, ...]:
        """The areas that are backed up when nobody names some; none: all, as before a restore, which replaces all."""
        left_out = set(self._needs.config().backup.leave_out)
        if not left_out or cause == "restore":
            return ()
        keep_secrets = self._needs.config().backup.sealed.passwords
        out = left_out if keep_secrets else left_out | {SECRETS}
        return tuple(name for name in area_names(self.ground()) if name not in out)

    async def lock(self, given: Lock | None = None) -> tuple[Lock | None, dict[str, str] | None]:
        """With what a backup is locked, and the passwords that come along (None: none do).

        Raises what asking for the passphrase raises, and SecretsFault when the passwords cannot be read.
        """
        sealed = self._needs.config().backup.sealed
        lock = given
        if lock is None and sealed.recipients:
            lock = Lock(recipients=tuple(sealed.recipients))
        if lock is None and sealed.passphrase:
            lock = Lock(await resolve(sealed.passphrase, self._needs.secrets))
        return lock, await self._keyring() if lock is not None and sealed.passwords else None

    async def keys(self, path: Path) -> Keys | None:
        """What opens a file without asking anybody: the passphrase of the settings; None when that is not needed."""
        return await self.passphrase() if await asyncio.to_thread(_is_sealed, path) else None

    async def passphrase(self) -> Keys | None:
        """The passphrase of the settings, None when there is none. Raises what asking for it raises."""
        sealed = self._needs.config().backup.sealed
        return Keys(await resolve(sealed.passphrase, self._needs.secrets)) if sealed.passphrase else None

    async def _keyring(self) -> dict[str, str]:
        names: dict[str, None] = {}
        for path in (self._needs.paths.config_file, *self._needs.included()):
            with contextlib.suppress(NotFound):  # without a configuration nothing is asked for
                data = await asyncio.to_thread(safeio.read_file, path)
                names |= dict.fromkeys(secrets_out.names_in(data))
        items, _ = await secrets_out.keyring_items(self._needs.secrets, names)
        return items


def make_place(folder: Path, usual: Path) -> None:
    """Make the folder for backups if it is not there; blocks.

    Raises StorageFault when the folder that it lies in is not there either: its disk is not connected, and a backup
    beside what it is made of helps nobody.
    """
    if folder != usual and not folder.parent.is_dir():
        raise StorageFault(f"{folder} is not there.", hint="Connect its disk, or choose another folder.")
    safeio.make_folder(folder)


def _is_sealed(path: Path) -> bool:
    try:
        with safeio.open_regular(path) as file:
            return is_sealed(file.read(_HEAD) or b"")
    except (OSError, ClawdError):
        return False  # whoever reads it next says what is wrong
