"""The table of everything that is measured: one row per metric, with its unit and where its values come from."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.operations.units import Unit


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `label` names what its series are told apart by ("model", "channel"), "" when there is one only.

    `counter` says that the value only grows within one run of the application.
    """

    name: str
    title: str
    unit: Unit
    help: str
    label: str = ""
    counter: bool = False


METRICS: tuple[Metric, ...] = (
    Metric("gateway.uptime", "Uptime", Unit.SECONDS, "Since the gateway listens; 0 while it does not."),
    Metric("gateway.activeConnections", "Connections", Unit.COUNT, "Clients that are connected."),
    Metric("gateway.requestsPerSecond", "Requests", Unit.PER_S, "Requests over sockets and HTTP that were answered."),
    Metric("gateway.errorRate", "Errors", Unit.SHARE, "Share of the last minute's requests that failed here."),
    Metric("gateway.errorsPerMinute", "Errors a minute", Unit.PER_MIN, "Requests of the last minute that failed."),
    Metric("gateway.latency", "Request latency, p50", Unit.SECONDS, "Half of the requests were answered within it."),
    Metric("gateway.latencyP99", "Request latency, p99", Unit.SECONDS, "99 of 100 were answered within it."),
    Metric("gateway.restarts", "Restarts", Unit.COUNT, "Starts of the gateway within the last 10 minutes."),
    Metric("agents.activeSessions", "Active conversations", Unit.COUNT, "Conversations used within the last hour."),
    Metric("agents.running", "Turns", Unit.COUNT, "Turns that run now."),
    Metric("agents.queued", "Waiting turns", Unit.COUNT, "Turns that wait for their place."),
    Metric("agents.queueWait", "Wait", Unit.SECONDS, "Mean wait of the turns that began in the last 5 minutes."),
    Metric("agents.averageResponseTime", "Response time", Unit.SECONDS, "Mean of the turns of the last 5 minutes."),
    Metric("agents.firstToken", "First word", Unit.SECONDS, "Mean time to the first token, last 5 minutes."),
    Metric("agents.turns", "Turns ended", Unit.COUNT, "Turns that ended with an answer.", counter=True),
    Metric("agents.failures", "Turns failed", Unit.COUNT, "Turns that ended without one.", counter=True),
    Metric("agents.failuresPerMinute", "Failed turns", Unit.PER_MIN, "In the last minute."),
    Metric("agents.toolRuns", "Tool runs", Unit.COUNT, "Calls of tools.", label="tool", counter=True),
    Metric("agents.failovers", "Failovers", Unit.COUNT, "Times that another model had to answer.", counter=True),
    Metric("agents.tokenUsage.input", "Tokens in", Unit.TOKENS, "Read by models.", counter=True),
    Metric("agents.tokenUsage.output", "Tokens out", Unit.TOKENS, "Written by models.", counter=True),
    Metric("agents.tokenUsage.total", "Tokens", Unit.TOKENS, "Together.", counter=True),
    Metric("agents.cost", "Cost", Unit.DOLLARS, "What providers charge, by our table of prices.", counter=True),
    Metric("agents.costToday", "Cost today", Unit.DOLLARS, "Since midnight, local time; survives restarts."),
    Metric("model.tokens", "Tokens by model", Unit.TOKENS, "Read and written.", label="model", counter=True),
    Metric("model.responseTime", "Response time by model", Unit.SECONDS, "Mean, last 5 minutes.", label="model"),
    Metric("model.failures", "Failures by model", Unit.COUNT, "Questions without an answer.", label="model",
           counter=True),
    Metric("channel.up", "Channel connected", Unit.COUNT, "1 while it is connected, 0 while not.", label="channel"),
    Metric("channel.authExpires", "Login ends in", Unit.SECONDS, "Until the channel's login expires.",
           label="channel"),
    Metric("channel.messages", "Messages by channel", Unit.COUNT, "Received and sent.", label="channel", counter=True),
    Metric("system.cpuUsage", "CPU", Unit.SHARE, "Share of all cores (of the container's, inside one)."),
    Metric("system.memoryUsage", "Memory", Unit.SHARE, "Share of the memory (of the container's, inside one)."),
    Metric("system.memoryAvailable", "Free memory", Unit.BYTES, "What can be had without swapping."),
    Metric("system.diskUsage", "Disk", Unit.SHARE, "Share of the disk that holds the state folder."),
    Metric("system.diskFree", "Free disk", Unit.BYTES, "On the disk that holds the state folder."),
    Metric("system.networkIn", "Network in", Unit.BYTES_PER_S, "All interfaces but loopback."),
    Metric("system.networkOut", "Network out", Unit.BYTES_PER_S, "All interfaces but loopback."),
    Metric("system.load", "Load", Unit.COUNT, "Processes that run or wait, mean of one minute."),
    Metric("process.cpu", "CPU of Clawd Desktop", Unit.SHARE, "1 is one core; with child processes."),
    Metric("process.memory", "Memory of Clawd Desktop", Unit.BYTES, "Resident; with child processes."),
    Metric("process.ownMemory", "Memory of the main process", Unit.BYTES, "Resident."),
    Metric("process.threads", "Threads", Unit.COUNT, "With child processes."),
    Metric("process.openFiles", "Open files", Unit.COUNT, "With sockets and pipes, with child processes."),
    Metric("process.children", "Child processes", Unit.COUNT, "That run now."),
    Metric("loop.lag", "Loop lag", Unit.SECONDS, "How long the event loop took to answer, newest."),
    Metric("loop.lagP95", "Loop lag, p95", Unit.SECONDS, "Of the last minute."),
    Metric("service.up", "Service runs", Unit.COUNT, "1 while it runs, 0 while it should and does not.",
           label="service"),
    Metric("storage.stateSize", "Size of the data", Unit.BYTES, "Of the state folder; counted every 10 minutes."),
    Metric("backup.age", "Age of the backup", Unit.SECONDS, "Since the newest good one, or a first one is due."),
    Metric("backup.drillAge", "Last trial of a backup", Unit.SECONDS, "Since one was restored aside and found whole."),
    Metric("resource.used", "Places in use", Unit.COUNT, "By kind of work.", label="kind"),
    Metric("resource.waiting", "Waiting for a place", Unit.COUNT, "By kind of work.", label="kind"),
    Metric("cache.hits", "Cache hits", Unit.COUNT, "By kind.", label="namespace", counter=True),
    Metric("cache.misses", "Cache misses", Unit.COUNT, "By kind.", label="namespace", counter=True),
    Metric("cache.bytes", "Cache in memory", Unit.BYTES, "By kind.", label="namespace"),
    Metric("log.dropped", "Log lines dropped", Unit.COUNT, "That no disk or server took.", counter=True),
    Metric("alerts.open", "Open alerts", Unit.COUNT, "That are not over."),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}
