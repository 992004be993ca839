"""Methods that show what is measured, now and before."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Mapping
from dataclasses import fields
from typing import cast

import orjson
from pydantic import Field
from pydantic.alias_generators import to_camel

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.table import Call, Encoded, Method, NoParams, Params, Scope
from clawd_desktop.gateway.results.metrics import MetricHistoryPage, MetricList, MetricRow, MetricsNow
from clawd_desktop.operations.fine_series import fine_series
from clawd_desktop.operations.metrics import BY_NAME, METRICS
from clawd_desktop.operations.metrics_desk import MetricsDesk, NetworkIO, TokenUsage
from clawd_desktop.operations.series import Series, split_key

USUAL_MS = 3_600_000
USUAL_POINTS = 500
LONGEST_KEY = 300
_NAMES = {"networkIo": "networkIO", "received": "in", "sent": "out"}


class HistoryParams(Params):
    """`key` is a metric's name, with its label in braces when it has one; the last hour when nothing else is said."""

    key: str = Field(min_length=1, max_length=LONGEST_KEY)
    since_ms: int | None = Field(default=None, ge=0)
    until_ms: int | None = Field(default=None, ge=0)
    points: int = Field(default=USUAL_POINTS, ge=1, le=20_000)


class MetricMethods:
    """Answers from the desk, which measures more often for a while when somebody asks for now."""

    def __init__(self, desk: MetricsDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("metrics.get", Scope.READ, NoParams, self.get, listed=False, result=MetricsNow),
            Method("metrics.list", Scope.READ, NoParams, self.list, listed=False, result=MetricList),
            Method("metrics.history", Scope.READ, HistoryParams, self.history, listed=False, result=MetricHistoryPage),
        )

    def get(self, call: Call, params: NoParams) -> MetricsNow:
        """The newest values, in the shape of the course's Metrics and more."""
        self._desk.glance()
        now = self._desk.snapshot()
        loop = {"lag": now.loop_lag, "lagP95": now.loop_lag_p95}
        answer: JsonObject = {
            "ts": now.at_ms,
            "gateway": _known(now.gateway),
            "agents": _known(now.agents),
            "system": _known(now.system),
            "process": _known(now.process),
            "loop": {name: value for name, value in loop.items() if value is not None},
            "channels": {name: dict(values) for name, values in now.channels.items()},
            "models": {name: dict(values) for name, values in now.models.items()},
            "values": dict(now.values),
        }
        return cast(MetricsNow, answer)

    async def list(self, call: Call, params: NoParams) -> MetricList:
        """Every metric with its unit, and the series that have values."""
        known: dict[str, list[str]] = {}
        for key in await self._desk.history.known():
            known.setdefault(split_key(key)[0], []).append(key)
        rows: list[MetricRow] = []
        for metric in METRICS:
            row: MetricRow = {
                "name": metric.name,
                "title": metric.title,
                "unit": metric.unit.value,
                "help": metric.help,
                "counter": metric.counter,
                "keys": sorted(known.get(metric.name, [])),
            }
            if metric.label:
                row["label"] = metric.label
            rows.append(row)
        return {"metrics": rows}

    async def history(self, call: Call, params: HistoryParams) -> Encoded:
        """What one series was; the answer is at most about `points` values."""
        until = self._clock.wall_ms() if params.until_ms is None else params.until_ms
        since = max(0, until - USUAL_MS) if params.since_ms is None else params.since_ms
        found = await fine_series(self._desk.history, params.key, since, until, params.points)
        # In a thread: of 20,000 points it takes some ten milliseconds.
        return await asyncio.to_thread(_page, found)


def _page(found: Series) -> Encoded:
    page: MetricHistoryPage = {
        "key": found.key,
        "unit": BY_NAME[split_key(found.key)[0]].unit.value,
        "stepMs": found.step_ms,
        "times": [int(at) for at in found.times_ms],
        "low": _with_gaps(found.low),
        "mean": _with_gaps(found.mean),
        "high": _with_gaps(found.high),
    }
    return Encoded(orjson.dumps(page))


def _with_gaps(values: array[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


def _known(section: object) -> JsonObject:
    """A section of the picture with the names of the wire; what is not known is absent."""
    found: JsonObject = {}
    for each in fields(section):  # type: ignore[arg-type]
        value = getattr(section, each.name)
        if value is not None:
            found[_name(each.name)] = _value(value)
    return found


def _value(value: float | TokenUsage | NetworkIO | Mapping[str, float]) -> JsonValue:
    if isinstance(value, TokenUsage | NetworkIO):
        return _known(value)
    return dict(value) if isinstance(value, Mapping) else value


def _name(field_name: str) -> str:
    camel = to_camel(field_name)
    return _NAMES.get(camel, camel)
