"""Keeps open and past alerts on the disk, so that a restart forgets none and asks nobody twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import orjson

from clawd_desktop.core import safeio, tasks
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue, as_float, as_int, as_list, as_object, as_text
from clawd_desktop.operations.alert_rules import IMPORTANCES, Comparison, Importance
from clawd_desktop.operations.alerts import Subject
from clawd_desktop.storage.json_file import read_object

FILE = "alerts.json"
MOST_PAST = 1_000
# The year 3000: what lies beyond can neither be told nor written.
LATEST_MS = 32_503_680_000_000
_NUMBERS = ("sinceMs", "raisedMs", "endedMs", "acknowledgedMs", "toldMs", "escalatedMs", "flaps")
_HINT = "Correct it or move it away; until then alerts are kept in memory only."
_log = logging.getLogger("clawd.alerts")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert from its begin to its end. Times are wall-clock milliseconds, 0 where it has not happened.

    `value` is the one it began with, `worst` the furthest from `threshold`, all in the unit of the series `key`.
    `since_ms` is when the values became wrong, `raised_ms` when that was long enough. `flaps` counts how often it came
    back while it was not told anew.
    `told_ms` is when people were last told that it began, `is_told` says that they take it for open.
    """

    id: str
    rule: str
    key: str
    severity: Importance
    title: str
    text: str
    comparison: Comparison
    threshold: float
    over_at: float
    value: float
    worst: float
    since_ms: int
    raised_ms: int
    ended_ms: int = 0
    ended_because: str = ""
    acknowledged_ms: int = 0
    acknowledged_by: str = ""
    told_ms: int = 0
    is_told: bool = False
    escalated_ms: int = 0
    flaps: int = 0

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.rule, self.key

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return not self.ended_ms


@dataclass(slots=True)
class Kept:
    """Everything that is kept. `snoozed` is rule id to end in ms."""

    open: dict[Subject, Alert] = field(default_factory=dict)
    past: list[Alert] = field(default_factory=list)
    snoozed: dict[str, int] = field(default_factory=dict)


# What one write takes along: open alerts, past ones, ends of snoozes.
Snapshot: TypeAlias = tuple[tuple[Alert, ...], tuple[Alert, ...], dict[str, int]]


class AlertStore:
    """One JSON file, written as a whole after changes, never more than one write at a time.

    A file that cannot be understood is left alone: `fault` says so, and nothing is written until it is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.fault = ""
        self._may_write = True
        self._next: Snapshot | None = None
        self._writing: asyncio.Task[None] | None = None

    async def load(self, most_open: int) -> Kept:
        """What was kept, with at most `most_open` open alerts, the most important and newest of them."""
        try:
            return await asyncio.to_thread(self._read, most_open)
        except ClawdError as error:
            self.fault = error.sentence()
            self._may_write = False
            _log.warning("%s", self.fault)
            return Kept()

    def save(self, kept: Kept) -> None:
        """Write it soon; what is saved meanwhile is written with it."""
        # Alerts are frozen: a copy of the lists can be encoded in a thread.
        self._next = tuple(kept.open.values()), tuple(kept.past[-MOST_PAST:]), dict(kept.snoozed)
        if self._may_write and (self._writing is None or self._writing.done()):
            self._writing = tasks.spawn(self._write(), name="save alerts")

    async def close(self) -> None:
        """Wait until everything is on the disk."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _read(self, most_open: int) -> Kept:
        return parsed(read_object(self.path, "The list of alerts", _HINT), most_open)

    async def _write(self) -> None:
        while self._next is not None:
            state, self._next = self._next, None
            try:
                await asyncio.to_thread(_write, self.path, state)
                self.fault = ""
            except ClawdError as error:
                if not self.fault:
                    _log.warning("alerts are not kept: %s", error.sentence())
                self.fault = error.sentence()


def _write(path: Path, state: Snapshot) -> None:
    data = encoded(state)
    safeio.make_folder(path.parent)
    safeio.write_file(path, data)


def encoded(state: Snapshot) -> bytes:
    """The file's content."""
    opened, past, snoozed = state
    value: JsonObject = {
        "version": 1,
        "open": [as_json(alert) for alert in opened],
        "past": [as_json(alert) for alert in past],
        "snoozed": dict(snoozed),
    }
    return orjson.dumps(value) + b"\n"


def parsed(data: Mapping[str, JsonValue], most_open: int) -> Kept:
    """What the file's content means; rows that mean nothing are left out."""
    rows = (from_json(as_object(row)) for row in as_list(data.get("open")))
    opened = sorted((alert for alert in rows if alert is not None), key=lambda one: (-one.severity, -one.raised_ms))
    past = (from_json(as_object(row)) for row in as_list(data.get("past"))[-MOST_PAST:])
    return Kept(
        {alert.subject: alert for alert in opened[:most_open]},
        [alert for alert in past if alert is not None],
        {
            rule: end
            for rule, until in as_object(data.get("snoozed")).items()
            if 0 <= (end := as_int(until)) <= LATEST_MS
        },
    )


def as_json(alert: Alert) -> JsonObject:
    """The alert as it is kept; what has not happened is left out."""
    facts: JsonObject = {
        "id": alert.id, "rule": alert.rule, "key": alert.key, "severity": alert.severity.word, "title": alert.title,
        "text": alert.text, "comparison": alert.comparison.value, "threshold": alert.threshold,
        "clear": alert.over_at, "value": alert.value, "worst": alert.worst, "sinceMs": alert.since_ms,
        "raisedMs": alert.raised_ms, "endedMs": alert.ended_ms, "endedBecause": alert.ended_because,
        "acknowledgedMs": alert.acknowledged_ms, "acknowledgedBy": alert.acknowledged_by, "toldMs": alert.told_ms,
        "isTold": alert.is_told, "escalatedMs": alert.escalated_ms, "flaps": alert.flaps,
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value not in (0, "", False) or key in _ALWAYS}


_ALWAYS = frozenset({"threshold", "clear", "value", "worst", "text", "sinceMs", "raisedMs"})


def from_json(row: JsonObject) -> Alert | None:
    """The alert of a row; None when it is none."""
    severity, side = IMPORTANCES.get(as_text(row.get("severity"))), as_text(row.get("comparison"))
    if severity is None or side not in ("above", "below") or not as_text(row.get("id")) or not as_text(row.get("rule")):
        return None
    if any(not 0 <= as_int(row.get(name)) <= LATEST_MS for name in _NUMBERS):
        return None
    return Alert(
        as_text(row.get("id")), as_text(row.get("rule")), as_text(row.get("key")), severity,
        as_text(row.get("title")), as_text(row.get("text")), Comparison(side), as_float(row.get("threshold")),
        as_float(row.get("clear")), as_float(row.get("value")), as_float(row.get("worst")), as_int(row.get("sinceMs")),
        as_int(row.get("raisedMs")), as_int(row.get("endedMs")), as_text(row.get("endedBecause")),
        as_int(row.get("acknowledgedMs")), as_text(row.get("acknowledgedBy")), as_int(row.get("toldMs")),
        row.get("isTold") is True, as_int(row.get("escalatedMs")), as_int(row.get("flaps")),
    )  # fmt: skip


def newest(alerts: Iterable[Alert], limit: int) -> tuple[Alert, ...]:
    """At most `limit` of them, the newest first."""
    return tuple(sorted(alerts, key=lambda alert: -alert.raised_ms)[:limit])
