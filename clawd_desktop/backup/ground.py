"""What a backup stands on: where everything lies on this computer, and who has a database open."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from clawd_desktop.backup.areas import APPROVALS, CONFIG, WORKSPACE
from clawd_desktop.config.paths import Paths
from clawd_desktop.core.clock import Clock, SystemClock

if TYPE_CHECKING:
    from clawd_desktop.config.schema import Config

# Copies an open database to another file by its online backup; False when nobody in this process has it open.
CopyDatabase: TypeAlias = Callable[[Path, Path], bool]
HISTORY = "config-history"


def by_nobody(source: Path, target: Path) -> bool:
    """No database is open in this process."""
    return False


@dataclass(frozen=True, slots=True)
class Ground:
    """`workspaces` are folders by agent, `included` the files that the configuration includes.

    `backup_folders` hold backups and are never taken themselves, wherever they lie. `copy_database` is called from the
    thread of the backup and may raise ClawdError.
    """

    paths: Paths
    workspaces: Mapping[str, Path] = field(default_factory=dict)
    included: tuple[Path, ...] = ()
    backup_folders: tuple[Path, ...] = ()
    copy_database: CopyDatabase = by_nobody
    clock: Clock = field(default_factory=SystemClock)

    def root(self, area: str) -> Path:
        """The folder below which an area lies, as far as it does not lie elsewhere (see `locate`)."""
        if area == CONFIG:
            return self.paths.config_file.parent
        if area.startswith(f"{WORKSPACE}-"):
            return self.workspaces[area.removeprefix(f"{WORKSPACE}-")]
        return self.paths.state

    def locate(self, area: str, path: str) -> Path:
        """Where a path of an area lies on this computer. Raises KeyError for the workspace of an unknown agent."""
        if area == APPROVALS and path == self.paths.exec_approvals.name:
            return self.paths.exec_approvals
        if area == CONFIG and path.split("/")[0] == HISTORY:
            return self.paths.state / path
        return self.root(area) / path


def workspaces_of(config: Config, paths: Paths) -> dict[str, Path]:
    """The folders that agents work in, the default agent's first; agents that share one stand once."""
    usual = paths.user(config.agents.defaults.workspace) if config.agents.defaults.workspace else paths.workspace
    found = {config.agents.default_id: usual}
    for agent in config.agents.list:
        found[agent.id.lower()] = paths.user(agent.workspace) if agent.workspace else usual
    seen: dict[str, str] = {}
    for agent_id, folder in found.items():
        seen.setdefault(os.path.realpath(folder), agent_id)
    return {agent_id: found[agent_id] for agent_id in seen.values()}
