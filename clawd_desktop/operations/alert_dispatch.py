"""Brings alerts to those who are to be told: by rule and severity, many at once as one, later when it is quiet."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.config.schema.monitoring import Sink as SinkSettings
from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.notices import Notice, NoticeBoard, Severity
from clawd_desktop.operations.alert_lane import SHOWN, Budget, Lane, Left, Outcome
from clawd_desktop.operations.alert_rules import Importance, Rule
from clawd_desktop.operations.alert_sinks.port import Kind, Told
from clawd_desktop.operations.alert_sinks.screen import Screen
from clawd_desktop.operations.alert_sinks.table import SinkPlan, Suppliers, make_sink, on_demand, plans

# More than so many of one kind in one check are told as one.
MOST_ALONE = 3


class Hush(Protocol):
    """Says whether somebody may be disturbed."""

    @property
    def digest(self) -> bool:
        """Whether it is told afterwards what was held back."""

    def holds(self, topics: Collection[str]) -> bool:
        """Whether what is about these topics has to wait."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message and who is to get it: names of sinks, None for those that its severity reaches."""

    told: Told
    sinks: tuple[str, ...] | None


class Dispatcher:
    """All sinks. A message never waits for another sink, and never for a person's quiet on the badge and in the log."""

    def __init__(self, suppliers: Suppliers, hush: Hush, clock: Clock, notices: NoticeBoard) -> None:
        self._suppliers = suppliers
        self._hush = hush
        self._clock = clock
        self._notices = notices
        self._screen = Screen(notices, clock)
        self._budget = Budget(clock)
        self._left = Left()
        self._plans: dict[str, SinkPlan] = {}
        self._lanes: dict[str, tuple[SinkPlan, Lane]] = {}
        self._incomplete: set[str] = set()

    def configure(self, settings: Mapping[str, SinkSettings]) -> None:
        """Take new settings; a sink that stays as it was keeps what it was about to tell."""
        self._plans = {plan.name: plan for plan in plans(settings)}
        for name, (plan, lane) in tuple(self._lanes.items()):
            if self._plans.get(name, on_demand(name)) != plan:
                del self._lanes[name]
                self._notices.clear(f"sink.{name}")
                _leave(lane)
        for name in self._incomplete:
            self._notices.clear(f"sink.{name}")
        self._incomplete.clear()
        for plan in self._plans.values():
            if not plan.is_screen:
                self._lane(plan)

    def unknown(self, rules: Iterable[Rule], escalated: Iterable[str]) -> list[str]:
        """A sentence for each name of a sink that is not there; without any other, those by severity are told."""
        wanted = [(f"monitoring.rules.{rule.id}.sinks", name) for rule in rules for name in rule.sinks or ()]
        wanted += [("monitoring.escalation.sinks", name) for name in escalated]
        return [
            f"{where}: there is no sink {name[:80]!r} that is on; there are {', '.join(self._plans)}."
            for where, name in wanted
            if name not in self._plans and on_demand(name) is None
        ]

    def show_again(self, told: Told) -> None:
        """Put what was told before a restart back on the list, without disturbing anybody again."""
        self._screen.show(told, frozenset({"badge"}))

    def tell(self, parcels: Sequence[Parcel]) -> None:
        """Tell each to its sinks; never waits."""
        to_lanes: dict[str, list[Told]] = defaultdict(list)
        on_screen: dict[frozenset[str], list[Told]] = defaultdict(list)
        for parcel in parcels:
            chosen = self._chosen(parcel)
            degrees: frozenset[str] = frozenset(plan.settings.type for plan in chosen if plan.is_screen)
            if degrees:
                on_screen[degrees].append(parcel.told)
            for plan in chosen:
                if not plan.is_screen:
                    to_lanes[plan.name].append(parcel.told)
        for degrees, messages in on_screen.items():
            for told in together(messages):
                self._show(told, degrees)
        for name, messages in to_lanes.items():
            for told in together(messages):
                self._post(name, told)

    def take_back(self, alert_id: str) -> None:
        """Nobody at the screen has to see it any more."""
        self._screen.take_back(alert_id)

    def tick(self) -> None:
        """Tell what was held back, as far as that is possible now."""
        self._screen.tick()
        if self._left and self._budget.spend():
            told = self._left.take(self._clock.wall_ms())
            if told is not None:
                self._screen.show(told, frozenset({"notification"}))
        for plan, lane in self._lanes.values():
            if not (plan.is_loud and self._hush.holds(())):
                lane.tick()

    async def test(self, parcel: Parcel) -> tuple[Outcome, ...]:
        """Tell it at once to all its sinks, quiet or not, and say how each went."""
        chosen = self._chosen(parcel)
        degrees: frozenset[str] = frozenset(plan.settings.type for plan in chosen if plan.is_screen)
        if degrees:
            self._screen.show(parcel.told, degrees)
        shown = tuple(Outcome(plan.name, ok=True) for plan in chosen if plan.is_screen)
        lanes = [plan for plan in chosen if not plan.is_screen]
        return shown + tuple(await asyncio.gather(*(self._try(plan, parcel.told) for plan in lanes)))

    async def close(self) -> None:
        """Tell no more, and take everything from the screen."""
        self._screen.close()
        for _, lane in self._lanes.values():
            await lane.close()

    def _chosen(self, parcel: Parcel) -> list[SinkPlan]:
        if parcel.sinks is None:
            return [plan for plan in self._plans.values() if parcel.told.severity >= plan.least]
        found = (self._plans.get(name) or on_demand(name) for name in dict.fromkeys(parcel.sinks))
        known = [plan for plan in found if plan is not None]
        # Better told by severity than to nobody because of a mistake in a name.
        return known if known or not parcel.sinks else self._chosen(Parcel(parcel.told, None))

    def _show(self, told: Told, degrees: frozenset[str]) -> None:
        # Whether it disturbs is the Announcer's to decide: the badge is never held back.
        if self._budget.is_repeated(told):
            return
        if self._budget.spend():
            self._screen.show(told, degrees)
        else:
            self._left.add(told)

    def _post(self, name: str, told: Told) -> None:
        plan = self._plans.get(name) or on_demand(name)
        lane = self._lane(plan) if plan is not None else None
        if plan is None or lane is None:
            return
        topics = {told.rule} | ({"critical"} if told.severity is Importance.CRITICAL else set())
        if not plan.is_loud or not self._hush.holds(topics):
            lane.post(told)
        elif self._hush.digest:
            lane.hold(told)

    async def _try(self, plan: SinkPlan, told: Told) -> Outcome:
        lane = self._lane(plan)
        if lane is None:
            return Outcome(plan.name, ok=False, text="Its settings are not complete.")
        return await lane.try_now(told)

    def _lane(self, plan: SinkPlan) -> Lane | None:
        known = self._lanes.get(plan.name)
        if known is not None:
            return known[1]
        try:
            sink, limit_s = make_sink(plan, self._suppliers)
        except BadInput as error:
            self._incomplete.add(plan.name)
            title, now = f"Alerts do not reach {plan.name}", self._clock.wall_ms()
            self._notices.set(Notice(f"sink.{plan.name}", Severity.WARNING, title, error.sentence(), since_ms=now))
            return None
        lane = Lane(plan.name, sink, limit_s, self._clock, self._notices)
        self._lanes[plan.name] = plan, lane
        return lane


def together(messages: Iterable[Told]) -> list[Told]:
    """The messages, those of one kind as one when there are many."""
    by_kind: dict[Kind, list[Told]] = defaultdict(list)
    for told in messages:
        by_kind[told.kind].append(told)
    return [one for many in by_kind.values() for one in (many if len(many) <= MOST_ALONE else [joined(many)])]


def joined(messages: Sequence[Told]) -> Told:
    """One message for many of one kind."""
    first, count = messages[0], len(messages)
    did = {Kind.RAISED: "began", Kind.RECOVERED: "are over", Kind.ESCALATED: "wait for somebody"}.get(first.kind, "")
    named = "; ".join(told.title for told in sorted(messages, key=lambda one: -one.severity)[:SHOWN])
    rest = f", and {count - SHOWN} more" if count > SHOWN else ""
    return Told(
        first.kind, f"group-{first.id}", "", max(told.severity for told in messages), f"{count} alerts {did}",
        f"{named}{rest}.", first.at_ms, members=tuple(told.id for told in messages),
    )  # fmt: skip


def _leave(lane: Lane) -> None:
    tasks.spawn(lane.close(), name=f"close sink {lane.name}")
