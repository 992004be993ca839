"""Turns what a gateway tells of runs on the wire back into the events of our own bus; the reverse of its broadcasts.

Source of shapes: `agent` and `chat` events of Clawdbot 2026.1.24.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from clawd_desktop.cli.answers import text_of
from clawd_desktop.cli.client import GatewayEvent
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import (
    MessageStored,
    RunAborted,
    RunFailed,
    RunFinished,
    RunStarted,
    RunText,
    RunTool,
    SessionChanged,
    ToolPhase,
)
from clawd_desktop.core.messages import Usage, from_wire
from clawd_desktop.core.values import JsonObject, as_int, as_object, as_text

ENDED_KEPT = 64
LOST = "The connection to the gateway was lost; the answer may go on there."


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that goes on; `started_at` is milliseconds since the epoch, `text` what was shown so far."""

    session_key: str
    started_at: int
    text: str = ""


class Relay:
    """Publishes each run's events once, in order, under the canonical session key."""

    def __init__(self, bus: EventBus, clock: Clock, canonical: Callable[[str], str]) -> None:
        self._bus = bus
        self._clock = clock
        self._canonical = canonical
        self._runs: dict[str, _Run] = {}
        self._own: set[str] = set()
        self._ended: deque[str] = deque(maxlen=ENDED_KEPT)

    def own(self, run_id: str) -> None:
        """This run was asked for here, so that its question is already shown."""
        self._own.add(run_id)

    def is_running(self, session_key: str) -> bool:
        """Is a run of this session going on?"""
        return any(run.session_key == session_key for run in self._runs.values())

    def take(self, event: GatewayEvent) -> None:
        """Publish what the event means; events that are not about runs mean nothing here."""
        payload = event.payload
        run_id, session_key = as_text(payload.get("runId")), as_text(payload.get("sessionKey"))
        if not run_id or not session_key or run_id in self._ended or event.name not in ("agent", "chat"):
            return
        run = self._runs.get(run_id) or self._begin(run_id, self._canonical(session_key), payload)
        seq = as_int(payload.get("seq"))
        if event.name == "agent":
            self._agent(run_id, run, seq, payload)
        else:
            self._chat(run_id, run, seq, payload)

    def lost(self) -> None:
        """Nothing more will come of the runs that went on."""
        now = self._clock.wall_ms()
        for run_id, run in self._runs.items():
            self._bus.publish(RunFailed(run_id, run.session_key, 0, LOST, "attached.lost", run.started_at, now))
        self._runs.clear()
        self._own.clear()

    def _begin(self, run_id: str, session_key: str, payload: JsonObject) -> _Run:
        started = as_int(as_object(payload.get("data")).get("startedAt")) or self._clock.wall_ms()
        run = self._runs[run_id] = _Run(session_key, started)
        if run_id not in self._own:
            # Somebody else asked: the question is in the history, and not on the wire.
            self._bus.publish(SessionChanged(session_key))
        if payload.get("state") not in ("final", "error", "aborted"):
            self._bus.publish(RunStarted(run_id, session_key, 1, started))
        return run

    def _agent(self, run_id: str, run: _Run, seq: int, payload: JsonObject) -> None:
        data = as_object(payload.get("data"))
        if payload.get("stream") == "assistant":
            self._text(run_id, run, seq, as_text(data.get("text")))
        elif payload.get("stream") == "tool" and data.get("phase") in list(ToolPhase):
            phase = ToolPhase(as_text(data.get("phase")))
            detail = data.get({"start": "args", "update": "partialResult", "result": "result"}[phase])
            name, call_id = as_text(data.get("name")), as_text(data.get("toolCallId"))
            failed = data.get("isError") is True
            self._bus.publish(RunTool(run_id, run.session_key, seq, phase, name, call_id, detail, failed))

    def _text(self, run_id: str, run: _Run, seq: int, text: str) -> None:
        if not text or text == run.text:
            return
        delta = text[len(run.text) :] if text.startswith(run.text) else text
        self._runs[run_id] = replace(run, text=text)
        self._bus.publish(RunText(run_id, run.session_key, seq, text, delta))

    def _chat(self, run_id: str, run: _Run, seq: int, payload: JsonObject) -> None:
        state, key, now = payload.get("state"), run.session_key, self._clock.wall_ms()
        wire = as_object(payload.get("message"))
        if state == "delta":
            # A delta comes late and may be skipped; only where it knows more than the other stream does it count.
            if len(text_of(wire)) > len(run.text):
                self._text(run_id, run, seq, text_of(wire))
            return
        if state not in ("final", "error", "aborted"):
            return
        del self._runs[run_id]
        self._own.discard(run_id)
        self._ended.append(run_id)
        if state == "aborted":
            self._bus.publish(RunAborted(run_id, key, seq, as_text(payload.get("stopReason"), "rpc")))
        elif state == "error":
            words = as_text(payload.get("errorMessage"), "The run failed.")
            self._bus.publish(RunFailed(run_id, key, seq, words, "attached.failed", run.started_at, now))
        else:
            message = from_wire(wire)
            if message is not None:
                self._bus.publish(MessageStored(key, f"{run_id}-answer", message, run_id))
            self._bus.publish(RunFinished(run_id, key, seq, message, Usage(), "", "", run.started_at, now))
