"""The alerts with everything they are made of, on measurements that are put there by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from measured import Measured

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock, ManualClock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.notices import Notice, NoticeBoard
from clawd_desktop.operations.alert_desk import AlertDesk
from clawd_desktop.operations.alert_dispatch import Dispatcher
from clawd_desktop.operations.alert_sinks.table import Suppliers
from clawd_desktop.operations.alert_store import AlertStore
from clawd_desktop.operations.quiet import QuietDesk


class Chat:
    """A ChannelSender that keeps what is said in "chat", and refuses everything else."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, channel: str, to: str, text: str) -> None:
        await self.gate.wait()
        if channel != "chat":
            raise Unavailable(f"There is no channel {channel}.")
        self.said.append(text)


class Drawer:
    """A secret store."""

    def __init__(self, **known: str) -> None:
        self.known = known

    async def get(self, name: str) -> str | None:
        return self.known.get(name)

    async def set(self, name: str, value: str) -> None:
        self.known[name] = value

    async def delete(self, name: str) -> None:
        self.known.pop(name, None)


class AlertStage:
    """A desk that was not started, and what stands around it. `settings` is the section as a file would hold it."""

    def __init__(
        self, folder: Path, *, bus: EventBus | None = None, clock: Clock | None = None, **settings: object
    ) -> None:
        self.bus = bus or EventBus()
        self.manual = ManualClock()
        self.clock = clock or self.manual
        self.notices = NoticeBoard(self.bus)
        self.history = Measured()
        self.chat = Chat()
        self.learned: list[str] = []
        self.secrets = Drawer()
        self.settings = Monitoring.model_validate(settings)
        self.system: bool | None = None
        suppliers = Suppliers(self.chat, self.secrets, self.learned.append, {"PATH": "/usr/bin:/bin", "MY_KEY": "x"})
        self.quiet = QuietDesk(lambda: self.settings.quiet, folder, self.clock, self.notices, self._read_system)
        self.dispatcher = Dispatcher(suppliers, self.quiet, self.clock, self.notices)
        self.store = AlertStore(folder)
        self.desk = AlertDesk(
            lambda: self.settings, self.history, self.store, self.dispatcher, self.bus, self.clock, self.notices
        )

    async def _read_system(self) -> bool | None:
        return self.system

    @property
    def now(self) -> int:
        """Wall-clock ms."""
        return self.clock.wall_ms()

    def use(self, **settings: object) -> None:
        """Take other settings."""
        self.settings = Monitoring.model_validate(settings)
        self.quiet.configure()
        self.desk.configure()

    def measure(self, key: str, value: float, seconds: float = 0.0, step_s: float = 15.0) -> None:
        """Measure the value now and, for so long, every `step_s` seconds; check after each."""
        rest = seconds
        self._one(key, value)
        while rest > 0:
            self.manual.advance(min(step_s, rest))
            rest -= step_s
            self._one(key, value)

    def _one(self, key: str, value: float) -> None:
        self.history.add(key, self.now, value)
        self.desk.check()

    def notice(self, notice_id: str) -> Notice | None:
        """The notice of that id."""
        return next((one for one in self.notices.current() if one.id == notice_id), None)

    def alerts_on_screen(self) -> list[str]:
        """Titles of the notices about alerts."""
        return [one.title for one in self.notices.current() if one.id.startswith("alert.")]


@asynccontextmanager
async def started(folder: Path, **settings: object) -> AsyncIterator[AlertStage]:
    """A started desk; it is closed when the block ends."""
    stage = AlertStage(folder, **settings)
    await stage.quiet.start()
    await stage.desk.start()
    try:
        yield stage
    finally:
        await stage.desk.close()
        await stage.quiet.close()


async def until(condition: Callable[[], object]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)
