"""When a person is told of a measurement: the table of default rules, and what the configuration makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from clawd_desktop.config.schema.monitoring import Monitoring
from clawd_desktop.config.schema.monitoring import Rule as RuleSettings
from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.series import split_key
from clawd_desktop.operations.units import Unit, parsed, told

WHERE = "monitoring.rules"
LONGEST_FOR_S = 7 * 86_400.0
MOST_RULES = 500
_LONGEST_ID = 80
_GIB = 2.0**30
_DAY_S = 86_400.0


class Importance(IntEnum):
    """How much an alert matters."""

    INFO = 0
    WARNING = 1
    CRITICAL = 2

    @property
    def word(self) -> str:
        """As settings and the wire write it."""
        return self.name.lower()


IMPORTANCES = {level.word: level for level in Importance}


class Comparison(StrEnum):
    """On which side of the value it is wrong; the value itself is right."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `value` and `clear` are in the metric's unit, `for_s` and `cooldown_s` in seconds.

    `metric` is a name, whose series are then all looked at, or the key of one series. An alert is over when the metric
    reaches `clear`. `sinks` are the names of those that are told, None for those that its severity reaches.
    """

    id: str
    title: str
    metric: str
    comparison: Comparison
    value: float
    for_s: float = 0.0
    clear: float | None = None
    severity: Importance = Importance.WARNING
    cooldown_s: float = 900.0
    sinks: tuple[str, ...] | None = None
    enabled: bool = True
    advice: str = ""

    @property
    def over_at(self) -> float:
        """Where it is over."""
        return self.value if self.clear is None else self.clear

    @property
    def unit(self) -> Unit:
        """What its values are measured in."""
        return BY_NAME[split_key(self.metric)[0]].unit

    def breached(self, value: float) -> bool:
        """Whether the value is wrong."""
        return value > self.value if self.comparison is Comparison.ABOVE else value < self.value

    def recovered(self, value: float) -> bool:
        """Whether an alert ends with that value."""
        return value <= self.over_at if self.comparison is Comparison.ABOVE else value >= self.over_at

    def sentence(self) -> str:
        """What it says, such as "CPU above 80 % for 60 s"."""
        lasting = f" for {told(self.for_s, Unit.SECONDS)}" if self.for_s else ""
        metric = BY_NAME[split_key(self.metric)[0]]
        return f"{metric.title} {self.comparison} {told(self.value, self.unit)}{lasting}"


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that is off because it cannot be understood; `text` says what is wrong, where, and what to do."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, those that are switched off too, and those that are off because of a mistake."""

    rules: tuple[Rule, ...]
    faults: tuple[RuleFault, ...] = ()

    def find(self, rule_id: str) -> Rule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def get(self, rule_id: str) -> Rule:
        """The rule of that id. Raises NotFound."""
        rule = self.find(rule_id)
        if rule is None:
            raise NotFound(f"There is no rule {rule_id[:80]!r}.", hint="See: clawd-desktop alerts rules")
        return rule

    @property
    def active(self) -> tuple[Rule, ...]:
        """Those that are checked."""
        return tuple(rule for rule in self.rules if rule.enabled)


def defaults(settings: Monitoring) -> tuple[Rule, ...]:
    """The rules that are there without a word in the configuration.

    Source: thresholds of the course's MonitoringSystem, and the defaults of the alert page (section 6.2).
    """
    limits, limit = settings.thresholds, settings.daily_cost_limit
    above, below, critical = Comparison.ABOVE, Comparison.BELOW, Importance.CRITICAL
    cpu, critical_cpu = limits.cpu_warning, limits.cpu_critical
    memory, errors = limits.memory_critical, limits.error_rate_critical
    return (
        Rule("cpu.warning", "The processor is busy", "system.cpuUsage", above, cpu, 60, cpu * 0.9,
             advice="The Resources page shows which program it is."),
        Rule("cpu.critical", "The processor is overloaded", "system.cpuUsage", above, critical_cpu, 60,
             critical_cpu * 0.9, critical, advice="End what you do not need; the Resources page shows what it is."),
        Rule("memory.critical", "Memory runs out", "system.memoryUsage", above, memory, 60, memory * 0.95, critical,
             advice="Close programs that you do not need."),
        Rule("errors.rate", "Many requests fail", "gateway.errorRate", above, errors, 60, errors * 0.5, critical,
             advice="The log says why."),
        Rule("errors.many", "More than ten errors a minute", "gateway.errorsPerMinute", above, 10, 0, 5,
             advice="The log says why."),
        Rule("memory.app", "Clawd Desktop needs much memory", "process.memory", above, _GIB, 300, 0.9 * _GIB,
             cooldown_s=3_600, advice="A restart gives it back; the Resources page shows which part holds it."),
        Rule("loop.lag", "Clawd Desktop answers late", "loop.lagP95", above, 0.25, 60, 0.15,
             advice="The log holds what it was doing; a profile shows more."),
        Rule("disk.low", "The disk is nearly full", "system.diskFree", below, 2 * _GIB, 0, 2.5 * _GIB,
             cooldown_s=3_600, advice="Free some space: what cannot be saved cannot be answered."),
        Rule("channel.down", "A channel is not connected", "channel.up", below, 1, 180,
             advice="The Channels page says why."),
        Rule("channel.auth", "A channel's login expires soon", "channel.authExpires", below, 3 * _DAY_S, 0, 4 * _DAY_S,
             cooldown_s=_DAY_S, advice="Link it anew on the Channels page."),
        Rule("backup.old", "The backup is old", "backup.age", above, 36 * 3_600.0, 0, 24 * 3_600.0, cooldown_s=_DAY_S,
             advice="Make one on the Backup page."),
        Rule("gateway.restarts", "The gateway was started again and again", "gateway.restarts", above, 3, 0, 1,
             advice="The log says why it ended."),
        Rule("cost.daily", "Today's costs are over your limit", "agents.costToday", above, limit, 0, limit, critical,
             cooldown_s=6 * 3_600.0, enabled=limit > 0, advice="Pause the assistant, or raise the limit."),
        Rule("turns.failed", "Answers fail", "agents.failuresPerMinute", above, 2, 0, 0, cooldown_s=1_800,
             advice="The conversation says why; most often it is the key or the network."),
        Rule("service.down", "A part of Clawd Desktop does not run", "service.up", below, 1, 60, severity=critical,
             advice="The Logs page says why."),
    )  # fmt: skip


