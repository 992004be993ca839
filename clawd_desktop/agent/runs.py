"""The runs of this process: which go on, which ended how, and which message was already seen."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, TypeAlias

from clawd_desktop.core.clock import Clock
from clawd_desktop.core.messages import Image, Message, Usage

REMEMBERED_S = 600.0  # Clawdbot answers agent.wait for ten minutes after a run ended.
REMEMBERED_RUNS = 1000
HOOK = "hook"  # The origin of what comes from outside: it never has the owner's authority.
Kind: TypeAlias = Literal["chat", "agent", "system"]


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    OK = "ok"
    ERROR = "error"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Submission:
    """One message to be answered; `run_id` is the sender's idempotency key, `timeout_s` bounds the run in seconds.

    Without `commands` a slash command or a stop word in it is ordinary text. `max_tokens` bounds one model answer.
    A message of kind "system" is no person's: it names no conversation and no channel to answer on.
    `title` names a conversation that begins with the message; without one its text does.
    """

    session_key: str
    text: str
    run_id: str
    images: tuple[Image, ...] = ()
    kind: Kind = "chat"
    thinking: str | None = None
    timeout_s: float | None = None
    extra_prompt: str = ""
    model: str | None = None
    origin: str = "webchat"
    commands: bool = True
    max_tokens: int | None = None
    title: str = ""

    @property
    def by_owner(self) -> bool:
        """Whether the message has the owner's authority; one from outside or from a program never has."""
        return self.kind != "system" and self.origin != HOOK


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; `sentence` and `code` are set for errors and aborts."""

    state: RunState
    started_at: int
    ended_at: int
    message: Message | None = None
    usage: Usage = Usage()
    provider: str = ""
    model: str = ""
    sentence: str = ""
    code: str = ""


@dataclass(slots=True, eq=False)
class Run:
    """One run and what is known of it so far."""

    submission: Submission
    session_key: str
    own: Message
    state: RunState = RunState.QUEUED
    seq: int = 0
    started_at: int = 0
    text: str = ""
    outcome: Outcome | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        """The run's name, everywhere."""
        return self.submission.run_id

    @property
    def is_over(self) -> bool:
        """Whether nothing more of the run follows."""
        return self.outcome is not None

    def next_seq(self) -> int:
        """The number of the run's next event, from 1."""
        self.seq += 1
        return self.seq

    def end(self, outcome: Outcome) -> None:
        """Set the outcome, once, and wake whoever waits for it."""
        if self.outcome is None:
            self.outcome = outcome
            self.state = outcome.state
            self.ended.set()

    def forget_words(self) -> None:
        """Keep how an ended run went, not what was asked: a thousand questions with their pictures fill the memory."""
        said = self.submission.text or self.submission.images
        if said and self.is_over and (self.task is None or self.task.done()):
            self.submission = replace(self.submission, text="", images=(), extra_prompt="")
            self.own = replace(self.own, content=())
            self.text = ""


class RunRegistry:
    """All runs that go on and, for ten minutes, those that ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._runs: OrderedDict[str, tuple[Run, float]] = OrderedDict()

    def add(self, run: Run) -> None:
        """Remember the run by its id; forgets what ended long ago."""
        self._forget_old()
        self._runs[run.id] = (run, self._clock.monotonic())

    def discard(self, run: Run) -> None:
        """Forget a run that never began, so that it can be tried again."""
        self._runs.pop(run.id, None)

    def get(self, run_id: str) -> Run | None:
        """The run, also for a while after it ended."""
        found = self._runs.get(run_id)
        return found[0] if found else None

    def going_on(self, session_key: str | None = None) -> tuple[Run, ...]:
        """Runs that are queued or running, oldest first; of one session or of all."""
        return tuple(
            run
            for run, _ in self._runs.values()
            if not run.is_over and (session_key is None or run.session_key == session_key)
        )

    def _forget_old(self) -> None:
        limit = self._clock.monotonic() - REMEMBERED_S
        surplus = len(self._runs) - REMEMBERED_RUNS
        for run_id, (run, added) in list(self._runs.items()):
            if run.is_over and (added < limit or surplus > 0):
                del self._runs[run_id]
                surplus -= 1
            else:
                run.forget_words()
