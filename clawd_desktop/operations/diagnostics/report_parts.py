"""What a report for others may hold: one row per part, each with its limit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from clawd_desktop.config.secret_refs import is_reference, plain_secrets
from clawd_desktop.core.findings import Finding
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.facts import as_json
from clawd_desktop.operations.diagnostics.ground import Ground

KIB = 1024
HIDDEN = "[hidden]"
# Keys that name people, and keys whose texts are a person's own words.
_PEOPLE = frozenset({
    "allowFrom", "groupAllowFrom", "to", "identityLinks", "account", "email", "groups", "dms", "peer", "id", "accounts",
    "guildId", "teamId", "accountId", "threadId",
})  # fmt: skip
_OWN_WORDS = frozenset(
    {
        "prompt",
        "systemPrompt",
        "messageTemplate",
        "textTemplate",
        "headers",
        "env",
        "vars",
        "url",
        "endpoint",
        "command",
        "args",
    }
)
LEFT_OUT = (
    "conversations, notes and memory",
    "passwords, keys, tokens and what they are called by",
    "who may write to the assistant, and who did",
    "devices and their keys",
    "files of the workspace",
)
_NEWEST_CRASHES = 5


@dataclass(frozen=True, slots=True)
class Sources:
    """Where parts come from; `metrics` and `alerts` give JSON, None where they are not there."""

    ground: Ground
    doctor: Doctor
    metrics: Callable[[], JsonValue] | None = None
    alerts: Callable[[], JsonValue] | None = None

    @property
    def own(self) -> Path:
        """The folder in which crashes leave what explains them."""
        return self.ground.paths.own


Collect: TypeAlias = Callable[[Sources], "Awaitable[str]"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part. Of a longer text the end is kept where `tail` says so, else the beginning; `limit` in bytes."""

    name: str
    title: str
    file: str
    collect: Collect
    limit: int = 256 * KIB
    tail: bool = False


def finding_json(finding: Finding) -> JsonObject:
    """A finding as it goes over the wire; absent texts are left out."""
    row: JsonObject = {
        "id": finding.id,
        "category": finding.category,
        "severity": finding.level.name.lower(),
        "title": finding.title,
    }
    more: JsonObject = {
        "description": finding.description,
        "recommendation": finding.recommendation,
        "repair": finding.repair,
    }
    return row | {key: value for key, value in more.items() if value}


async def _facts(sources: Sources) -> str:
    return _json(as_json(await sources.doctor.facts()))


async def _status(sources: Sources) -> str:
    status = sources.ground.status
    if status is None:
        return "Clawd Desktop does not run.\n"
    report = status.report()
    return _json({
        "phase": report.phase, "addresses": [*report.addresses], "reason": report.reason, "version": report.version,
        "uptimeS": report.uptime_s, "connections": report.connections, "sessions": report.sessions,
        "runs": report.runs, "queued": report.queued, "model": report.model, "fallbacks": [*report.fallbacks],
        "secretsState": report.secrets_state, "secretsBackend": report.secrets_backend, "safeMode": report.safe_mode,
        "residentBytes": report.resident_bytes, "cpuFraction": report.cpu_fraction, "loopLagS": report.loop_lag_s,
        "notices": [*report.notices],
    })  # fmt: skip


async def _findings(sources: Sources) -> str:
    return _json([finding_json(finding) for finding in await sources.doctor.examine()])


async def _config(sources: Sources) -> str:
    shot = sources.ground.config.snapshot()
    for secret in plain_secrets(shot.parsed):
        sources.ground.redactor.learn(secret.value)
    issues: list[JsonValue] = [f"{issue.path}: {issue.message}" for issue in (*shot.issues, *shot.warnings)]
    return _json({"valid": shot.valid, "issues": issues, "config": scrubbed(shot.parsed)})


def scrubbed(value: JsonValue, key: str = "") -> JsonValue:
    """The configuration with its keys, numbers and choices, without secrets, people and a person's own words."""
    if key in _PEOPLE or key in _OWN_WORDS:
        count = len(value) if isinstance(value, list | dict) else 1
        return f"[{count} not shown]"
    if isinstance(value, dict):
        hidden = {secret.path[0] for secret in plain_secrets(value) if len(secret.path) == 1}
        return {name: HIDDEN if name in hidden else scrubbed(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [scrubbed(item) for item in value]
    return HIDDEN if isinstance(value, str) and is_reference(value) else value


async def _log(sources: Sources) -> str:
    return await asyncio.to_thread(_newest_log, sources)


def _newest_log(sources: Sources) -> str:
    files = sources.ground.log_files()
    return _end_of(files[-1]) if files else ""


async def _packages(sources: Sources) -> str:
    # Hundreds of small files are read: not on the loop.
    return await asyncio.to_thread(_installed)


def _installed() -> str:
    import importlib.metadata  # 0.02 s: not on the start path

    rows = {dist.name.lower(): dist.version for dist in importlib.metadata.distributions() if dist.name}
    return "".join(f"{name} {version}\n" for name, version in sorted(rows.items()))


async def _crashes(sources: Sources) -> str:
    return await asyncio.to_thread(_newest_crashes, sources.own)


def _newest_crashes(own: Path) -> str:
    found = [path for path in own.glob("crash-*") if path.is_file() and path.stat().st_size]
    newest = sorted(found, key=lambda path: path.stat().st_mtime)[-_NEWEST_CRASHES:]
    return "".join(f"== {path.name}\n{_end_of(path)}\n" for path in newest)


async def _metrics(sources: Sources) -> str:
    return _json(sources.metrics()) if sources.metrics is not None else ""


async def _alerts(sources: Sources) -> str:
    return _json(sources.alerts()) if sources.alerts is not None else ""


def _end_of(path: Path, most: int = 1024 * KIB) -> str:
    """The last bytes of a file, from a line's beginning; tail first, so that no more than that is ever looked at."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most))
            data = file.read(most)
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}\n"
    return (data if size <= most else data.partition(b"\n")[2]).decode("utf-8", "replace")


def _json(value: JsonValue) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


PARTS: tuple[Part, ...] = (
    Part("findings", "What the checks found", "findings.json", _findings),
    Part("status", "How the application is", "status.json", _status),
    Part("facts", "The computer and this process", "facts.json", _facts),
    Part("config", "The configuration, without secrets and people", "config.json", _config),
    Part("log", "The end of the log", "log.jsonl", _log, 1024 * KIB, tail=True),
    Part("crashes", "The newest crashes and stalls", "crashes.txt", _crashes, tail=True),
    Part("metrics", "What is measured", "metrics.json", _metrics),
    Part("alerts", "Alerts", "alerts.json", _alerts),
    Part("packages", "Versions of packages", "packages.txt", _packages),
)
BY_NAME = {part.name: part for part in PARTS}
