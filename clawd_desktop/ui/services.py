"""What windows are given: every service of the application that a page may use, in one frozen bundle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Chat, Secrets, Status

if TYPE_CHECKING:
    from clawd_desktop.backup.desk import BackupDesk
    from clawd_desktop.backup.drill_desk import DrillDesk
    from clawd_desktop.backup.restore_desk import RestoreDesk
    from clawd_desktop.config.store import ConfigStore
    from clawd_desktop.operations.assembly import OperationsServices
    from clawd_desktop.ui.theme import Theme


class Autostart(Protocol):
    """Whether the application starts when the person logs in."""

    async def enabled(self) -> bool:
        """What the operating system says now."""

    async def set(self, enabled: bool) -> None:
        """Switch it on or off. Raises ClawdError when the system refuses."""


class LocalServer(Protocol):
    """A model server that was found on this computer."""

    @property
    def kind(self) -> str:
        """ "ollama" or "lmstudio"."""

    @property
    def base_url(self) -> str:
        """Where it answers."""

    @property
    def models(self) -> Sequence[str]:
        """What it can run."""


@dataclass(frozen=True)
class UiServices:
    """All that pages use. `run_action` does what a NoticeAction id names and raises ClawdError when it cannot.

    Action ids that windows send: `page:<page id>`, `settings:<section id>` (both done by the windows themselves),
    `assistant.pause:<until, ms since the epoch; 0 = until resumed>`, `assistant.resume`, and every id
    that a Notice carries. `chat` makes the one Chat when it is needed. `find_local_servers` looks for Ollama and
    LM Studio. `use_vault` keeps the secrets in a file that is encrypted with the passphrase, and opens it.
    """

    status: Status
    operations: OperationsServices
    backups: BackupDesk
    drills: DrillDesk
    restores: RestoreDesk
    chat: Callable[[], Chat]
    notices: NoticeBoard
    bus: EventBus
    config: ConfigStore
    secrets: Secrets
    clock: Clock
    theme: Theme
    state_folder: Path
    run_action: Callable[[str], Awaitable[None]]
    find_local_servers: Callable[[], Awaitable[Sequence[LocalServer]]]
    autostart: Autostart
    use_vault: Callable[[str], Awaitable[None]] | None = None
    vault_is_locked: Callable[[], bool] = lambda: False
