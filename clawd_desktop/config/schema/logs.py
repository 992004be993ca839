"""The `logging` and `diagnostics` sections: what is written down, where, and for how long."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import Days, Free, Names, RegularExpression, Section, option, part

Level = Literal["silent", "fatal", "error", "warn", "info", "debug", "trace"]


class Transport(Section):
    """One place that the log goes to."""

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
    file: str | None = option(None, "File", "Path; without: one file a day in the log folder.")
    format: Literal["json", "text"] = option("json", "Form", "JSON lines, or text.")
    console_level: Level | None = option(None, "On the terminal", "Detail there.")
    console_style: Literal["pretty", "compact", "json"] = option("pretty", "Terminal style", "How it looks there.")
    redact_sensitive: Literal["off", "tools"] = option("tools", "Hide secrets", "In tool calls.", advanced=True)
    redact_patterns: tuple[RegularExpression, ...] = option((), "Also hide", "Regular expressions.", advanced=True)
    transports: tuple[Transport, ...] = option((), "Also to", "Further places.", advanced=True)
    retention: Retention = part(Retention, "Keeping", "How long logs are kept.")


class Diagnostics(Section):
    """Looking for faults."""

    enabled: bool = option(False, "Diagnostics", "Record more.")
    flags: Names = option((), "Flags", "What exactly.")
    otel: Free | None = option(None, "OpenTelemetry", "Sending traces and metrics.", advanced=True)
    cache_trace: Free | None = option(None, "Cache trace", "Recording prompts.", advanced=True)
