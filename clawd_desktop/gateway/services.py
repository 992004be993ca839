"""What the application gives the gateway to work with and to show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.model_names import CatalogNames
from clawd_desktop.agent.wakes import Wakes
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.restore_desk import RestoreDesk
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.operations.assembly import OperationsServices
from clawd_desktop.operations.status import StatusCollector
from clawd_desktop.operations.usage import UsageLedger
from clawd_desktop.storage.sessions import SessionStore
from clawd_desktop.system.secrets import SecretStore


@dataclass(frozen=True)
class Services:
    """What the application has and the gateway shows. `learn` hides a secret from the logs.

    `actions` are what buttons can ask of the application itself. In `safe_mode` nothing from outside is acted on.
    """

    version: str
    paths: Paths
    clock: Clock
    bus: EventBus
    notices: NoticeBoard
    secrets: SecretStore
    config: ConfigStore
    learn: Callable[[str], None]
    sessions: SessionStore
    catalog: Catalog
    names: CatalogNames
    assistant: Assistant
    wakes: Wakes
    usage: UsageLedger
    status: StatusCollector
    operations: OperationsServices
    backups: BackupDesk
    drills: DrillDesk
    restores: RestoreDesk
    workspace: Callable[[], Path]
    attach: Callable[[], Awaitable[None]]
    quit_soon: Callable[[], None]
    actions: Mapping[str, Callable[[str], Awaitable[None]]]
    safe_mode: bool
