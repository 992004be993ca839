"""A configuration, a secret store and what finds passwords between them, on the real Secret Service of a test's bus."""

from __future__ import annotations

import os
from pathlib import Path

from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.notices import Notice, NoticeBoard
from clawd_desktop.operations.gateway_password import GatewayPassword
from clawd_desktop.operations.plain_secrets import PlainSecretsMover
from clawd_desktop.system.secrets import SecretStore


class Start:
    """What one start of the application has of these; a second one on the same folder is a second start."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.paths = find_paths({}, folder, folder / "state")
        self.bus, self.clock = EventBus(), SystemClock()
        self.notices = NoticeBoard(self.bus)
        self.learned: list[str] = []
        own = {**os.environ, **environ}
        self.secrets = SecretStore(self.paths.own, own, self.bus, self.clock, timeout=2.0)
        self.config = ConfigStore(self.paths, own, self.clock, self.bus)
        parts = (self.config, self.secrets, self.notices, self.clock, self.learned.append)
        self.password, self.mover = GatewayPassword(*parts), PlainSecretsMover(*parts)

    def notice(self, notice_id: str) -> Notice | None:
        """The notice that stands under this id."""
        return next((one for one in self.notices.current() if one.id == notice_id), None)


async def start(folder: Path, text: str = "", **environ: str) -> Start:
    """A start with its configuration loaded; `text` is written first, as a person does."""
    made = Start(folder, **environ)
    if text:
        made.paths.state.mkdir(parents=True, exist_ok=True)
        made.paths.config_file.write_text(text, encoding="utf-8")
    await made.config.load()
    return made
