"""Listens to runs and notes what happens in each and when, cheaply, until it is over and can be stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from clawd_desktop.config.schema.logs import Tracing
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import (
    MessageStored,
    RunAborted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunModel,
    RunModelEnded,
    RunPrompted,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
    SessionChanged,
    ToolPhase,
)
from clawd_desktop.core.recorded import RecordedEnd, RecordedRun
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.models.faults import unquoted
from clawd_desktop.operations.recording import RunRecord
from clawd_desktop.operations.trace_form import usage_form
from clawd_desktop.operations.trace_tree import Mark, Trace

MOST_MARKS = 4000
# What was said before a stop is stored after the stop was told; a run that said nothing stores nothing.
AFTER_STOP_S = 2.0
# What a model calls a tool, and what a provider says of a fault, is as long as they like.
LONGEST_FACT = 300
SHUTDOWN = "shutdown"
Done: TypeAlias = Callable[[Trace, RecordedRun | None], None]


class _Live:
    """A run that goes on."""

    __slots__ = ("began", "cut", "end", "key", "marks", "record", "silent", "started_ms", "timer")

    def __init__(self, key: str, began: float, started_ms: int) -> None:
        self.key = key
        self.began = began
        self.started_ms = started_ms
        self.marks: list[Mark] = []
        self.cut = False
        self.silent = True  # no word since a model was asked
        self.record: RunRecord | None = None
        self.end: RecordedEnd | None = None
        self.timer: asyncio.TimerHandle | None = None


class Tracer:
    """Gives `done` the trace of each run that ends, and its recording where that is wanted.

    `settings` is asked anew for each run; `session_id` names a conversation's transcript, "" when there is none.
    """

    def __init__(
        self,
        bus: EventBus,
        clock: Clock,
        settings: Callable[[], Tracing],
        session_id: Callable[[str], str],
        done: Done,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._session_id = session_id
        self._done = done
        self._live: dict[str, _Live] = {}
        self._turns: dict[str, str] = {}  # session to the run that has its turn
        self._unsubscribe = [
            bus.subscribe(RunQueued, self._queued),
            bus.subscribe(RunStarted, self._started),
            bus.subscribe(RunPrompted, self._prompted),
            bus.subscribe(RunModel, self._asked),
            bus.subscribe(RunText, self._text),
            bus.subscribe(RunModelEnded, self._answered),
            bus.subscribe(RunTool, self._tool),
            bus.subscribe(MessageStored, self._stored),
            bus.subscribe(RunFinished, self._finished),
            bus.subscribe(RunFailed, self._failed),
            bus.subscribe(RunAborted, self._aborted),
            bus.subscribe(SessionChanged, self._session),
        ]

    def record_of(self, session_key: str) -> RunRecord | None:
        """The record of the run that has its turn in the session, None when it is not recorded."""
        live = self._live.get(self._turns.get(session_key, ""))
        return live.record if live is not None else None

    def close(self) -> None:
        """Stop listening; runs that go on are stopped by the end of the application, and their traces say so."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for run_id, live in list(self._live.items()):
            if live.end is None:
                self._mark(live, "aborted", {"reason": SHUTDOWN})
                live.end = RecordedEnd("abort", SHUTDOWN)
            self._complete(run_id)

    def _begin(self, event: RunEvent) -> _Live:
        live = _Live(event.session_key, self._clock.monotonic(), self._clock.wall_ms())
        settings = self._settings()
        if settings.enabled:
            live.record = RunRecord() if settings.record else None
            self._live[event.run_id] = live
        return live

    def _queued(self, event: RunQueued) -> None:
        self._mark(self._begin(event), "queued")

    def _started(self, event: RunStarted) -> None:
        # A command such as "/new and a question" goes on as a run that never waited.
        live = self._live.get(event.run_id) or self._begin(event)
        self._turns[event.session_key] = event.run_id
        self._mark(live, "started")

    def _prompted(self, event: RunPrompted) -> None:
        if live := self._live.get(event.run_id):
            parts: JsonObject = dict(event.parts)
            facts: JsonObject = {"parts": parts, "tokens": sum(count for _, count in event.parts)}
            facts |= {"messages": event.messages, "window": event.window, "seconds": round(event.seconds, 6)}
            self._mark(live, "prompted", facts)

    def _asked(self, event: RunModel) -> None:
        if live := self._live.get(event.run_id):
            live.silent = True
            reason: JsonObject = {"reason": unquoted(event.reason)} if event.reason else {}
            self._mark(live, "asked", {"provider": event.provider, "model": event.model, **reason})

    def _text(self, event: RunText) -> None:
        # Comes for every piece of every answer.
        live = self._live.get(event.run_id)
        if live is not None and live.silent:
            live.silent = False
            self._mark(live, "spoke")

    def _answered(self, event: RunModelEnded) -> None:
        if live := self._live.get(event.run_id):
            facts: JsonObject = {"seconds": round(event.seconds, 6), "usage": usage_form(event.usage)}
            if event.first_token_s is not None:
                facts["firstTokenS"] = round(event.first_token_s, 6)
            if event.error:
                facts["error"] = unquoted(event.error)
            self._mark(live, "answered", facts)

    def _tool(self, event: RunTool) -> None:
        live = self._live.get(event.run_id)
        if live is None or event.phase is ToolPhase.UPDATE:
            return
        facts: JsonObject = {"callId": event.call_id, "name": event.name}
        if event.phase is ToolPhase.RESULT:
            facts["chars"] = len(event.data) if isinstance(event.data, str) else 0
            if event.is_error:
                facts["error"] = "The tool failed."
        self._mark(live, "tool" if event.phase is ToolPhase.START else "result", facts)

    def _stored(self, event: MessageStored) -> None:
        live = self._live.get(event.run_id) if event.run_id else None
        if live is None:
            return
        if live.record is not None:
            live.record.stored(event.message)
        self._mark(live, "stored", {"role": event.message.role})
        if live.end is not None:
            self._complete(event.run_id)

    def _session(self, event: SessionChanged) -> None:
        # A run that the deletion stopped ends later than the deletion: its words must not come back with it.
        if event.deleted:
            for live in self._live.values():
                if live.key == event.session_key:
                    live.record = None

    def _finished(self, event: RunFinished) -> None:
        facts: JsonObject = {"provider": event.provider, "model": event.model}
        self._over(event, "finished", facts, RecordedEnd("reply"))

    def _failed(self, event: RunFailed) -> None:
        facts: JsonObject = {"code": event.code, "error": unquoted(event.sentence)}
        self._over(event, "failed", facts, RecordedEnd("fail", event.code, event.sentence))

    def _aborted(self, event: RunAborted) -> None:
        self._over(event, "aborted", {"reason": event.stop_reason}, RecordedEnd("abort", event.stop_reason))

    def _over(self, event: RunEvent, kind: str, facts: JsonObject, end: RecordedEnd) -> None:
        live = self._live.get(event.run_id)
        if live is None or live.end is not None:
            return
        self._mark(live, kind, facts)
        live.end = end
        if end.kind == "abort" and self._turns.get(live.key) == event.run_id:
            live.timer = asyncio.get_running_loop().call_later(AFTER_STOP_S, self._complete, event.run_id)
        else:
            self._complete(event.run_id)

    def _complete(self, run_id: str) -> None:
        live = self._live.pop(run_id, None)
        if live is None or live.end is None:
            return
        if live.timer is not None:
            live.timer.cancel()
        if self._turns.get(live.key) == run_id:
            del self._turns[live.key]
        marks = tuple(live.marks)
        trace = Trace(run_id, live.key, self._session_id(live.key), live.started_ms, marks, live.cut)
        record = live.record
        kept = record.finished(run_id, live.key, live.end) if record is not None and not record.full else None
        self._done(trace, kept)

    def _mark(self, live: _Live, kind: str, facts: JsonObject | None = None) -> None:
        if len(live.marks) >= MOST_MARKS and kind not in ("finished", "failed", "aborted"):
            live.cut = True
            return
        known = {name: _short(value) for name, value in facts.items()} if facts else {}
        live.marks.append(Mark(self._now(live), kind, known))

    def _now(self, live: _Live) -> float:
        return self._clock.monotonic() - live.began


def _short(value: JsonValue) -> JsonValue:
    return f"{value[:LONGEST_FACT]}…" if isinstance(value, str) and len(value) > LONGEST_FACT else value
