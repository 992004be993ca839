"""The `logging` and `diagnostics` sections: what is written down, where, and for how long."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import (
    Count,
    Days,
    Fraction,
    Free,
    Milliseconds,
    Names,
    RegularExpression,
    Secret,
    Section,
    option,
    part,
    table,
)

Level = Literal["silent", "fatal", "error", "warn", "info", "debug", "trace"]


class Transport(Section):
    """One place that the log goes to.

    `config` of file: `path`, `level`, `format`. Of console: `level`, `format`. Of syslog: `address` (udp://host:514,
    tcp://host:601 or unix:///dev/log), `facility`, `level`. Of http: `url`, `headers`, `batch`, `flushMs`, `level`.
    """

    type: Literal["file", "console", "syslog", "http"] = option("file", "Kind", "Where it goes.")
    config: Free | None = option(None, "Settings", "Depend on the kind.")


class Retention(Section):
    """How long logs are kept."""

    days: Days = option(14, "Keep", "Older logs are removed; 0: never.")
    max_size: Annotated[str, Field(pattern=r"^\s*\d+(\.\d+)?\s*([KMGkmg]?[Bb]?)\s*$")] = option(
        "100MB", "Largest", "All logs together."
    )


class Logging(Section):
    """The log."""

    level: Level = option("info", "Detail", "Least important entry that is written.")
    subsystems: dict[str, Level] = table("By subsystem", "Detail of one part, such as gateway or agent.", advanced=True)
    file: str | None = option(None, "File", "Path; without: one file a day in the log folder.")
    format: Literal["json", "text"] = option("json", "Form", "JSON lines, or text.")
    console_level: Level | None = option(None, "On the terminal", "Detail there.")
    console_style: Literal["pretty", "compact", "json"] = option("pretty", "Terminal style", "How it looks there.")
    redact_sensitive: Literal["off", "tools"] = option("tools", "Hide secrets", "In tool calls.", advanced=True)
    redact_patterns: tuple[RegularExpression, ...] = option((), "Also hide", "Regular expressions.", advanced=True)
    transports: tuple[Transport, ...] = option((), "Also to", "Further places.", advanced=True)
    retention: Retention = part(Retention, "Keeping", "How long logs are kept.")


class Otel(Section):
    """Sending to an OpenTelemetry collector; needs the extra clawd-desktop[otel]. Source: Clawdbot 2026.1.24."""

    enabled: bool = option(False, "OpenTelemetry", "Send to a collector.")
    endpoint: str | None = option(None, "Address", "Of the collector, such as http://127.0.0.1:4318.")
    protocol: Literal["http/protobuf", "grpc"] = option("http/protobuf", "Protocol", "Only http/protobuf is spoken.")
    headers: dict[str, Secret] = table("Headers", "Sent with each request.")
    service_name: str = option("clawd-desktop", "Name", "What this program is called there.")
    traces: bool = option(True, "Traces", "Send each turn as a tree of spans.")
    metrics: bool = option(True, "Metrics", "Send what is measured.")
    logs: bool = option(False, "Logs", "Send the log.")
    sample_rate: Fraction = option(1.0, "Share", "Of the turns that are sent.")
    flush_interval_ms: Milliseconds = option(60_000, "Every", "Time between two sendings of metrics.")


class Tracing(Section):
    """What is remembered of each turn."""

    enabled: bool = option(True, "Traces", "Keep how long each step of a turn took, and what it used.")
    keep: Count = option(500, "Keep", "How many turns.")
    record: bool = option(True, "Record", "Keep what was asked and answered too, so that a turn can be replayed.")


class Diagnostics(Section):
    """Looking for faults."""

    enabled: bool = option(False, "Diagnostics", "Record more.")
    flags: Names = option((), "Flags", "What exactly.")
    otel: Otel = part(Otel, "OpenTelemetry", "Sending traces, metrics and logs.", advanced=True)
    tracing: Tracing = part(Tracing, "Traces", "What is remembered of each turn.")
    cache_trace: Free | None = option(None, "Cache trace", "Recording prompts.", advanced=True)
