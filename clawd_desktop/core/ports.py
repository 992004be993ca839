"""Where rooms of one floor meet: what one offers and another needs, without either knowing the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from clawd_desktop.core.messages import Image, Message, StopReason, ToolCall, ToolSpec, Usage
from clawd_desktop.core.values import JsonObject

# Models.


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a language model. `messages` end with what is to be answered."""

    system: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    max_tokens: int | None = None
    thinking: str = "off"
    session_key: str = ""


@dataclass(frozen=True, slots=True)
class ModelChosen:
    """The model that is being asked now; `reason` says why the one before was given up ("" for the first)."""

    provider: str
    model: str
    context_window: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More of the model's reasoning; the last one of a block carries its `signature`."""

    text: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class ToolCallReady:
    """A complete wish to run a tool."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class ModelDone:
    """The end of a good answer; nothing follows."""

    stop_reason: StopReason
    usage: Usage


ModelEvent: TypeAlias = ModelChosen | TextDelta | ThinkingDelta | ToolCallReady | ModelDone


class Models(Protocol):
    """Answers questions with the configured models; retries and falls back where that helps."""

    def stream(self, request: ModelRequest, *, override: str | None = None) -> AsyncIterator[ModelEvent]:
        """The answer, piece by piece, ending with ModelDone. `override` is a "provider/model" of the session.

        Raises ModelFault when no model could answer. After the first TextDelta there is no retry, so that nothing is
        said twice. Closing the iterator (`aclose`) stops the request.
        """


# Chat, as a window or another client sees it.


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One conversation in a list, newest first. `updated_ms` is 0 when it was never used."""

    key: str
    title: str
    updated_ms: int
    tokens: int = 0
    running: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A stretch of a conversation, oldest first; `before` fetches the stretch before it, None at the start."""

    messages: tuple[tuple[str, Message], ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message was stored and will be answered by run `run_id`."""

    run_id: str


class Chat(Protocol):
    """Conversations with the assistant; runs report on the event bus."""

    async def sessions(self) -> Sequence[SessionRow]:
        """All conversations, newest first."""

    async def history(self, session_key: str, *, limit: int, before: int | None = None) -> HistoryPage:
        """At most `limit` messages before position `before` (None: the newest)."""

    async def send(self, session_key: str, text: str, *, images: tuple[Image, ...] = ()) -> Sent:
        """Store a message durably and start answering it. Raises ClawdError when it could not be stored."""

    async def stop(self, session_key: str) -> int:
        """Stop all runs of the session; returns how many there were."""

    async def create(self) -> str:
        """Start a new conversation and return its key."""

    async def rename(self, session_key: str, title: str) -> None:
        """Give the conversation another title."""

    async def delete(self, session_key: str) -> None:
        """Move the conversation to the trash. Raises BadInput for the main one."""


# Facts about the whole application: the same for the tray, Overview, `status --json` and the socket.


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How everything is. Times are milliseconds since the epoch, durations seconds, sizes bytes.

    `secrets_state` is a core.errors.SecretsState, "" as long as no secret was asked for. `certificate` is the SHA-256
    fingerprint of the gateway's certificate, "" without TLS.
    """

    phase: str
    addresses: tuple[str, ...]
    reason: str
    pid: int
    version: str
    started_ms: int
    uptime_s: float
    connections: int
    sessions: int
    runs: int
    queued: int
    paused_until_ms: int | None
    model: str
    fallbacks: tuple[str, ...]
    tokens_today: Usage
    secrets_state: str
    secrets_backend: str
    config_path: str
    state_folder: str
    safe_mode: bool
    resident_bytes: int
    cpu_fraction: float
    loop_lag_s: float
    notices: tuple[JsonObject, ...] = field(default_factory=tuple)
    certificate: str = ""
    requests_per_second: float = 0.0


class Status(Protocol):
    """Measures how everything is, now."""

    def report(self) -> StatusReport:
        """All facts in one frozen object; never blocks."""


class Secrets(Protocol):
    """Where passwords and keys are kept."""

    async def get(self, name: str) -> str | None:
        """The secret, or None when there is none. Raises SecretsFault when the store cannot be asked."""

    async def set(self, name: str, value: str) -> None:
        """Store the secret and read it back. Raises SecretsFault; the old value then stands."""

    async def delete(self, name: str) -> None:
        """Remove the secret; one that is not there is fine. Raises SecretsFault."""


# The assistant, as tools see it.


class AssistantFacts(Protocol):
    """What tools need to know of the assistant."""

    def canonical(self, session_key: str) -> str:
        """The one name of a session. Raises BadInput for an impossible one."""

    def answering(self, session_key: str) -> int:
        """How many answers of the session are being written or wait."""

    def default_model(self) -> str:
        """The model that answers when a session chose none, as "provider/model"."""

    def check_model(self, name: str) -> str:
        """The full "provider/model" of a name or alias. Raises ClawdError when it cannot be chosen."""


# Work that nobody at a client asked for.


@dataclass(frozen=True, slots=True)
class Errand:
    """A message from outside that is to be answered in `session_key`; `timeout_s` bounds the run in seconds.

    `title` is what a conversation that begins with it is called in lists.
    """

    session_key: str
    text: str
    run_id: str
    title: str = ""
    model: str | None = None
    thinking: str | None = None
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class ErrandEnd:
    """How an errand ended; `text` is the answer, or the sentence that says why there is none."""

    ok: bool
    text: str


class Errands(Protocol):
    """Runs for messages from outside; they never have the owner's authority."""

    async def start(self, errand: Errand) -> None:
        """Store the message durably and start answering it. Raises ClawdError."""

    async def end(self, run_id: str) -> ErrandEnd:
        """Wait until the run has ended."""


class Wakes(Protocol):
    """Tells the main conversation what programs report."""

    async def wake(self, text: str, mode: Literal["now", "next-heartbeat"]) -> bool:
        """Keep the report durably; with mode "now" a turn begins at once. Raises ClawdError when it cannot be kept."""


# Operations, as whoever acts sees it.


class Ledger(Protocol):
    """The record of who did what; metadata only, never a text, a password or a key."""

    def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
        """Write down one act, such as ("device:3f9a", "config.set", "gateway.port"); never blocks and never raises."""


class Admission(Protocol):
    """Lets work begin when there is room for it."""

    def place(
        self,
        kind: str,
        holder: str,
        *,
        memory_bytes: int = 0,
        priority: int = 0,
        alive: Callable[[], bool] | None = None,
    ) -> AbstractAsyncContextManager[None]:
        """Wait for room, hold it inside the block, give it back whatever happens.

        `kind` is agent, browser, exec, model or memory; higher `priority` goes first. A place that outlives the task
        that asked for it, such as a process, says with `alive` whether it is still needed. Raises Busy with the reason
        when there is no room within the longest wait, or too many wait.
        """


class ChannelSender(Protocol):
    """Sends a text to a person in a chat channel."""

    async def send(self, channel: str, to: str, text: str) -> None:
        """Deliver it. Raises ClawdError when it cannot be delivered."""
