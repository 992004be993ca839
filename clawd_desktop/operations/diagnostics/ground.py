"""What checks of the installation stand on, whether the application runs or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import safeio
from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import AlreadyRunning, ClawdError
from clawd_desktop.core.ports import Models, Status
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.storage.database import Database
from clawd_desktop.system.autostart.port import Autostart
from clawd_desktop.system.secrets import SecretStore


@dataclass(frozen=True)
class Brains:
    """What answers: for checks of models and their keys."""

    catalog: Catalog
    keys: KeyFinder
    models: Models


@dataclass(frozen=True)
class Ground:
    """`status` tells how the running application is; it is None where none runs in this process.

    `move_secrets` moves plain-text secrets of the configuration to the keyring and returns how many, `backups` tells
    how it stands with the backups (None: nobody can). On `bus` repairs are told. `held` gives the databases that this
    process has open, by their path.
    """

    paths: Paths
    environ: Mapping[str, str] = field(repr=False)
    clock: Clock
    config: ConfigStore
    secrets: SecretStore
    redactor: Redactor
    brains: Brains | None
    autostart: Autostart
    move_secrets: Callable[[], Awaitable[int]]
    status: Status | None = None
    bus: EventBus | None = None
    backups: Callable[[], Awaitable[BackupFacts]] | None = None
    held: Callable[[], Mapping[Path, Database]] = dict
    program: Path = Path("clawd-desktop")

    @property
    def port(self) -> int:
        """The gateway's port."""
        return self.config.config.gateway.port

    @property
    def workspace(self) -> Path:
        """The folder that the assistant works in."""
        named = self.config.config.agents.defaults.workspace
        return self.paths.user(named) if named else self.paths.workspace

    def log_files(self) -> tuple[Path, ...]:
        """The files of the log, the newest last."""
        named = self.config.config.logging.file
        if named:
            folder, pattern = self.paths.user(named).parent, f"{self.paths.user(named).stem}*"
        else:
            folder, pattern = self.paths.logs, "*.log"
        found = [path for path in folder.glob(pattern) if path.is_file()] if folder.is_dir() else []
        return tuple(sorted(found, key=lambda path: (path.stat().st_mtime, path.name)))

    @property
    def headless(self) -> bool:
        """Whether there is no screen that windows could be shown on."""
        return not any(self.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))

    def owner(self) -> int | None:
        """The process that owns the state folder: this one's id, another's (0 when not known), None for nobody."""
        import os

        if self.status is not None:
            return os.getpid()
        if not (self.paths.state / safeio.LOCK).exists():
            return None
        lock = safeio.FolderLock(self.paths.state)
        try:
            lock.acquire()
        except AlreadyRunning as owner:
            return owner.pid or 0
        except ClawdError:
            return None
        lock.release()
        return None
