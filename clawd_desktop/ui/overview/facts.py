"""What the cards of the Overview say, from one report; pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.errors import SecretsState
from clawd_desktop.core.events import GatewayPhase
from clawd_desktop.core.ports import StatusReport
from clawd_desktop.operations.series import Recent, split_key
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr

Values = dict[str, str]

PHASES = {
    GatewayPhase.STARTING: mark("Starting"),
    GatewayPhase.RUNNING: mark("Running"),
    GatewayPhase.FAILED: mark("Not running"),
    GatewayPhase.ATTACHED: mark("Connected to another program's"),
    GatewayPhase.STOPPED: mark("Stopped"),
}
KEYRING = {
    SecretsState.OK: mark("In the system keyring"),
    SecretsState.ABSENT: mark("No keyring on this system"),
    SecretsState.LOCKED: mark("The keyring is locked"),
    SecretsState.DISMISSED: mark("Unlocking was refused"),
    SecretsState.HANGING: mark("The keyring does not answer"),
    SecretsState.LYING: mark("The keyring does not keep what it is given"),
    SecretsState.BROKEN: mark("The keyring is broken"),
}
_BUILT_IN = "local/"
_CHANNEL = "channel.up"


@dataclass(frozen=True, slots=True)
class CardSpec:
    """One card: its rows as (key, name)."""

    id: str
    icon: str
    title: str
    rows: tuple[tuple[str, str], ...]


CARDS = (
    CardSpec("gateway", "gateway", mark("Gateway"), (
        ("state", mark("State")), ("address", mark("Address")), ("uptime", mark("Up for")),
        ("clients", mark("Clients")),
    )),
    CardSpec("assistant", "model", mark("Assistant"), (
        ("model", mark("Model")), ("fallback", mark("If it fails")), ("tokens", mark("Tokens today")),
        ("runs", mark("Now")),
    )),
    CardSpec("channels", "channels", mark("Channels"), (
        ("state", mark("Chat channels")), ("ways", mark("Open now")),
    )),
    CardSpec("sandbox", "sandbox", mark("Sandbox"), (
        ("commands", mark("Commands")), ("files", mark("Your files")),
    )),
    CardSpec("backup", "backup", mark("Backup and data"), (
        ("conversations", mark("Conversations")), ("folder", mark("Data folder")),
    )),
    CardSpec("secrets", "key", mark("Passwords and keys"), (
        ("state", mark("State")), ("backend", mark("Kept in")),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """What the cards need of the measurements: whether each channel is connected."""

    channels: tuple[tuple[str, bool], ...] = ()


def measured(recent: Recent) -> Measured:
    """That, from the newest values."""
    values = ((split_key(key), recent.latest(key)) for key in recent.keys())  # noqa: SIM118  (a History is no mapping)
    channels = tuple((label, value > 0) for (name, label), value in values if name == _CHANNEL and value is not None)
    return Measured(channels)


def card_values(report: StatusReport, known: Measured) -> dict[str, Values]:
    """The values of all cards by card id and row key."""
    return {
        "gateway": _gateway(report),
        "assistant": _assistant(report),
        "channels": _channels(report, known),
        "sandbox": _sandbox(),
        "backup": _backup(report),
        "secrets": _secrets(report),
    }


def _gateway(report: StatusReport) -> Values:
    phase = PHASES.get(GatewayPhase(report.phase)) if report.phase in set(GatewayPhase) else None
    running = report.phase in (GatewayPhase.RUNNING, GatewayPhase.ATTACHED)
    return {
        "state": tr(phase) if phase else report.phase,
        "address": report.addresses[0] if report.addresses else "—",
        "uptime": words.duration(report.uptime_s) if running else "—",
        "clients": words.count(report.connections, tr("{n} connected"), tr("{n} connected")),
    }


def _assistant(report: StatusReport) -> Values:
    used = report.tokens_today
    spent = words.money(used.cost)
    tokens = tr("{n} in, {m} out", n=words.amount(used.input + used.cache_read), m=words.amount(used.output))
    waiting = tr(", {n} waiting", n=report.queued) if report.queued else ""
    runs = words.count(report.runs, tr("{n} answer"), tr("{n} answers")) if report.runs else tr("Idle")
    return {
        "model": tr("Built-in, small") if report.model.startswith(_BUILT_IN) else report.model or tr("None chosen"),
        "fallback": ", ".join(report.fallbacks) or "—",
        "tokens": f"{tokens} ({spent})" if spent else tokens,
        "runs": f"{runs}{waiting}",
    }


def _secrets(report: StatusReport) -> Values:
    known = set(SecretsState)
    state = tr(KEYRING[SecretsState(report.secrets_state)]) if report.secrets_state in known else report.secrets_state
    return {"state": state or tr("Not asked yet"), "backend": report.secrets_backend or "—"}


def _channels(report: StatusReport, known: Measured) -> Values:
    up = [name for name, connected in known.channels if connected]
    down = [name for name, connected in known.channels if not connected]
    running = report.phase in (GatewayPhase.RUNNING, GatewayPhase.ATTACHED)
    state = ", ".join([*up, *(tr("{name} (not connected)", name=name) for name in down)])
    return {
        "state": state or tr("None connected"),
        "ways": tr("This window and Clawdbot clients") if running else tr("None: the gateway is down"),
    }


def _sandbox() -> Values:
    # Said as it is: what does not exist cannot be contained.
    return {
        "commands": tr("This version runs none"),
        "files": tr("This version opens none for the assistant"),
    }


def _backup(report: StatusReport) -> Values:
    return {
        "conversations": f"{report.sessions:,}",
        "folder": words.folder(report.state_folder, str(Path.home())),
    }
