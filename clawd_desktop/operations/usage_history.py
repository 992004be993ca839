"""Adds up what was used on each of the last days, from the ledger's files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.safeio import read_file
from clawd_desktop.core.values import JsonObject, as_float, as_int, as_text

LONGEST_DAYS = 36_600


@dataclass(frozen=True, slots=True)
class UsedRun:
    """One line of the ledger; `day` is YYYY-MM-DD."""

    day: str
    usage: Usage
    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class DayUsage:
    """What one day used; `unpriced` counts the answers whose price is not known."""

    day: str
    usage: Usage = Usage()
    unpriced: int = 0


def parse_line(line: str) -> UsedRun | None:
    """The run in a line of the ledger, None when it holds none."""
    try:
        row: JsonObject = json.loads(line)
    except ValueError:
        return None
    day = as_text(row.get("day")) if isinstance(row, dict) else ""
    if not day:
        return None
    usage = Usage(
        as_int(row.get("input")),
        as_int(row.get("output")),
        as_int(row.get("cacheRead")),
        as_int(row.get("cacheWrite")),
        as_float(row.get("cost")),
    )
    return UsedRun(day, usage, as_text(row.get("provider")), as_text(row.get("model")))


def read_days(folder: Path, today: date, days: int, is_free: Callable[[str], bool]) -> tuple[DayUsage, ...]:
    """The days with any use among the last `days` (today is one of them), oldest first; does disk work.

    `is_free` says of a provider that its answers cost nothing, so that no price is missing there. A file of the
    ledger that cannot be read is left out.
    """
    first = today - timedelta(days=min(days, LONGEST_DAYS, today.toordinal()) - 1)
    found: dict[str, DayUsage] = {}
    for run in _runs(folder, first.isoformat(), today.isoformat()):
        before = found.get(run.day, DayUsage(run.day))
        missing = run.usage.total > 0 and not run.usage.cost and not is_free(run.provider)
        found[run.day] = replace(before, usage=before.usage + run.usage, unpriced=before.unpriced + missing)
    return tuple(found[day] for day in sorted(found))


def _runs(folder: Path, first: str, last: str) -> Iterator[UsedRun]:
    for path in sorted(folder.glob("????-??.jsonl")):
        if not first[:7] <= path.stem <= last[:7]:
            continue
        try:
            lines = read_file(path, limit=256 * 1024 * 1024).decode("utf-8", "replace").splitlines()
        except ClawdError:
            continue
        for line in lines:
            run = parse_line(line)
            if run is not None and first <= run.day <= last:
                yield run
