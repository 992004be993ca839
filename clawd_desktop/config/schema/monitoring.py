"""The `monitoring` section: what is measured and kept, when it is told, to whom, and what is repaired."""

from typing import Annotated, Literal

from pydantic import Field

from clawd_desktop.config.schema.base import (
    Count,
    Days,
    Duration,
    Fraction,
    Milliseconds,
    Names,
    Positive,
    Secret,
    Section,
    option,
    part,
    table,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]
Size = Annotated[str, Field(pattern=r"^\s*\d+(\.\d+)?\s*([KMGkmg]?[Bb]?)\s*$")]
SinkKind = Literal["notification", "badge", "sound", "channel", "webhook", "command", "log"]


class Thresholds(Section):
    """Where the default rules about this computer begin. Source: the MonitoringSystem of the course."""

    cpu_warning: Fraction = option(0.8, "CPU, warning", "Share of all cores.")
    cpu_critical: Fraction = option(0.95, "CPU, critical", "Share of all cores.")
    memory_critical: Fraction = option(0.9, "Memory, critical", "Share of the memory.")
    error_rate_critical: Fraction = option(0.1, "Errors, critical", "Share of the requests that fail.")
    check_interval: Milliseconds = option(60_000, "Check every", "Time between two checks of all rules.")


class Keeping(Section):
    """How long measurements are kept."""

    days: Days = option(30, "Keep", "Older measurements are removed; 0: only what is too much.")
    max_size: Size = option("50MB", "Largest", "All measurements together.")


class Rule(Section):
    """One rule: a default one that is changed, or a new one. What is not said stays as it is by default.

    `value` and `clear` are numbers in the metric's unit, or texts with a unit such as 80%, 1.5GiB, 250ms or 3d.
    """

    enabled: bool = option(True, "On", "Whether it is checked.")
    title: str | None = option(None, "Name", "What it is called in messages.")
    metric: str | None = option(None, "Metric", "What is looked at, such as system.cpuUsage.")
    comparison: Literal["above", "below"] | None = option(None, "When", "above or below the value.")
    value: float | str | None = option(None, "Value", "Number, or text with a unit.")
    for_: Duration | None = Field(None, alias="for", title="For", description="How long it must last.")
    clear: float | str | None = option(None, "Over at", "Where it ends; without: at the value.")
    severity: Literal["info", "warning", "critical"] | None = option(None, "Severity", "How much it matters.")
    cooldown: Duration | None = option(None, "Not again for", "Time between two messages of this rule.")
    sinks: Names | None = option(None, "Tell", "Names of sinks; without: those for its severity.")


class Sink(Section):
    """One way to tell somebody. Which of the other keys count depends on the kind."""

    type: SinkKind = option("notification", "Kind", "How it is told.")
    enabled: bool = option(True, "On", "Whether it is used.")
    min_severity: Literal["info", "warning", "critical"] = option("warning", "From", "Least severity that is told.")
    url: Secret | None = option(None, "Address", "Of a webhook; may hold a token.")
    headers: dict[str, Secret] = table("Headers", "Sent with a webhook.", advanced=True)
    command: Names = option((), "Program", "With its arguments; the alert comes as JSON on standard input.")
    channel: str | None = option(None, "Channel", "chat for the main conversation, or a chat channel.")
    to: str | None = option(None, "To", "Whom in that channel.")
    timeout: Duration = option("10s", "Limit", "Time for one message.", advanced=True)


class QuietHours(Section):
    """A stretch of the day in which only what is excepted is told."""

    days: tuple[Weekday, ...] = option(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "Days", "When it begins.")
    from_: TimeOfDay = Field("22:00", alias="from", title="From", description="Begin, such as 22:00.")
    to: TimeOfDay = option("07:00", "To", "End; before the begin: on the next day.")


