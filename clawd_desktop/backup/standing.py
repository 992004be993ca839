"""Says in a few facts how it stands with the backups: what is good, what failed, and which place is away."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from clawd_desktop.backup import drill_report
from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill_report import DrillRecords, DrillReport
from clawd_desktop.backup.known_places import KnownPlaces
from clawd_desktop.backup.patience import Patience
from clawd_desktop.backup.records import BackupRecord, newest_good
from clawd_desktop.core.backup_facts import BackupFacts, Drill


async def facts_of(desk: BackupDesk) -> BackupFacts:
    """How it stands now; looks into all places. Raises Unreadable or StorageFault as `BackupDesk.all` does."""
    records = await desk.all()
    away = await _places_away(desk)
    reports = await DrillRecords(desk.ground().paths.own / drill_report.FILE).all()
    return judged(records, away, last_drill(reports, desk.folders()))


def judged(records: Sequence[BackupRecord], away: Iterable[str] = (), drill: Drill | None = None) -> BackupFacts:
    """The facts in a list of backups; pure."""
    good = newest_good(records)
    good_ms = good.at_ms if good is not None else None
    newer = [record for record in records if good_ms is None or record.at_ms > good_ms]
    failed = max((one for one in newer if not one.ok), key=lambda one: one.at_ms, default=None)
    return BackupFacts(
        good_ms,
        good.verified_ms if good is not None else 0,
        failed.text if failed is not None else "",
        sum(record.ok and bool(record.text) for record in newer),
        sum(record.ok and not record.text and not record.verified_ms for record in newer),
        tuple(away),
        drill,
    )


def last_drill(reports: Sequence[DrillReport], folders: Iterable[Path]) -> Drill | None:
    """The trial to show: of a fault that stands, else the newest that found something out; pure."""
    tried = [one for one in reports if one.tried]
    shown = drill_report.telling(tried, tuple(str(folder) for folder in folders))
    return None if shown is None else Drill(shown.at_ms, shown.ok, shown.fault)


async def _places_away(desk: BackupDesk) -> tuple[str, ...]:
    """Why each folder cannot be used: it does not answer, its disk is not the one that was there, or as below."""
    silent = {target.where: why for target, why in desk.places() if why}
    known = KnownPlaces(desk.ground().paths.own, desk.usual_folder, Patience())
    away: list[str] = []
    for folder in desk.folders():
        why = silent.get(str(folder)) or await known.trouble(folder)
        if why is None:
            away += await asyncio.to_thread(places_away, (folder,), desk.usual_folder)
        elif why:
            away.append(why)
    return tuple(away)


def places_away(folders: Iterable[Path], usual: Path) -> tuple[str, ...]:
    """Why each folder that cannot be used now cannot; blocks. `usual` is made when it is needed."""
    return tuple(why for folder in folders if (why := _away(folder, usual)))


def _away(folder: Path, usual: Path) -> str:
    there = folder.is_dir()
    if not there and folder != usual and not folder.parent.is_dir():
        return f"{folder} is not there: its disk is not connected."
    if not there and os.path.lexists(folder):
        return f"{folder} is no folder."
    existing = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    return "" if os.access(existing, os.W_OK) else f"{existing} cannot be written to."
