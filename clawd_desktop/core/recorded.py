"""One run as it was recorded: what its models were asked and answered, what was stored, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clawd_desktop.core.messages import Message
from clawd_desktop.core.ports import ModelEvent, ModelRequest


@dataclass(frozen=True, slots=True)
class RecordedFault:
    """Why the models could not answer."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One question, and the answer's events, each with the seconds since the question.

    `fault` is set when the answer broke off; without one and without ModelDone at the end somebody stopped it.
    """

    request: ModelRequest
    answer: tuple[tuple[float, ModelEvent], ...]
    fault: RecordedFault | None = None


@dataclass(frozen=True, slots=True)
class RecordedEnd:
    """How a run ended; `code` is the error's or the reason of the stop, `sentence` what a person was told."""

    kind: Literal["reply", "fail", "abort"]
    code: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """Everything of one run; `stored` are the messages that it wrote: the assistant's and the tools' results."""

    run_id: str
    session_key: str
    calls: tuple[RecordedCall, ...]
    stored: tuple[Message, ...]
    end: RecordedEnd


@dataclass(frozen=True, slots=True)
class Replayed:
    """What running a recorded turn again came to; `difference` is the first one, "" when the outcome is the same."""

    same: bool
    difference: str
    calls: int
    messages: tuple[Message, ...]
    end: RecordedEnd
