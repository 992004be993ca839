"""A desk of backups over a real configuration and real files."""

from __future__ import annotations

import json
from pathlib import Path

from clawd_desktop.backup.assembly import make_desk
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.config.paths import Paths, find_paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import BackupEnded, BackupProgressed
from clawd_desktop.system.secrets import SecretStore

START_MS = 1_795_000_000_000
DAY_MS = 86_400_000


class DeskStage:
    """What a desk works with: `state` is its state folder, `told` what the bus was told of it."""

    def __init__(self, folder: Path) -> None:
        self.paths = find_paths({}, folder, folder / "state")
        self.state, self.usual = self.paths.state, self.paths.backups
        self.clock, self.bus = ManualClock(START_MS), EventBus()
        self.config = ConfigStore(self.paths, {}, self.clock, self.bus)
        self.secrets = SecretStore(self.paths.own, {}, self.bus, self.clock, timeout=30.0)
        self.ended: list[BackupEnded] = []
        self.progressed: list[BackupProgressed] = []
        self.bus.subscribe(BackupEnded, self.ended.append)
        self.bus.subscribe(BackupProgressed, self.progressed.append)
        fill(self.paths)

    async def desk(self, **backup: object) -> BackupDesk:
        """A desk that begins anew, with these settings of the section `backup`."""
        self.paths.config_file.write_text(json.dumps({"backup": backup}))
        await self.config.load()
        assert self.config.safe_reason == ""
        return make_desk(self.paths, self.config, self.secrets, self.clock, self.bus)

    def leftovers(self, folder: Path | None = None) -> list[Path]:
        """All that lies in the folder of backups and of copies."""
        scratch = self.paths.cache / "backup"
        places = [place for place in (folder or self.usual, scratch) if place.is_dir()]
        return [path for place in places for path in place.iterdir()]


def fill(paths: Paths) -> None:
    """A state folder with a conversation, and a workspace."""
    for path, text in (
        (paths.state / "agents/main/sessions/s1.jsonl", '{"type":"session","id":"s1"}\n'),
        (paths.home / "clawd" / "MEMORY.md", "# Memory\n"),
        (paths.state / "usage/2026-11.jsonl", '{"day":1}\n'),
        (paths.state / "logs/today.log", "a line\n"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def damage(path: Path) -> None:
    """Turn one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
