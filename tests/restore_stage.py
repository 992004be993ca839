"""A home with real backups of it, and orders to restore them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from backup_stage import filled
from swap_stage import Seen, seen

from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.restore import Order
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.staging import Site
from clawd_desktop.backup.standstill import Application, Owner
from clawd_desktop.backup.taking import Taken, Wish, take

PASSPHRASE = "correct horse battery"  # noqa: S105
KEYRING = {"gateway.auth.token": "the token of the gateway"}


@dataclass
class Home:
    """A filled home, its site, and where its backups go."""

    folder: Path
    ground: Ground
    safeties: list[Path] = field(default_factory=list)

    @property
    def site(self) -> Site:
        return Site(self.ground, {})

    @property
    def state(self) -> Path:
        return self.ground.paths.state

    def taken(self, *areas: str, sealed: bool = False) -> Taken:
        wish = Wish(self.folder / "backups", areas=areas)
        if sealed:
            wish = replace(wish, lock=Lock(PASSPHRASE), keyring=KEYRING)
        return take(self.ground, wish)

    def backup(self, *areas: str, sealed: bool = False) -> ArchiveBackup:
        return ArchiveBackup(self.taken(*areas, sealed=sealed).path, Keys(PASSPHRASE) if sealed else None)

    def safety(self) -> Path:
        path = take(self.ground, Wish(self.folder / "backups", cause="restore")).path
        self.safeties.append(path)
        return path

    def order(
        self, areas: Iterable[str] = (), paths: Iterable[tuple[str, str]] = (), application: Application | None = None
    ) -> Order:
        owner = Owner(self.state, application=application)
        return Order(Choice(frozenset(areas), frozenset(paths)), owner, self.safety)

    def seen(self) -> Seen:
        """All but backups, the undo folder, and the locks."""
        found = seen(self.folder)
        return {
            path: what
            for path, what in found.items()
            if not path.startswith("backups") and not path.endswith("clawd-desktop.lock")
        }


def home_at(folder: Path) -> Home:
    """A home with something in every area."""
    return Home(folder, filled(folder))


def spoil(home: Home) -> None:
    """Change, delete and add something everywhere."""
    state = home.state
    (state / "agents/main/sessions/s1.jsonl").write_text("spoiled\n")
    (state / "agents/main/sessions/s2.jsonl").write_text("later\n")
    (state / "cron" / "runs" / "j.jsonl").unlink()
    (state / "skills" / "mine" / "SKILL.md").write_text("spoiled")
    (state / "somebody" / "else.txt").write_text("spoiled")
    (state / "memory" / "main.sqlite").write_bytes(b"no database")
    (state / "memory" / "main.sqlite-wal").write_bytes(b"a log of another database")
    (state / "memory" / "main.sqlite.seal").write_bytes(b"0")
    (home.folder / "clawd" / "MEMORY.md").write_text("spoiled")
    (home.folder / "clawd" / "later.md").write_text("later")
    (home.folder / "clawd" / "today.md").unlink()


def fails(sentence: str) -> Callable[[], str]:
    """A health check that finds this."""
    return lambda: sentence
