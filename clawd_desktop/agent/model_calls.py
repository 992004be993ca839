"""Measures each model that one question is put to: how long it took, when it began to speak, what it used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, TextDelta, ThinkingDelta, ToolCallReady

_SPEAKING = (TextDelta, ThinkingDelta, ToolCallReady)
NO_REASON = "It was given up."


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What became of one model that was asked; times in seconds, `error` is "" when it answered."""

    provider: str
    model: str
    usage: Usage
    seconds: float
    first_token_s: float | None
    error: str = ""


class CallWatch:
    """Follows the stream of one question. `now` gives seconds that only ever grow."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._asked: ModelChosen | None = None
        self._since = 0.0
        self._first: float | None = None

    def note(self, event: ModelEvent) -> ModelCall | None:
        """The call that this event ends, if it ends one: by being done, or by the choice of another model."""
        if isinstance(event, ModelDone):
            return self._end(event.usage)
        if isinstance(event, ModelChosen):
            ended = self._end(Usage(), event.reason or NO_REASON)
            self._asked, self._since, self._first = event, self._now(), None
            return ended
        if self._first is None and isinstance(event, _SPEAKING):
            self._first = self._now() - self._since
        return None

    def broke(self, fault: ClawdError) -> ModelCall | None:
        """The call that this fault ends, None when no model was asked."""
        return self._end(Usage(), fault.message)

    def _end(self, usage: Usage, error: str = "") -> ModelCall | None:
        asked, self._asked = self._asked, None
        if asked is None:
            return None
        return ModelCall(asked.provider, asked.model, usage, self._now() - self._since, self._first, error)
