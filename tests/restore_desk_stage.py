"""A process whose application runs again and again, as the composition root lets it, and the desk of its restores."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from backup_desk_stage import DeskStage

from clawd_desktop.backup.assembly import make_desk, settle
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.backup.restore_desk import Around, RestoreDesk
from clawd_desktop.backup.restore_outcome import Outcome
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import BackupProgressed, RestoreEnded
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.safeio import FolderLock


class Process:
    """What lives in it: `runs` are the sentences of what was wrong with each run of the application.

    `wrong` says what is wrong with a run, `fails` why one cannot start. `told` are the ends that a run was told of, by
    the number of the run, and `stages` those of the way. `at` is called when a stage is told for the first time.
    """

    def __init__(self, folder: Path, lifetime: Lifetime | None = None) -> None:
        self.stage = DeskStage(folder)
        self.restores = RestoreDesk(lifetime or Lifetime())
        self.quit = asyncio.Event()
        self.runs: list[str] = []
        self.told: list[tuple[int, RestoreEnded]] = []
        self.stages: list[str] = []
        self.at: dict[str, Callable[[], object]] = {}
        self.wrong: Callable[[], str] = lambda: self.stage.config.safe_reason
        self.fails: Callable[[], str] = lambda: ""
        self._began = asyncio.Event()

    @property
    def state(self) -> Path:
        return self.stage.state

    @property
    def notes(self) -> Path:
        """A file of the workspace."""
        return self.stage.paths.home / "clawd" / "MEMORY.md"

    async def live(self) -> None:
        """What the composition root does."""
        lifetime = self.restores.lifetime
        while True:
            _, failed = await lifetime.through(self._run()) if not self.quit.is_set() else (0, "")
            if self.quit.is_set():
                self.restores.stop()
            if not await lifetime.goes_on(failed):
                return

    async def began(self) -> None:
        """Wait until the first run has begun."""
        await self._began.wait()

    async def over(self) -> Outcome:
        """How it ended, when it has."""
        async with asyncio.timeout(30):
            while self.restores.working:
                await asyncio.sleep(0.005)
        assert self.restores.outcome is not None
        return self.restores.outcome

    async def _run(self) -> tuple[int, str]:
        stage, number = self.stage, len(self.runs)
        lock = FolderLock(stage.state)
        lock.acquire()
        try:
            settle(stage.paths, stage.clock)
            if failed := self.fails():
                self.runs.append(failed)
                return 1, failed
            await stage.config.load()
            stage.bus = EventBus()
            stage.bus.subscribe(RestoreEnded, lambda event: self.told.append((number, event)))
            stage.bus.subscribe(BackupProgressed, self._progressed)
            desk = make_desk(stage.paths, stage.config, stage.secrets, stage.clock, stage.bus)
            self.backups: BackupDesk = desk
            self.notices = NoticeBoard(stage.bus)
            self.restores.use(Around(desk, stage.secrets, self.notices, stage.bus, stage.clock, {}))
            self.runs.append(self.wrong())
            self.restores.lifetime.runs(self.runs[-1])
            self._began.set()
            await tasks.first(self.quit, self.restores.lifetime.ending)
            await desk.close()
            return 0, ""
        finally:
            lock.release()

    def _progressed(self, event: BackupProgressed) -> None:
        if event.stage not in self.stages:
            self.stages.append(event.stage)
            self.at.get(event.stage, lambda: None)()


@asynccontextmanager
async def process(folder: Path, lifetime: Lifetime | None = None, **backup: object) -> AsyncIterator[Process]:
    """A process that lives until the block ends, with these settings of the section `backup`."""
    made = Process(folder, lifetime)
    await made.stage.desk(**backup)
    root = tasks.spawn(made.live(), name="root")
    await made.began()
    try:
        yield made
    finally:
        made.quit.set()
        async with asyncio.timeout(30):
            await root
            with contextlib.suppress(ClawdError):
                await made.over() if made.restores.outcome else None
