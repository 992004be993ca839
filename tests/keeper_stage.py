"""Planned backups over a real desk, with a clock, a battery and a network that the test sets."""

from __future__ import annotations

from pathlib import Path

from backup_desk_stage import DeskStage

from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.keeper import Keeper, Needs
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.surroundings import Around
from clawd_desktop.backup.telling import MADE, PROBLEM, Telling
from clawd_desktop.core.notices import Notice, NoticeBoard
from clawd_desktop.system.battery import Battery
from clawd_desktop.system.network import Network

# Small backups, of which all stay unless a test says otherwise; by a clock that is turned twice a year.
SMALL: dict[str, object] = {
    "leaveOut": ["sessions", "workspace-main", "measurements", "settings", "other"],
    "schedule": {"time": "03:30", "timezone": "Europe/Berlin"},
}


class Acts:
    """A ledger that is read by the test."""

    def __init__(self) -> None:
        self.acts: list[tuple[str, str]] = []

    def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
        self.acts.append((actor, act))


class KeeperStage(DeskStage):
    """`power`, `net`, `rests` and `restoring` are what the computer and the application say."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.notices = NoticeBoard(self.bus)
        self.ledger = Acts()
        self.power, self.net = Battery(), Network()
        self.rests = ""
        self.restoring = False
        self.looks = 0

    async def keeper(self, **backup: object) -> Keeper:
        """One that begins anew, as after a start of the application."""
        return self.over(await self.desk(**(SMALL | backup)))

    def over(self, desk: BackupDesk) -> Keeper:
        """One that begins anew over that desk."""

        async def network() -> Network:
            return self.net

        needs = Needs(
            desk=desk,
            telling=Telling(self.notices, self.clock),
            bus=self.bus,
            clock=self.clock,
            ledger=self.ledger,
            section=lambda: self.config.config.backup,
            resting=lambda: self.rests,
            restoring=lambda: self.restoring,
        )
        self.made_desk = desk
        return Keeper(needs, Around(self.clock, lambda: self.power, network))

    async def live(self, keeper: Keeper, seconds: float, *, hourly: bool = True) -> None:
        """Let the time pass, awake: it is looked when it is to be looked; not `hourly` only when something is due."""
        end_ms = self.clock.wall_ms() + round(seconds * 1000)
        while True:
            at_ms = await keeper.look()
            self.looks += 1
            assert at_ms <= self.clock.wall_ms() + 3_600_000, "at least hourly"
            outlook = self.made_desk.planned.outlook
            if not hourly and outlook is not None and outlook.next_ms is not None:
                at_ms = outlook.next_ms
            left_ms = min(at_ms, end_ms) - self.clock.wall_ms()
            self.clock.advance(max(left_ms, 0) / 1000)
            if self.clock.wall_ms() >= end_ms:
                return

    async def made(self) -> list[BackupRecord]:
        """The good ones, the oldest first."""
        return sorted((one for one in await self.made_desk.remembered() if one.ok), key=lambda one: one.at_ms)

    async def failed(self) -> list[BackupRecord]:
        """The failed ones, the oldest first."""
        return sorted((one for one in await self.made_desk.remembered() if not one.ok), key=lambda one: one.at_ms)

    @property
    def problem(self) -> Notice | None:
        """What stands about planned backups that do not work."""
        return self._notice(PROBLEM)

    @property
    def news(self) -> Notice | None:
        """What is said for a while."""
        return self._notice(MADE)

    def _notice(self, name: str) -> Notice | None:
        return next((notice for notice in self.notices.current() if notice.id == name), None)
