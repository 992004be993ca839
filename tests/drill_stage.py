"""A state with conversations as a gateway leaves it, a desk of drills over it, and what drills must leave alone."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from backup_desk_stage import DeskStage

from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.backup.drill_report import DrillReport
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.core.events import DrillEnded
from clawd_desktop.core.notices import Notice, NoticeBoard

SESSION = "0f6f3c1e-0000-4000-8000-000000000001"
KEY = "agent:main:main"


def message(number: int, role: str, text: str) -> dict[str, object]:
    """A line of a transcript."""
    content = [{"type": "text", "text": text}]
    said = {"role": role, "content": content, "timestamp": 1_794_000_000_000 + number}
    parent = f"{number - 1:08x}" if number > 1 else None
    stamp = "2026-11-20T00:00:00.000Z"
    return {"type": "message", "id": f"{number:08x}", "parentId": parent, "timestamp": stamp, "message": said}


def talk(state: Path, *lines: str, session: str = SESSION, key: str = KEY, updated: int = 1_794_000_000_000) -> Path:
    """A conversation of these lines, one by the user and one by the assistant; its transcript."""
    folder = state / "agents" / "main" / "sessions"
    folder.mkdir(parents=True, exist_ok=True)
    head = {"type": "session", "version": 3, "id": session, "timestamp": "2026-11-20T00:00:00.000Z", "cwd": "/"}
    said = [message(number, ("assistant", "user")[number % 2], line) for number, line in enumerate(lines, start=1)]
    path = folder / f"{session}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, *said)))
    index = folder / "sessions.json"
    rows = json.loads(index.read_text()) if index.exists() else {}
    rows[key] = {"sessionId": session, "updatedAt": updated, "sessionFile": str(path)}
    index.write_text(json.dumps(rows))
    return path


class DrillStage(DeskStage):
    """A desk of backups with one of drills; `notices` are what a person is told, `drilled` what the bus was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.notices = NoticeBoard(self.bus)
        self.drilled: list[DrillEnded] = []
        self.bus.subscribe(DrillEnded, self.drilled.append)
        (self.state / "agents/main/sessions/s1.jsonl").unlink()
        self.transcript = talk(self.state, "remember the lamp", "I will.", "good", "Thank you.")

    async def drills(self, **backup: object) -> tuple[BackupDesk, DrillDesk]:
        """Both desks, with these settings of the section `backup`."""
        desk = await self.desk(**backup)
        return desk, DrillDesk(desk, self.notices, dict(os.environ))

    @property
    def notice(self) -> Notice | None:
        """What a person is told of drills."""
        return next((one for one in self.notices.current() if one.id == "backup.drill"), None)

    def scratch(self) -> list[Path]:
        """What lies where copies are made."""
        places = (self.paths.cache / "drill", self.paths.own / "drill")
        return [path for place in places if place.exists() for path in (place, *place.rglob("*"))]


async def tried(desk: BackupDesk, drills: DrillDesk) -> tuple[BackupRecord, DrillReport]:
    """A new backup, and how trying it out went."""
    record = await desk.create(Order())
    (report,) = await drills.drill()
    return record, report


def seen(folder: Path, *apart: Path) -> dict[str, tuple[int, int, str]]:
    """Everything below the folder but what is `apart`: mode, time of change and content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if any(path == one or one in path.parents for one in apart):
            continue
        facts = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (facts.st_mode, facts.st_mtime_ns, content)
    return found