class Quiet(Section):
    """When not to disturb."""

    hours: tuple[QuietHours, ...] = option((), "Quiet hours", "When only exceptions are told.")
    timezone: str | None = option(None, "Time zone", "Such as Europe/Berlin; without: this computer's.")
    except_: Names = Field(
        ("approvals", "security"), alias="except", title="Except",
        description="approvals, security, critical, or ids of rules.",
    )  # fmt: skip
    follow_system: bool = option(True, "Follow the system", "Be quiet while its Do Not Disturb is on.")
    digest: bool = option(True, "Summary", "Tell afterwards what was held back.")


class Escalation(Section):
    """Whom to tell when nobody reacts."""

    after: Duration = option("15m", "After", "Time without acknowledgement.")
    sinks: Names = option((), "Tell", "Names of sinks; none: nobody.")


class DeadMan(Section):
    """A sign of life that is sent regularly, so that somebody else notices when it stops."""

    url: Secret | None = option(None, "Address", "Fetched regularly, such as one of healthchecks.io.")
    every: Duration = option("60s", "Every", "Time between two signs.")


class Repair(Section):
    """What is repaired without asking."""

    enabled: bool = option(True, "Self-repair", "Switch it all off here.")
    max_restarts: Count = option(5, "Restarts", "Of one service within the window; then it stays down.")
    window: Duration = option("10m", "Within", "In which restarts are counted.")
    cooldown: Duration = option("30s", "At least", "Time between two restarts.")
    stuck_run: Duration = option("15m", "Stuck after", "A turn without a sign of life for so long is stopped.")
    memory_guard: bool = option(True, "Memory guard", "Give memory back above agents.gcThreshold.")


class Monitoring(Section):
    """What is measured, told and repaired."""

    thresholds: Thresholds = part(Thresholds, "Thresholds", "Where the default rules begin.")
    history: Keeping = part(Keeping, "History", "How long measurements are kept.")
    rules: dict[str, Rule] = table("Rules", "By id: default rules that are changed, and new ones.")
    sinks: dict[str, Sink] = table("Sinks", "By name: further ways to tell somebody.")
    quiet: Quiet = part(Quiet, "Quiet hours", "When not to disturb.")
    escalation: Escalation = part(Escalation, "Escalation", "Whom to tell when nobody reacts.")
    dead_man: DeadMan = part(DeadMan, "Sign of life", "So that others notice when it stops.")
    daily_cost_limit: Annotated[float, Field(ge=0, le=1_000_000, json_schema_extra={"unit": "USD"})] = option(
        0, "Cost a day", "A rule tells when it is passed; 0: no limit."
    )
    prometheus: bool = option(True, "Prometheus", "Answer /metrics, to whoever has the password or token.")
    repair: Repair = part(Repair, "Self-repair", "What is repaired without asking.")


class Resources(Section):
    """What is left to the computer, and how long work waits for its turn."""

    reserve_memory: Annotated[float, Field(ge=0, le=1_048_576, json_schema_extra={"unit": "MB"})] = option(
        256, "Free memory", "New work waits while less is free."
    )
    reserve_disk: Annotated[float, Field(ge=0, le=1_048_576, json_schema_extra={"unit": "MB"})] = option(
        512, "Free disk", "New work waits while less is free."
    )
    max_cpu: Fraction = option(0.98, "CPU", "New work waits while more of it is used.")
    wait_timeout: Duration = option("5m", "Longest wait", "Then the work is refused, with the reason.")
    max_waiting: Positive = option(200, "Most that wait", "Further work is refused at once.")
    embedded_models: Positive = option(1, "Built-in models", "How many run at once.", advanced=True)


class Cache(Section):
    """What is kept so that it need not be fetched again."""

    memory: Annotated[float, Field(ge=0, le=1_048_576, json_schema_extra={"unit": "MB"})] = option(
        16, "In memory", "At most."
    )
    disk: Annotated[float, Field(ge=0, le=1_048_576, json_schema_extra={"unit": "MB"})] = option(
        256, "On disk", "At most; 0: none."
    )
    ttl: Duration = option("5m", "Keep", "How long, where nothing else is said.")
    namespaces: dict[str, Duration] = table("Kinds", "How long each kind is kept, by its name.", advanced=True)
