"""Writes the measurements in the text form that Prometheus reads; loaded when they are first asked for so.

Source of the naming: prometheus.io, "Metric and label naming": base units, `_total` for counters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, exposition
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from clawd_desktop.operations import metrics
from clawd_desktop.operations.meter import BOUNDS, Requested
from clawd_desktop.operations.metrics import METRICS
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.units import Unit

PREFIX = "clawd_"
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_SUFFIXES = {
    Unit.SHARE: "_ratio",
    Unit.BYTES: "_bytes",
    Unit.BYTES_PER_S: "_bytes_per_second",
    Unit.SECONDS: "_seconds",
    Unit.TOKENS: "_tokens",
    Unit.DOLLARS: "_dollars",
}


@dataclass(frozen=True, slots=True)
class Exposed:
    """What is written: values by series key, requests by name, and how long requests took (see `RequestMeter`)."""

    version: str
    values: Mapping[str, float]
    names: Mapping[str, Requested]
    buckets: Sequence[int]


def exposed_name(metric: metrics.Metric) -> str:
    """What the metric is called there, without the `_total` of counters: clawd_process_memory_bytes."""
    name = PREFIX + _CAPITAL.sub(r"_\1", metric.name).replace(".", "_").lower()
    suffix = _SUFFIXES.get(metric.unit, "")
    return name if name.endswith(suffix) else name + suffix


class _Exposition(Collector):
    """Our table as families of metrics."""

    def __init__(self, exposed: Exposed) -> None:
        self._exposed = exposed

    def collect(self) -> Iterator[Metric]:
        """One family for each metric that has values, and those of the requests."""
        yield InfoMetricFamily(f"{PREFIX}build", "The version that runs.", value={"version": self._exposed.version})
        by_name: dict[str, list[tuple[str, float]]] = {}
        for key, value in self._exposed.values.items():
            name, label = split_key(key)
            by_name.setdefault(name, []).append((label, value))
        for metric in METRICS:
            if metric.name in by_name:
                yield _family(metric, by_name[metric.name])
        yield from self._requests()

    def _requests(self) -> Iterator[Metric]:
        counted = CounterMetricFamily(f"{PREFIX}requests", "Requests that were answered.", labels=["method"])
        failed = CounterMetricFamily(f"{PREFIX}request_failures", "Requests that failed here.", labels=["method"])
        spent = CounterMetricFamily(
            f"{PREFIX}request_seconds", "Time that they took, without what waits by design.", labels=["method"]
        )
        for name, found in self._exposed.names.items():
            counted.add_metric([name], found.count)
            failed.add_metric([name], found.failed)
            spent.add_metric([name], found.seconds)
        yield from (counted, failed, spent)
        total, rows = 0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._exposed.buckets, strict=True):
            total += count
            rows.append((bound, float(total)))
        seconds = sum(found.seconds for found in self._exposed.names.values())
        yield HistogramMetricFamily(
            f"{PREFIX}request_duration_seconds", "How long requests took, without what waits by design.",
            buckets=rows, sum_value=seconds,
        )  # fmt: skip


def _family(metric: metrics.Metric, values: Sequence[tuple[str, float]]) -> Metric:
    family = CounterMetricFamily if metric.counter else GaugeMetricFamily
    found = family(exposed_name(metric), metric.help, labels=[metric.label] if metric.label else [])
    for label, value in values:
        found.add_metric([label] if metric.label else [], value)
    return found


def written(exposed: Exposed, accept: str) -> tuple[bytes, str]:
    """The text and its media type, in the form that the reader's Accept header prefers. Takes some milliseconds."""
    registry = CollectorRegistry()
    registry.register(_Exposition(exposed))
    encode, kind = exposition.choose_encoder(accept)
    return encode(registry), kind
