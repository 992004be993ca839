"""What methods about alerts answer. Times are milliseconds since the epoch, absent where it has not happened."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

Severity = Literal["info", "warning", "critical"]
Side = Literal["above", "below"]


class AlertRow(TypedDict):
    """One alert. `value` is what it began with, `worst` the furthest from `threshold`; all in `unit`.

    `metric` is the key of the series, `label` what tells it from others of its kind. `endedBecause` is "rule" when its
    rule was switched off, "gone" when nothing was measured any more. `flaps` counts how often it came back.
    """

    id: str
    rule: str
    metric: str
    label: NotRequired[str]
    severity: Severity
    title: str
    text: str
    comparison: Side
    threshold: float
    clear: float
    value: float
    worst: float
    unit: str
    sinceMs: int
    raisedMs: int
    endedMs: NotRequired[int]
    endedBecause: NotRequired[str]
    acknowledgedMs: NotRequired[int]
    acknowledgedBy: NotRequired[str]
    escalatedMs: NotRequired[int]
    flaps: int


class QuietState(TypedDict):
    """Whether it is quiet; `because` is hours, muted or system. `system` is absent where that cannot be read."""

    on: bool
    because: NotRequired[str]
    untilMs: NotRequired[int]
    system: NotRequired[bool]


class AlertList(TypedDict):
    """What is open; `snoozed` are rules and when they speak again."""

    open: list[AlertRow]
    snoozed: dict[str, int]
    quiet: QuietState


class PastAlerts(TypedDict):
    """What is over, newest first."""

    past: list[AlertRow]


class RuleRow(TypedDict):
    """One rule. `sinks` are who is told, absent for those that its severity reaches. Durations in seconds."""

    id: str
    title: str
    sentence: str
    metric: str
    comparison: Side
    value: float
    clear: float
    unit: str
    forS: float
    cooldownS: float
    severity: Severity
    enabled: bool
    sinks: NotRequired[list[str]]
    snoozedUntilMs: NotRequired[int]


class RuleFaultRow(TypedDict):
    """A rule that is off because of a mistake, and what that is."""

    rule: str
    text: str


class RuleList(TypedDict):
    """All rules."""

    rules: list[RuleRow]
    faults: list[RuleFaultRow]


class Snoozed(TypedDict):
    """The rule says nothing until then, 0 when it speaks."""

    rule: str
    untilMs: int


class SinkOutcome(TypedDict):
    """How a message to one sink went; `text` says what went wrong."""

    sink: str
    ok: bool
    text: NotRequired[str]


class RuleTested(TypedDict):
    """How the test went."""

    rule: str
    sinks: list[SinkOutcome]


class AlertReason(TypedDict):
    """Why an alert fired: its series as `times` with `low`, `mean` and `high` of each `stepMs` (null is a gap).

    It was wrong from `beginMs` to `endMs`.
    """

    alert: AlertRow
    sentence: str
    beginMs: int
    endMs: int
    stepMs: int
    times: list[int]
    low: list[float | None]
    mean: list[float | None]
    high: list[float | None]
