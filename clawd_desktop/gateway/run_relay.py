"""Tells clients what happens in runs: turns run events of the bus into the `agent` and `chat` events of the wire.

Source of shapes and order: chat.send sequence as observed on Clawdbot 2026.1.24.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.events import (
    RunAborted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.messages import Message, to_wire
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.broadcast import Apart, Broadcaster
from clawd_desktop.gateway.methods.table import Call

DELTA_EVERY_S = 0.150
REMEMBERED = 1000
# Clawdbot's terminal takes note of its run a moment after it has read the acknowledgement. An end that it reads
# together with it, as that of a command or of a model that cannot be reached, would leave it waiting for ever.
SETTLE_S = 0.1
# Clients know rpc, stop and timeout.
_KNOWN = {"stuck": "timeout"}


@dataclass(slots=True)
class _Watched:
    """What is known of a run on the wire: its session's name in the words of the client, and who is told of tools.

    `settles` says that the client gets an acknowledgement, and `since` when it did at the latest. `unsaid` is the text
    so far, when the last delta had less.
    """

    echo: str
    caller: Call | None
    settles: bool = False
    since: float = float("-inf")
    last_delta: float = float("-inf")
    unsaid: str = ""


class RunRelay:
    """Broadcasts runs; a client finds its run under the session key that it used itself.

    Whoever subscribed to the session finds it under the canonical key, and hears of its tools.
    """

    def __init__(
        self, bus: EventBus, broadcaster: Broadcaster, clock: Clock, shows_tools: Callable[[str], bool]
    ) -> None:
        self._broadcaster = broadcaster
        self._clock = clock
        self._shows_tools = shows_tools
        self._expected: OrderedDict[str, _Watched] = OrderedDict()
        self._watched: dict[str, _Watched] = {}
        # uvloop gives a plain handle for less than half a millisecond.
        self._held: dict[str, asyncio.Handle] = {}
        self._unsubscribe: tuple[Unsubscribe, ...] = (
            bus.subscribe(RunStarted, self._started),
            bus.subscribe(RunText, self._text),
            bus.subscribe(RunTool, self._tool),
            bus.subscribe(RunFinished, self._finished),
            bus.subscribe(RunFailed, self._failed),
            bus.subscribe(RunAborted, self._aborted),
        )

    def close(self) -> None:
        """Tell nothing more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for timer in self._held.values():
            timer.cancel()

    def expect(self, run_id: str, echo: str, caller: Call | None = None, *, settles: bool = False) -> None:
        """Name the session of this run `echo` on the wire; `caller` hears of tools even when nobody else does.

        A run that `settles` is acknowledged about now or when it starts, and its end is told SETTLE_S later or after.
        """
        self._expected[run_id] = _Watched(echo, caller, settles, self._clock.monotonic())
        # Some never come, because they were refused or were a word like /stop.
        while len(self._expected) > REMEMBERED:
            self._expected.popitem(last=False)

    def _of(self, event: RunEvent) -> _Watched:
        watched = self._watched.get(event.run_id)
        if watched is None:
            watched = self._expected.pop(event.run_id, None) or _Watched(event.session_key, None)
            self._watched[event.run_id] = watched
        return watched

    def _started(self, event: RunStarted) -> None:
        self._of(event).since = self._clock.monotonic()
        self._agent(event, "lifecycle", {"phase": "start", "startedAt": event.started_at})

    def _text(self, event: RunText) -> None:
        self._agent(event, "assistant", {"text": event.text, "delta": event.delta})
        watched = self._of(event)
        now = self._clock.monotonic()
        watched.unsaid = event.text
        if now - watched.last_delta >= DELTA_EVERY_S:
            watched.last_delta = now
            self._delta(event, watched)

    def _tool(self, event: RunTool) -> None:
        data: JsonObject = {"phase": event.phase.value, "name": event.name, "toolCallId": event.call_id}
        if event.phase is ToolPhase.START:
            data["args"] = event.data
        else:
            result: JsonObject = {"content": [{"type": "text", "text": event.data}], "details": {}}
            data |= {"isError": event.is_error, "result": result}
        payload = self._payload(event, "tool", data)
        if self._shows_tools(event.session_key):
            self._publish("agent", event, payload)
            return
        followers = self._broadcaster.subscriptions.of(event.session_key)
        if followers:
            self._broadcaster.tell(followers, "agent", payload | {"sessionKey": event.session_key})
        caller = self._of(event).caller
        if caller is not None and not (followers and caller.client.connection_id in followers):
            caller.tell("agent", payload)

    def _finished(self, event: RunFinished) -> None:
        # Clawdbot's editor bridge shows deltas only: what the final alone says would be missing there.
        if (watched := self._of(event)).unsaid:
            self._delta(event, watched)
        # Sequence 0 is a message that no model made: commands and injected notes have no lifecycle.
        if event.seq:
            self._agent(event, "lifecycle", {"phase": "end", "endedAt": event.ended_at})
        self._end(event, "final", {"message": _final(event.message)} if event.message else {})

    def _failed(self, event: RunFailed) -> None:
        self._agent(event, "lifecycle", {"phase": "error", "error": event.sentence, "endedAt": event.ended_at})
        self._end(event, "error", {"errorMessage": event.sentence})

    def _aborted(self, event: RunAborted) -> None:
        self._publish(
            "chat",
            event,
            self._state(event, "aborted", {"stopReason": _KNOWN.get(event.stop_reason, event.stop_reason)}),
        )
        self._watched.pop(event.run_id, None)

    def _end(self, event: RunEvent, state: str, facts: JsonObject) -> None:
        watched = self._of(event)
        payload = self._state(event, state, facts)
        del self._watched[event.run_id]
        wait = watched.since + SETTLE_S - self._clock.monotonic() if watched.settles else 0.0
        if wait <= 0:
            self._publish("chat", event, payload)
            return
        self._held[event.run_id] = asyncio.get_running_loop().call_later(wait, self._let_go, event, payload)

    def _let_go(self, event: RunEvent, payload: JsonObject) -> None:
        self._held.pop(event.run_id, None)
        self._publish("chat", event, payload)

    def _agent(self, event: RunEvent, stream: str, data: JsonObject) -> None:
        self._publish("agent", event, self._payload(event, stream, data))

    def _publish(self, name: str, event: RunEvent, payload: JsonObject) -> None:
        followers = self._broadcaster.subscriptions.of(event.session_key)
        apart = Apart(followers, payload | {"sessionKey": event.session_key}) if followers else None
        self._broadcaster.publish(name, payload, apart=apart)

    def _payload(self, event: RunEvent, stream: str, data: JsonObject) -> JsonObject:
        return {
            "runId": event.run_id,
            "seq": event.seq,
            "stream": stream,
            "ts": self._clock.wall_ms(),
            "data": data,
            "sessionKey": self._of(event).echo,
        }

    def _delta(self, event: RunEvent, watched: _Watched) -> None:
        message: JsonObject = {
            "role": "assistant",
            "content": [{"type": "text", "text": watched.unsaid}],
            "timestamp": self._clock.wall_ms(),
        }
        watched.unsaid = ""
        self._publish("chat", event, self._state(event, "delta", {"message": message}))

    def _state(self, event: RunEvent, state: str, facts: JsonObject) -> JsonObject:
        return {
            "runId": event.run_id,
            "sessionKey": self._of(event).echo,
            "seq": event.seq,
            "state": state,
            **facts,
        }


def _final(message: Message) -> JsonObject:
    if message.stop_reason == "injected":
        return to_wire(message)
    return {
        "role": "assistant",
        "content": [{"type": "text", "text": message.text.strip()}],
        "timestamp": message.timestamp,
    }
