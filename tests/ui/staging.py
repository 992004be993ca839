"""What tests of windows stand on: services with facts to set, and ways to look at widgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from status_stage import NOW, REPORT, FakeStatus

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Image
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import HistoryPage, Sent, SessionRow
from clawd_desktop.ui.memory import Memory
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.shell import Shell

__all__ = ["NOW", "REPORT", "FakeStatus"]


class FakeSecrets:
    """Keeps secrets in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        self.kept[name] = value

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)


class FakeAutostart:
    """Start at login that always works."""

    on = False

    async def enabled(self) -> bool:
        return self.on

    async def set(self, enabled: bool) -> None:
        self.on = enabled


class QuietChat:
    """A chat in which nothing was ever said."""

    async def sessions(self) -> Sequence[SessionRow]:
        return (SessionRow("agent:main:main", "Main", 0),)

    async def history(self, session_key: str, *, limit: int, before: int | None = None) -> HistoryPage:
        return HistoryPage((), None)

    async def send(self, session_key: str, text: str, *, images: tuple[Image, ...] = ()) -> Sent:
        return Sent("run-1")

    async def stop(self, session_key: str) -> int:
        return 0

    async def create(self) -> str:
        return "agent:main:new"

    async def rename(self, session_key: str, title: str) -> None:
        return None

    async def delete(self, session_key: str) -> None:
        return None


@dataclass(frozen=True)
class LocalModels:
    """A model server that was found."""

    kind: str = "ollama"
    base_url: str = "http://127.0.0.1:11434/v1"
    models: tuple[str, ...] = ("llama3.2:3b", "qwen3:8b")


@dataclass
class Stage:
    """All services of the windows, with what the test may set and see."""

    shell: Shell
    services: UiServices
    status: FakeStatus
    secrets: FakeSecrets
    autostart: FakeAutostart
    clock: ManualClock
    memory: Memory
    actions: list[str]
    servers: list[LocalModels] = field(default_factory=list)
    failure: list[ClawdError] = field(default_factory=list)

    @property
    def bus(self) -> EventBus:
        return self.services.bus

    @property
    def notices(self) -> NoticeBoard:
        return self.services.notices


async def settled(condition: Callable[[], object], what: str = "it") -> None:
    """Give the loop turns until the condition holds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)
    assert condition(), what


def texts(widget: QWidget) -> list[str]:
    """What the labels and buttons inside the widget say, hidden ones left out."""
    return [
        str(child.property("text"))
        for child in widget.findChildren(QWidget)
        if child.property("text") and not child.isHidden()
    ]


async def save_as(path: Path) -> None:
    """Answer the question where to save with this path, and wait until the file is there."""
    await settled(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), "the question where to save")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(path))
    dialog.accept()
    await settled(path.exists, f"{path} is written")
