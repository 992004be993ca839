"""What the assistant's runs took and used, added up from what they tell on the bus, in memory that does not grow."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import (
    ChannelChanged,
    MessageStored,
    RunAborted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunModel,
    RunModelEnded,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.rolling import RollingMean
from clawd_desktop.operations.series import series_key

MOST_LABELS = 60
MOST_LIVE = 10_000
OTHER = "other"
# Models make up names of tools and clients those of channels, as long as they like.
LONGEST_LABEL = 100
# Conversations of chat channels: agent:<id>:<channel>:<one of these>:<who>. Source: Clawdbot 2026.1.24, session keys.
_PEERS = frozenset({"direct", "dm", "group", "channel"})


@dataclass(slots=True)
class _Live:
    """A run that has not ended; times are monotonic seconds."""

    queued: float
    started: float | None = None
    spoke: bool = False
    counted: Usage = field(default_factory=Usage)


@dataclass(slots=True)
class _Model:
    """What one model did."""

    time: RollingMean
    tokens: int = 0
    failures: int = 0


class RunMeter:
    """Hears of runs and channels; `values` gives the metrics that come from them, by series key."""

    def __init__(self, bus: EventBus, clock: Clock) -> None:
        self._clock = clock
        self._live: OrderedDict[str, _Live] = OrderedDict()
        now = clock.monotonic
        self._wait, self._response, self._first = RollingMean(now), RollingMean(now), RollingMean(now)
        self._failed_now = RollingMean(now, 60.0, 12)
        self._turns = self._failures = self._failovers = 0
        self._used = Usage()
        self._tools: dict[str, int] = {}
        self._messages: dict[str, int] = {}
        self._models: dict[str, _Model] = {}
        self._channels: dict[str, ChannelChanged] = {}
        self._unsubscribe: tuple[Unsubscribe, ...] = (
            bus.subscribe(RunQueued, self._queued),
            bus.subscribe(RunStarted, self._started),
            bus.subscribe(RunText, self._spoke),
            bus.subscribe(RunTool, self._tool),
            bus.subscribe(RunModel, self._asked),
            bus.subscribe(RunModelEnded, self._answered),
            bus.subscribe(RunFinished, self._finished),
            bus.subscribe(RunFailed, self._run_failed),
            bus.subscribe(RunAborted, self._aborted),
            bus.subscribe(ChannelChanged, self._channel),
            bus.subscribe(MessageStored, self._stored),
        )

    def close(self) -> None:
        """Hear nothing more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def values(self) -> dict[str, float]:
        """All that is known now; a mean of nothing is left out."""
        used = self._used
        found: dict[str, float | None] = {
            "agents.queueWait": self._wait.mean,
            "agents.averageResponseTime": self._response.mean,
            "agents.firstToken": self._first.mean,
            "agents.turns": self._turns,
            "agents.failures": self._failures,
            "agents.failuresPerMinute": self._failed_now.count,
            "agents.failovers": self._failovers,
            "agents.tokenUsage.input": used.total - used.output,
            "agents.tokenUsage.output": used.output,
            "agents.tokenUsage.total": used.total,
            "agents.cost": used.cost,
        }
        found |= {series_key("agents.toolRuns", name): count for name, count in self._tools.items()}
        for name, model in self._models.items():
            found[series_key("model.tokens", name)] = model.tokens
            found[series_key("model.responseTime", name)] = model.time.mean
            found[series_key("model.failures", name)] = model.failures
        found |= self._of_channels()
        return {key: float(value) for key, value in found.items() if value is not None}

    def _of_channels(self) -> dict[str, float]:
        found = {series_key("channel.messages", name): float(count) for name, count in self._messages.items()}
        for name, channel in self._channels.items():
            found[series_key("channel.up", name)] = float(channel.up)
            if channel.expires_ms is not None:
                left = (channel.expires_ms - self._clock.wall_ms()) / 1000
                found[series_key("channel.authExpires", name)] = left
        return found

    def _queued(self, event: RunQueued) -> None:
        self._live[event.run_id] = _Live(self._clock.monotonic())
        if len(self._live) > MOST_LIVE:
            self._live.popitem(last=False)

    def _started(self, event: RunStarted) -> None:
        now = self._clock.monotonic()
        live = self._live.setdefault(event.run_id, _Live(now))
        live.started = now
        self._wait.add(now - live.queued)

    def _spoke(self, event: RunText) -> None:
        live = self._live.get(event.run_id)
        if live is not None and not live.spoke and live.started is not None:
            live.spoke = True
            self._first.add(self._clock.monotonic() - live.started)

    def _tool(self, event: RunTool) -> None:
        if event.phase is ToolPhase.START:
            name = _bounded(event.name, self._tools)
            self._tools[name] = self._tools.get(name, 0) + 1

    def _asked(self, event: RunModel) -> None:
        self._failovers += bool(event.reason)

    def _answered(self, event: RunModelEnded) -> None:
        model = self._model(event.provider, event.model)
        if event.error:
            model.failures += 1
        else:
            model.time.add(event.seconds)
        live = self._live.get(event.run_id)
        if live is not None:
            live.counted += event.usage
        self._count(event.usage, model)

    def _finished(self, event: RunFinished) -> None:
        # Where no model answered, somebody put a message into the conversation, such as an alert.
        self._turns += bool(event.model)
        live = self._end(event)
        # What its questions told one by one is counted already.
        rest = _without(event.usage, live.counted if live is not None else Usage())
        if rest.total or rest.cost:
            self._count(rest, self._model(event.provider, event.model))
        if live is not None and live.started is not None:
            self._response.add(self._clock.monotonic() - live.started)

    def _run_failed(self, event: RunFailed) -> None:
        self._end(event)
        self._failures += 1
        self._failed_now.add()

    def _aborted(self, event: RunAborted) -> None:
        self._end(event)

    def _end(self, event: RunEvent) -> _Live | None:
        return self._live.pop(event.run_id, None)

    def _count(self, usage: Usage, model: _Model) -> None:
        self._used += usage
        model.tokens += usage.total

    def _model(self, provider: str, model: str) -> _Model:
        name = _bounded(f"{provider}/{model}", self._models)
        return self._models.setdefault(name, _Model(RollingMean(self._clock.monotonic)))

    def _channel(self, event: ChannelChanged) -> None:
        name = f"{event.channel}/{event.account}" if event.account else event.channel
        self._channels[_bounded(name, self._channels)] = event

    def _stored(self, event: MessageStored) -> None:
        channel = channel_of(event.session_key)
        if channel and event.message.role in ("user", "assistant"):
            name = _bounded(channel, self._messages)
            self._messages[name] = self._messages.get(name, 0) + 1


def channel_of(session_key: str) -> str:
    """The chat channel that a conversation belongs to; "" for one of this computer."""
    parts = session_key.split(":")
    return parts[2] if len(parts) >= 5 and parts[0] == "agent" and parts[3] in _PEERS else ""


def _bounded(name: str, known: Collection[str]) -> str:
    """The name, cut, or "other" when so many are known already that one more would not end."""
    name = name[:LONGEST_LABEL]
    return name if name in known or len(known) < MOST_LABELS else OTHER


def _without(whole: Usage, part: Usage) -> Usage:
    """What of `whole` is not in `part`; never less than nothing."""
    return Usage(
        max(0, whole.input - part.input),
        max(0, whole.output - part.output),
        max(0, whole.cache_read - part.cache_read),
        max(0, whole.cache_write - part.cache_write),
        max(0.0, whole.cost - part.cost),
    )
