"""Runs a recorded turn again, without network or tools, and finds the first difference to what was recorded; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from clawd_desktop.agent.turn import (
    Abort,
    Action,
    Began,
    CallModel,
    Fail,
    Happening,
    ModelBroke,
    Reply,
    RunTools,
    Stopped,
    Store,
    ToolsEnded,
    Turn,
    step,
)
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Message
from clawd_desktop.core.ports import ModelDone
from clawd_desktop.core.recorded import RecordedCall, RecordedEnd, RecordedRun, Replayed

NEVER_ENDED = RecordedEnd("fail", "replay.never_ended", "The turn wants more than was recorded.")
_SHOWN = 60


def replay(run: RecordedRun) -> Replayed:
    """The turn decided anew from the recorded answers and tool results, compared with what was recorded."""
    again = _Again(run)
    again.go()
    difference = _difference(run, again)
    return Replayed(not difference, difference, again.calls, tuple(again.stored), again.end)


class _Again:
    """Feeds what was recorded to `turn.step` and keeps what it decides."""

    def __init__(self, run: RecordedRun) -> None:
        self._run = run
        self._turn = Turn()
        self.calls = 0
        self.stored: list[Message] = []
        self.end = NEVER_ENDED
        self.asked_otherwise = ""

    def go(self) -> None:
        """Until the turn has ended or wants what was not recorded."""
        to_do = list(self._step(Began()))
        while to_do:
            to_do += self._do(to_do.pop(0))

    def _do(self, action: Action) -> list[Action]:
        match action:
            case CallModel():
                return self._ask()
            case RunTools():
                return self._results(action)
            case Store():
                self.stored.append(replace(action.message, timestamp=0))
            case Reply():
                self.end = RecordedEnd("reply")
            case Fail():
                self.end = RecordedEnd("fail", action.code, action.sentence)
            case Abort():
                self.end = RecordedEnd("abort", action.reason)
        return []

    def _ask(self) -> list[Action]:
        if self.calls >= len(self._run.calls):
            return self._stopped()
        call = self._run.calls[self.calls]
        self.calls += 1
        self._compare_question(call)
        to_do = [action for happening in _happenings(call) for action in self._step(happening)]
        broken_off = call.fault is None and not (call.answer and isinstance(call.answer[-1][1], ModelDone))
        return to_do + self._stopped() if broken_off else to_do

    def _results(self, action: RunTools) -> list[Action]:
        known = {message.tool_call_id: message for message in self._run.stored if message.role == "toolResult"}
        results = tuple(known[call.id] for call in action.calls if call.id in known)
        if len(results) < len(action.calls):
            return self._stopped()
        return list(self._step(ToolsEnded(results)))

    def _stopped(self) -> list[Action]:
        """What follows where the recording ends: a stop if that is how the run ended, else nothing more."""
        end = self._run.end
        return list(self._step(Stopped(end.code))) if end.kind == "abort" else []

    def _compare_question(self, call: RecordedCall) -> None:
        # A message that alone fills the window is cut before it is sent; such a question cannot be compared.
        messages = call.request.messages
        if not self.asked_otherwise and self.stored and len(messages) > 1:
            told = _unlike(replace(messages[-1], timestamp=0), self.stored[-1])
            if told:
                self.asked_otherwise = f"Question {self.calls} was recorded with another last message: {told}."

    def _step(self, happening: Happening) -> tuple[Action, ...]:
        self._turn, actions = step(self._turn, happening, 0)
        return actions


def _happenings(call: RecordedCall) -> Iterator[Happening]:
    for _, event in call.answer:
        yield event
    if call.fault is not None:
        yield ModelBroke(ClawdError(call.fault.message, hint=call.fault.hint, code=call.fault.code))


def _difference(run: RecordedRun, again: _Again) -> str:
    for number, (recorded, replayed) in enumerate(zip(run.stored, again.stored, strict=False), 1):
        told = _unlike(replace(recorded, timestamp=0), replayed)
        if told:
            return f"Message {number} ({recorded.role}) differs: {told}."
    if again.asked_otherwise:
        return again.asked_otherwise
    if len(run.stored) != len(again.stored):
        return f"{len(run.stored)} messages were recorded, and {len(again.stored)} come out now."
    if again.end != run.end:
        return f"It ended as {_ending(run.end)}, and ends as {_ending(again.end)} now."
    if again.calls != len(run.calls):
        return f"The model was asked {len(run.calls)} times, and {again.calls} times now."
    return ""


def _unlike(recorded: Message, replayed: Message) -> str:
    """The first field in which two messages differ, "" when they are the same."""
    for field in fields(Message):
        before, now = getattr(recorded, field.name), getattr(replayed, field.name)
        if before != now:
            shown = "text" if field.name == "content" and recorded.text != replayed.text else field.name
            pair = (recorded.text, replayed.text) if shown == "text" else (repr(before), repr(now))
            return f"its {shown} was {_near(*pair)}, and is {_near(pair[1], pair[0])} now"
    return ""


def _near(text: str, other: str) -> str:
    """The text around the first place where it differs from the other."""
    same = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    begin = max(0, same - _SHOWN // 2)
    piece = text[begin : begin + _SHOWN]
    return f"{'...' if begin else ''}{piece!r}{'...' if begin + _SHOWN < len(text) else ''}"


def _ending(end: RecordedEnd) -> str:
    return " ".join(word for word in (end.kind, end.code, end.sentence) if word)
