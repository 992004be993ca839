"""Decides, without doing anything, what comes next in a turn: state and event in, new state and actions out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Content, Message, StopReason, Text, Thinking, ToolCall, Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, TextDelta, ThinkingDelta, ToolCallReady

MAX_MODEL_CALLS = 32
TOO_MANY_CALLS = "The assistant used its tools {count} times without coming to an answer. Ask again, in smaller steps."
SAID_NOTHING = "The model answered with nothing. Send it again, or choose another model in Settings > Models & keys."
TIMEOUT = "timeout"
TOOK_TOO_LONG = (
    "The answer took longer than a turn may and was stopped. Ask again, choose a faster model, or allow more time in "
    "Settings > General > Longest turn."
)
STUCK = "stuck"
NO_SIGN_OF_LIFE = (
    "The answer showed no sign of life any more and was stopped. Ask again, or choose another model in Settings > "
    "Models & keys; monitoring.repair.stuckRun says how long is waited."
)
CUT_OFF = "The answer was cut at the model's length limit. Ask it to go on."

_UNASKED = {TIMEOUT: TOOK_TOO_LONG, STUCK: NO_SIGN_OF_LIFE}

# What happened.


@dataclass(frozen=True, slots=True)
class Began:
    """The turn left its lane."""


@dataclass(frozen=True, slots=True)
class ModelBroke:
    """No model could answer, or the answer broke off."""

    fault: ClawdError


@dataclass(frozen=True, slots=True)
class ToolsEnded:
    """All tools that were asked for have a result."""

    results: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody, the clock or the end of the application stopped the turn."""

    reason: str


Happening: TypeAlias = Began | ModelEvent | ModelBroke | ToolsEnded | Stopped

# What is to be done.


@dataclass(frozen=True, slots=True)
class CallModel:
    """Ask the model again with everything that is stored."""


@dataclass(frozen=True, slots=True)
class Say:
    """Show the answer so far; `delta` is what is new."""

    text: str
    delta: str


@dataclass(frozen=True, slots=True)
class Store:
    """Write the message durably before anything else is done."""

    message: Message


@dataclass(frozen=True, slots=True)
class RunTools:
    """Run the tools, in order, and come back with all results."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """The turn ended with this answer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Fail:
    """The turn ended without an answer; a person is told why and what to do."""

    sentence: str
    code: str


@dataclass(frozen=True, slots=True)
class Abort:
    """The turn ended because it was stopped."""

    reason: str


Action: TypeAlias = CallModel | Say | Store | RunTools | Reply | Fail | Abort
ENDINGS = (Reply, Fail, Abort)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a turn stands: the message being said now, what was used, how often the model was asked."""

    parts: tuple[Content, ...] = ()
    provider: str = ""
    model: str = ""
    usage: Usage = Usage()
    model_calls: int = 0
    ended: bool = False

    @property
    def text(self) -> str:
        """What the model has said in its current message."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


def step(turn: Turn, happening: Happening, now_ms: int) -> tuple[Turn, tuple[Action, ...]]:
    """The state after the happening and what to do now, in order. After an ending nothing more is ever done."""
    if turn.ended:
        return turn, ()
    after, actions = _step(turn, happening, now_ms)
    if any(isinstance(action, ENDINGS) for action in actions):
        after = replace(after, ended=True)
    return after, actions


def _step(turn: Turn, happening: Happening, now_ms: int) -> tuple[Turn, tuple[Action, ...]]:
    match happening:
        case Began() | ToolsEnded():
            return _ask(turn, happening.results if isinstance(happening, ToolsEnded) else ())
        case ModelChosen():
            # Another model begins anew: reasoning of the one before is void, and text there is none yet.
            return replace(turn, parts=(), provider=happening.provider, model=happening.model), ()
        case TextDelta():
            said = replace(turn, parts=_joined(turn.parts, Text(happening.text)))
            return said, (Say(said.text, happening.text),)
        case ThinkingDelta():
            return replace(turn, parts=_joined(turn.parts, Thinking(happening.text, happening.signature))), ()
        case ToolCallReady():
            return replace(turn, parts=(*turn.parts, happening.call)), ()
        case ModelDone():
            return _ended(turn, happening, now_ms)
        case ModelBroke():
            broken = _message(turn, now_ms, "error", error=happening.fault.sentence())
            return turn, (Store(broken), Fail(happening.fault.sentence(), happening.fault.code))
        case Stopped():
            return turn, (*_left_behind(turn, happening.reason, now_ms), Abort(happening.reason))


def _left_behind(turn: Turn, reason: str, now_ms: int) -> tuple[Action, ...]:
    """What a stopped turn leaves in the transcript: what was said, and the reason where nobody asked for the stop."""
    if reason in _UNASKED:
        return (Store(_message(turn, now_ms, "error", error=_UNASKED[reason])),)
    return (Store(_message(turn, now_ms, "aborted")),) if turn.text.strip() else ()


def _ask(turn: Turn, results: tuple[Message, ...]) -> tuple[Turn, tuple[Action, ...]]:
    stored = tuple(Store(result) for result in results)
    if turn.model_calls >= MAX_MODEL_CALLS:
        return turn, (*stored, Fail(TOO_MANY_CALLS.format(count=turn.model_calls), "turn.too_many_calls"))
    return replace(turn, parts=(), model_calls=turn.model_calls + 1), (*stored, CallModel())


def _ended(turn: Turn, ended: ModelDone, now_ms: int) -> tuple[Turn, tuple[Action, ...]]:
    after = replace(turn, usage=turn.usage + ended.usage)
    message = _message(turn, now_ms, ended.stop_reason, usage=ended.usage)
    if message.tool_calls:
        return after, (Store(message), RunTools(message.tool_calls))
    if not message.text.strip():
        silent = replace(message, stop_reason="error", error=SAID_NOTHING)
        return after, (Store(silent), Fail(SAID_NOTHING, "model.empty"))
    if ended.stop_reason == "length":
        message = replace(message, error=CUT_OFF)
    return after, (Store(message), Reply(message))


def _message(turn: Turn, now_ms: int, stop: StopReason, *, usage: Usage | None = None, error: str = "") -> Message:
    # A tool call that will never run must not stay: the providers refuse a history with an unanswered call.
    keep_calls = stop in ("stop", "toolUse", "length") and not error
    parts = tuple(part for part in turn.parts if keep_calls or not isinstance(part, ToolCall))
    return Message(
        role="assistant",
        content=parts,
        timestamp=now_ms,
        provider=turn.provider,
        model=turn.model,
        usage=usage,
        stop_reason=stop,
        error=error,
    )


def _joined(parts: tuple[Content, ...], more: Text | Thinking) -> tuple[Content, ...]:
    last = parts[-1] if parts else None
    if isinstance(last, Text) and isinstance(more, Text):
        return (*parts[:-1], Text(last.text + more.text))
    if isinstance(last, Thinking) and isinstance(more, Thinking) and not last.signature:
        return (*parts[:-1], Thinking(last.text + more.text, more.signature))
    return (*parts, more)