def merged(settings: Monitoring) -> RuleSet:
    """The default rules as the configuration changes them, and the new ones.

    One that cannot be understood is off and named in `faults`; the others are as they would be without it.
    """
    by_id = {rule.id: rule for rule in defaults(settings)}
    faults: list[RuleFault] = []
    for rule_id, changes in settings.rules.items():
        known = by_id.get(rule_id)
        try:
            by_id[rule_id] = _checked(_changed(known, rule_id, changes))
        except BadInput as error:
            faults.append(RuleFault(rule_id, error.sentence()))
            if known is not None:
                by_id[rule_id] = replace(known, enabled=False)
    rules = tuple(by_id.values())
    faults += [
        RuleFault(rule.id, f"{WHERE} has more than {MOST_RULES} rules; {rule.id} is left out.")
        for rule in rules[MOST_RULES:]
    ]
    return RuleSet(rules[:MOST_RULES], tuple(faults))


def _changed(known: Rule | None, rule_id: str, changes: RuleSettings) -> Rule:
    """The rule with its changes. Raises BadInput that says which key is wrong."""
    where = f"{WHERE}.{rule_id}"
    rule = known or _fresh(rule_id, changes, where)
    if changes.metric and changes.metric != rule.metric:
        _check_metric(changes.metric, where)
        if known is not None and BY_NAME[split_key(changes.metric)[0]].unit is not rule.unit and changes.value is None:
            raise BadInput(f"{where}.metric is measured in another unit.", hint=f"Give {where}.value too.")
        rule = replace(rule, metric=changes.metric, clear=None)
    if changes.comparison and changes.comparison != rule.comparison:
        rule = replace(rule, comparison=Comparison(changes.comparison), clear=None)
    if changes.value is not None:
        # The default's own end belongs to the default's value.
        rule = replace(rule, value=_number(changes.value, rule.unit, f"{where}.value"), clear=None)
    if changes.clear is not None:
        rule = replace(rule, clear=_number(changes.clear, rule.unit, f"{where}.clear"))
    if changes.for_ is not None:
        rule = replace(rule, for_s=_number(changes.for_, Unit.SECONDS, f"{where}.for"))
    if changes.cooldown is not None:
        rule = replace(rule, cooldown_s=_number(changes.cooldown, Unit.SECONDS, f"{where}.cooldown"))
    return replace(
        rule,
        title=changes.title or rule.title,
        severity=IMPORTANCES[changes.severity] if changes.severity else rule.severity,
        sinks=changes.sinks if changes.sinks is not None else rule.sinks,
        enabled=changes.enabled,
    )


def _fresh(rule_id: str, changes: RuleSettings, where: str) -> Rule:
    if not rule_id.strip() or len(rule_id) > _LONGEST_ID or not rule_id.isprintable() or ":" in rule_id:
        raise BadInput(f"{WHERE} has a rule with the name {rule_id[:_LONGEST_ID]!r}.",
                       hint=f"Use 1 to {_LONGEST_ID} visible characters without a colon.")  # fmt: skip
    missing = [name for name in ("metric", "comparison", "value") if getattr(changes, name) is None]
    if missing:
        raise BadInput(
            f"{where} is no default rule and says nothing of {', '.join(missing)}.",
            hint="Add what is missing, or check the name: clawd-desktop alerts rules lists them.",
        )
    metric = changes.metric or ""
    _check_metric(metric, where)
    comparison = Comparison(changes.comparison or "above")
    return Rule(rule_id, changes.title or BY_NAME[split_key(metric)[0]].title, metric, comparison, 0.0)


def _check_metric(metric: str, where: str) -> None:
    name, label = split_key(metric)
    known = BY_NAME.get(name)
    if known is None:
        near = _near(name, BY_NAME)
        raise BadInput(
            f"{where}.metric: there is no metric {metric[:80]!r}.",
            hint=f"Did you mean {near}?" if near else "clawd-desktop metrics lists them.",
        )
    if label and not known.label:
        raise BadInput(f"{where}.metric: {name} has one series only.", hint=f"Write {name}.")


def _near(name: str, names: Iterable[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(name, list(names), 1)), "")


def _number(value: float | str, unit: Unit, where: str) -> float:
    try:
        return parsed(value, unit)
    except BadInput as error:
        raise BadInput(f"{where}: {error.message}", hint=error.hint) from error


def _checked(rule: Rule) -> Rule:
    """The rule, when it makes sense as a whole. Raises BadInput."""
    where = f"{WHERE}.{rule.id}"
    if rule.clear is not None and rule.breached(rule.clear):
        side = "at or below" if rule.comparison is Comparison.ABOVE else "at or above"
        raise BadInput(
            f"{where}.clear: {told(rule.clear, rule.unit)} is still {rule.comparison} {told(rule.value, rule.unit)}, "
            "so that it would never be over.",
            hint=f"It must lie {side} the value.",
        )
    if rule.for_s > LONGEST_FOR_S:
        raise BadInput(f"{where}.for is longer than a week.", hint="Measurements are not looked at for so long.")
    return rule
