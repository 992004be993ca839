"""How a drill went: each step with its outcome, what of it still stands as a fault, and the list that is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from clawd_desktop.backup import listing
from clawd_desktop.backup.drill_plan import Drilled
from clawd_desktop.backup.schedule import Past
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.storage.json_file import JsonFile

StepName: TypeAlias = Literal["read", "restore", "compare", "configuration", "start", "sessions", "conversations"]
FILE = "drills.json"
MOST_REPORTS = 40
_KEY = "drills"
TITLES: dict[StepName, str] = {
    "read": "Read the backup whole",
    "restore": "Restore it aside",
    "compare": "Compare all files",
    "configuration": "Understand the configuration",
    "start": "Start a gateway on the copy",
    "sessions": "List the conversations",
    "conversations": "Read conversations",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was found, or what was wrong and where, as a sentence."""

    name: StepName
    ok: bool
    text: str
    took_s: float


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How trying out one backup went. `at_ms` is when that ended, `created_ms` when the backup was made.

    `backup` is its id, `destination` the folder it lies in. `tried` is False when nothing was found out, because there
    was no room or the disk had gone. Steps after the one that failed are not there.
    """

    at_ms: int
    backup: str
    path: str
    created_ms: int
    ok: bool
    steps: tuple[Step, ...]
    took_s: float
    tried: bool = True

    @property
    def destination(self) -> str:
        """The place whose backup it is."""
        return listing.place_of_path(self.path)

    @property
    def fault(self) -> str:
        """What was wrong, "" when nothing was."""
        return next((step.text for step in self.steps if not step.ok), "")


class DrillRecords:
    """The newest reports in their file. Methods raise Unreadable or StorageFault; the file is then as it was."""

    def __init__(self, path: Path) -> None:
        self._file = JsonFile(path, "The list of drills")

    async def all(self) -> tuple[DrillReport, ...]:
        """All that are kept, the newest first."""
        return _reports(await self._file.read())

    async def add(self, report: DrillReport) -> tuple[DrillReport, ...]:
        """Keep one more; returns all that are kept then."""

        def change(wire: JsonObject) -> JsonObject:
            kept = sorted((report, *_reports(wire)), key=lambda one: one.at_ms, reverse=True)[:MOST_REPORTS]
            listed: list[JsonValue] = [report_json(one) for one in kept]
            return wire | {_KEY: listed}

        return _reports(await self._file.change(change))


def standing_faults(reports: Sequence[DrillReport], destinations: Collection[str]) -> tuple[DrillReport, ...]:
    """Of each of these places the newest report, where it is none of success: what is wrong now.

    A drill of an older backup that went well takes nothing back.
    """
    faults = []
    for place in destinations:
        mine = sorted((one for one in reports if one.destination == place), key=lambda one: one.at_ms, reverse=True)
        bad = next((one for one in mine if not one.ok), None)
        if bad is not None and not any(
            one.ok and one.at_ms >= bad.at_ms and one.created_ms >= bad.created_ms for one in mine
        ):
            faults.append(bad)
    return tuple(faults)


def telling(reports: Sequence[DrillReport], destinations: Collection[str]) -> DrillReport | None:
    """The one report to show: that of a fault that stands, else the newest; None when there is none."""
    faults = standing_faults(reports, destinations)
    return max(faults or reports, key=lambda one: one.at_ms, default=None)


def drilled(reports: Iterable[DrillReport]) -> tuple[Drilled, ...]:
    """The reports as the plan judges them: those that found something out."""
    return tuple(Drilled(one.backup, one.destination, one.at_ms, one.ok) for one in reports if one.tried)


def past_of(reports: Iterable[DrillReport]) -> Past:
    """The tries since the last drill that found something out."""
    tried_ms = failures = 0
    for report in sorted(reports, key=lambda one: one.at_ms, reverse=True):
        if report.tried:
            break
        tried_ms = max(tried_ms, report.at_ms)
        failures += 1
    return Past(tried_ms=tried_ms, failures=failures)


def report_json(report: DrillReport) -> JsonObject:
    """The report in the form that is kept, and that gateway and command line answer."""
    steps: list[JsonValue] = [
        {"name": step.name, "title": TITLES[step.name], "ok": step.ok, "text": plain(step.text), "tookS": step.took_s}
        for step in report.steps
    ]
    return {
        "atMs": report.at_ms, "backup": report.backup, "path": plain(report.path), "createdMs": report.created_ms,
        "ok": report.ok, "tried": report.tried, "steps": steps, "tookS": report.took_s, "fault": plain(report.fault),
    }  # fmt: skip


def plain(text: str) -> str:
    """The text with a mark for each byte of a name that is no text: JSON has none."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _reports(wire: JsonObject) -> tuple[DrillReport, ...]:
    found = (as_object(one) for one in as_list(wire.get(_KEY)))
    return tuple(_report(one) for one in found if as_text(one.get("backup")))


def _report(one: JsonObject) -> DrillReport:
    steps = (as_object(step) for step in as_list(one.get("steps")))
    return DrillReport(
        at_ms=as_int(one.get("atMs")),
        backup=as_text(one.get("backup")),
        path=as_text(one.get("path")),
        created_ms=as_int(one.get("createdMs")),
        ok=one.get("ok") is True,
        steps=tuple(
            Step(
                cast(StepName, step["name"]), step.get("ok") is True, as_text(step.get("text")),
                as_float(step.get("tookS")),
            )
            for step in steps
            if step.get("name") in get_args(StepName)
        ),
        took_s=as_float(one.get("tookS")),
        tried=one.get("tried") is not False,
    )  # fmt: skip
