"""The table of the page's graphs, and which thresholds and alert periods belong to each."""

from __future__ import annotations

from collections.abc import Iterable

from clawd_desktop.operations.alert_rules import Importance, Rule
from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.widgets.graph.spec import GraphSpec, Line, Shade, Threshold

SEVERITIES = {
    Importance.INFO: mark("Notice"),
    Importance.WARNING: mark("Warning"),
    Importance.CRITICAL: mark("Critical"),
}


def graph_specs(cores: float) -> tuple[GraphSpec, ...]:
    """All graphs in their order; `cores` is how many processor cores may be used, for shares of all of them."""
    whole, ours = tr("This computer"), tr("Clawd Desktop")
    return (
        GraphSpec("loop-lag", tr("Loop lag"), Unit.SECONDS, (
            Line("loop.lag", tr("Newest")), Line("loop.lagP95", tr("p95 of a minute"))), limits=True),
        GraphSpec("cpu", tr("CPU"), Unit.SHARE, (
            Line("system.cpuUsage", whole), Line("process.cpu", ours, factor=1 / cores)), top=1.0),
        GraphSpec("memory", tr("Memory of this computer"), Unit.SHARE, (
            Line("system.memoryUsage", tr("In use")),), top=1.0),
        GraphSpec("own-memory", tr("Memory of Clawd Desktop"), Unit.BYTES, (
            Line("process.memory", tr("With child processes")), Line("process.ownMemory", tr("Main process")))),
        GraphSpec("network", tr("Network"), Unit.BYTES_PER_S, (
            Line("system.networkIn", tr("Received")), Line("system.networkOut", tr("Sent")))),
        GraphSpec("disk", tr("Disk"), Unit.BYTES, (
            Line("system.diskFree", tr("Free")), Line("storage.stateSize", tr("Our data")))),
        GraphSpec("files", tr("Threads and open files"), Unit.COUNT, (
            Line("process.threads", tr("Threads")), Line("process.openFiles", tr("Open files")))),
        GraphSpec("requests", tr("Requests"), Unit.PER_S, (
            Line("gateway.requestsPerSecond", tr("Answered")),)),
        GraphSpec("latency", tr("Request latency"), Unit.SECONDS, (
            Line("gateway.latency", tr("Half of them")), Line("gateway.latencyP99", tr("99 of 100")))),
        GraphSpec("turns", tr("Answers"), Unit.COUNT, (
            Line("agents.running", tr("Being written")), Line("agents.queued", tr("Waiting")))),
        GraphSpec("tokens", tr("Tokens"), Unit.PER_MIN, (
            Line("agents.tokenUsage.input", tr("Read"), rate=True),
            Line("agents.tokenUsage.output", tr("Written"), rate=True))),
        GraphSpec("cost", tr("Cost"), Unit.DOLLARS, (
            Line("agents.costToday", tr("Since midnight")),)),
    )  # fmt: skip


def thresholds(spec: GraphSpec, rules: Iterable[Rule]) -> tuple[Threshold, ...]:
    """The limits of the rules that look at what the graph shows, in its unit; the least severe first."""
    factors = {line.key: line.factor for line in spec.lines if not line.rate}
    found = [rule for rule in rules if rule.metric in factors]
    return tuple(
        Threshold(rule.value * factors[rule.metric], tr(SEVERITIES[rule.severity]), rule.severity.word)
        for rule in sorted(found, key=lambda rule: rule.severity)
    )


def shades(spec: GraphSpec, alerts: Iterable[Alert]) -> tuple[Shade, ...]:
    """The periods in which alerts about what the graph shows stood."""
    keys = {line.key for line in spec.lines}
    return tuple(
        Shade(alert.since_ms, alert.ended_ms or None, alert.title, alert.severity.word)
        for alert in alerts
        if alert.key in keys
    )
