"""What happens in the application: frozen facts, each with one sentence saying when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.core.messages import Message, Usage
from clawd_desktop.core.values import JsonValue


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


# Runs: one model turn (with its tools) that answers one message in one session.


@dataclass(frozen=True, slots=True)
class RunEvent(Event):
    """Base of what happens in a run; `seq` counts the run's events from 1, `session_key` is canonical."""

    run_id: str
    session_key: str
    seq: int


@dataclass(frozen=True, slots=True)
class RunQueued(RunEvent):
    """Sent when a message was stored and its run waits for its lane (seq 0)."""


@dataclass(frozen=True, slots=True)
class RunStarted(RunEvent):
    """Sent when a run leaves its lane and begins."""

    started_at: int


@dataclass(frozen=True, slots=True)
class RunText(RunEvent):
    """Sent when the answer grows; `text` is the whole current assistant message, `delta` what is new."""

    text: str
    delta: str


class ToolPhase(StrEnum):
    """Where a tool call stands."""

    START = "start"
    UPDATE = "update"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class RunTool(RunEvent):
    """Sent when a tool call starts, reports or ends; `data` is its arguments or its result."""

    phase: ToolPhase
    name: str
    call_id: str
    data: JsonValue = None
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class RunPrompted(RunEvent):
    """Sent when what the model will be asked is put together; `parts` are names and estimated tokens of each part.

    `window` is the model's, in tokens, `seconds` how long it took. It is not counted, as RunModel.
    """

    parts: tuple[tuple[str, int], ...]
    messages: int
    window: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RunModel(RunEvent):
    """Sent when a model is about to be asked; `reason` says why it is not the first choice ("" when it is).

    It is not counted: `seq` is that of the event before.
    """

    provider: str
    model: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunModelEnded(RunEvent):
    """Sent when a model has answered one question of the run, or could not (`error` says why).

    `first_token_s` is None when it said nothing. It is not counted: `seq` is that of the event before.
    """

    provider: str
    model: str
    usage: Usage
    seconds: float
    first_token_s: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class RunFinished(RunEvent):
    """Sent when a run ended with an answer that is stored; `message` is None when the model said nothing."""

    message: Message | None
    usage: Usage
    provider: str
    model: str
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class RunFailed(RunEvent):
    """Sent when a run ended without an answer; `sentence` tells a person what happened and what to do."""

    sentence: str
    code: str
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class RunAborted(RunEvent):
    """Sent when somebody stopped a run; nothing of it follows. `stop_reason` is rpc, stop, timeout, stuck, shutdown."""

    stop_reason: str


# Sessions and messages.


@dataclass(frozen=True, slots=True)
class MessageStored(Event):
    """Sent when a message is durably in a transcript, whoever wrote it."""

    session_key: str
    message_id: str
    message: Message
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class SessionChanged(Event):
    """Sent when a session was created, changed, reset or deleted."""

    session_key: str
    deleted: bool = False
    reset: bool = False


# The application itself.


class GatewayPhase(StrEnum):
    """What the gateway is doing."""

    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"
    ATTACHED = "attached"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class GatewayChanged(Event):
    """Sent when the gateway starts, runs, fails, or stops; `addresses` are the URLs it listens on."""

    phase: GatewayPhase
    addresses: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CertificateChanged(Event):
    """Sent when the gateway listens and when its certificate was renewed; "" when its port is not encrypted."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class ConnectionsChanged(Event):
    """Sent when an authenticated client came or went; `count` is how many there are."""

    count: int


@dataclass(frozen=True, slots=True)
class ConfigChanged(Event):
    """Sent when a new configuration is in force; `paths` are the dotted keys that differ, `restart` need a restart."""

    paths: tuple[str, ...]
    restart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecretsChanged(Event):
    """Sent when the secret store's state changed or a secret was stored, moved or removed."""

    state: str


@dataclass(frozen=True, slots=True)
class PauseChanged(Event):
    """Sent when the assistant was paused or resumed; `until_ms` is 0 for "until I resume", None when running."""

    until_ms: int | None


@dataclass(frozen=True, slots=True)
class NoticesChanged(Event):
    """Sent when a notice was raised, replaced or cleared."""

    raised: str = ""
    cleared: str = ""


@dataclass(frozen=True, slots=True)
class LoopLagged(Event):
    """Sent when the event loop stood still for longer than it should; `seconds` is for how long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class PairingChanged(Event):
    """Sent when a device asked to be paired (`requested`), or a request was decided; `device_id` names it."""

    request_id: str
    device_id: str
    requested: bool


@dataclass(frozen=True, slots=True)
class ApprovalAsked(Event):
    """Sent when somebody asks whether a command may run; the answer is awaited."""

    approval_id: str


@dataclass(frozen=True, slots=True)
class ApprovalEnded(Event):
    """Sent when nobody waits for that answer any more; `decision` is "" when none was made, `by` names who made it."""

    approval_id: str
    decision: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class ChannelChanged(Event):
    """Sent when a chat channel comes or goes; `detail` says why, `expires_ms` when its login ends."""

    channel: str
    account: str
    up: bool
    detail: str = ""
    expires_ms: int | None = None


# What operations sees and does.


@dataclass(frozen=True, slots=True)
class MetricsSampled(Event):
    """Sent when everything was measured anew; the history holds the values."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class AlertRaised(Event):
    """Sent when a rule begins to hold; `severity` is info, warning or critical."""

    alert_id: str
    rule: str
    severity: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class AlertChanged(Event):
    """Sent when an alert was acknowledged, snoozed, escalated or is over; `state` is that word."""

    alert_id: str
    rule: str
    state: str


@dataclass(frozen=True, slots=True)
class Repaired(Event):
    """Sent when the application mended something by itself, or tried to; `text` is for a person."""

    subject: str
    act: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    """Sent when the computer woke up, or this process goes on after it was stopped for `seconds` (0: not known)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TraceStored(Event):
    """Sent when the trace of a run can be read."""

    run_id: str


@dataclass(frozen=True, slots=True)
class BackupProgressed(Event):
    """Sent often while a backup is made or read back; sizes are in bytes, `total` is 0 when unknown."""

    stage: str
    done: int
    total: int
    file: str


@dataclass(frozen=True, slots=True)
class BackupEnded(Event):
    """Sent when a backup was made and read back, or failed; `text` says why for a person, `path` is "" then."""

    ok: bool
    cause: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class BackupPlanChanged(Event):
    """Sent when it changed when the next planned backup is made, or what keeps it back, which `code` names."""

    code: str


@dataclass(frozen=True, slots=True)
class DrillEnded(Event):
    """Sent when a backup was tried out: `ok` when it came back whole, `text` says for a person what was wrong."""

    ok: bool
    backup: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class RestoreEnded(Event):
    """Sent when a restore or its undo ended, in the run after it; `undo` is the id that takes it back, "" for none.

    `what` is the name of the backup, or the id of the restore that was to be taken back (`takes_back`).
    """

    ok: bool
    undo: str
    text: str
    what: str = ""
    takes_back: bool = False


@dataclass(frozen=True, slots=True)
class ShuttingDown(Event):
    """Sent once, before anything is closed; `restart_ms` is set when the application comes back."""

    reason: str
    restart_ms: int | None = None
