"""Checks of what was left behind: faults in the log, secrets in old copies, approvals, channels."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.json5 import decode, read
from clawd_desktop.config.not_yet import without_effect
from clawd_desktop.config.secret_refs import plain_secrets
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.core.safeio import read_file
from clawd_desktop.core.values import JsonValue, as_object, as_text
from clawd_desktop.operations.audit_files import AuditFiles
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.storage.transcript_lines import from_iso

CATEGORY = "traces"
DAY_MS = 86_400_000
MANY_ERRORS = 10
MOST_LOGS = 500 * 2**20
_TAIL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LogTroubles:
    """Errors in the log of the last day: how many, and the most frequent sentences with their number."""

    errors: int = 0
    fatal: int = 0
    often: tuple[tuple[str, int], ...] = ()


def log(ground: Ground) -> Found:
    """Whether the log of the last day tells of faults, and whether logs fill the disk."""
    files = ground.log_files()
    lines = tail_lines(files[-1]) if files else []
    size = sum(_size(file) for file in files)
    return log_findings(troubles(lines, ground.clock.wall_ms() - DAY_MS), size)


def tail_lines(path: Path) -> list[bytes]:
    """The last lines of a log, a mebibyte at most."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - _TAIL))
            data = file.read()
    except OSError:
        return []
    return (data if size <= _TAIL else data.partition(b"\n")[2]).splitlines()


def troubles(lines: list[bytes], since_ms: int) -> LogTroubles:
    """The errors among these lines of JSON that are not older than `since_ms`."""
    said: Counter[str] = Counter()
    fatal = 0
    for line in lines:
        try:
            row: JsonValue = json.loads(line)
        except ValueError:
            continue
        entry = as_object(row)
        level = as_text(as_object(entry.get("_meta")).get("logLevelName"))
        if level in ("ERROR", "FATAL") and from_iso(as_text(entry.get("time"))) >= since_ms:
            said[as_text(entry.get("0")).split("\n")[0][:160]] += 1
            fatal += level == "FATAL"
    return LogTroubles(sum(said.values()), fatal, tuple(said.most_common(3)))


def log_findings(found: LogTroubles, size: int) -> Found:
    """What these troubles, and so many bytes of logs, mean."""
    findings: list[Finding] = []
    if found.errors:
        level = Level.WARNING if found.fatal or found.errors >= MANY_ERRORS else Level.INFO
        often = "; ".join(f"{text} ({count} times)" if count > 1 else text for text, count in found.often)
        findings.append(
            Finding("traces.log.errors", CATEGORY, level, f"{found.errors} errors in the log since yesterday", often,
                    "See the log: Logs & diagnostics, or clawd-desktop call logs.tail")
        )  # fmt: skip
    if size > MOST_LOGS:
        findings.append(
            Finding("traces.log.large", CATEGORY, Level.WARNING, "Logs take much room", f"{told(size, Unit.BYTES)}.",
                    "Lower logging.retention, or find out what is logged so often.")
        )  # fmt: skip
    return tuple(findings)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def crashes(ground: Ground) -> Found:
    """Whether the application broke lately, and left evidence of it."""
    week = ground.clock.wall_ms() / 1000 - 7 * DAY_MS / 1000
    own = ground.paths.own
    # The file of the run that goes on is empty until it breaks.
    found = [path for path in own.glob("crash-*.txt") if path.stat().st_size and path.stat().st_mtime > week]
    if not found:
        return ()
    return (
        Finding("traces.crashes.recent", CATEGORY, Level.WARNING, "Clawd Desktop broke within the last week",
                ", ".join(str(path) for path in sorted(found)[-3:]) + ".",
                "Make a report with: clawd-desktop report. When it has gone well since, remove these files."),
    )  # fmt: skip


def audit(ground: Ground) -> Found:
    """Whether the record of who did what is whole."""
    files = AuditFiles(ground.paths.own / "audit")
    # Twice: an entry that is being written just now is no fault.
    told = files.verify() and files.verify()
    if not told:
        return ()
    return (
        Finding("traces.audit.broken", CATEGORY, Level.ERROR, "The record of who did what was changed",
                " ".join(told[:3]), "Find out who can write there; a backup may hold it as it was."),
    )  # fmt: skip


def config_copies(ground: Ground) -> Iterator[Path]:
    """Earlier texts of the configuration that lie around."""
    file = ground.paths.config_file
    for pattern in (f"{file.name}.bak*", f"{file.name}.clobbered.*"):
        yield from sorted(file.parent.glob(pattern))
    yield from sorted(ground.config.history.folder.glob("*.json5"))


def copies_with_secrets(ground: Ground) -> dict[Path, set[str]]:
    """Copies of the configuration that hold a secret in plain text, with the secrets."""
    found: dict[Path, set[str]] = {}
    for path in config_copies(ground):
        try:
            value = read(decode(read_file(path), str(path)), str(path)).value
        except ClawdError:
            continue
        if secrets := {secret.value for secret in plain_secrets(as_object(value))}:
            found[path] = secrets
    return found


def old_copies(ground: Ground) -> Found:
    """Whether secrets that were moved away still stand in old copies of the configuration."""
    now = {secret.value for secret in plain_secrets(ground.config.snapshot().parsed)}
    found = [path for path, secrets in copies_with_secrets(ground).items() if secrets - now]
    if not found:
        return ()
    return (
        Finding("traces.secrets.copies", CATEGORY, Level.WARNING, "Old copies of the configuration hold passwords",
                ", ".join(map(str, found[:5])) + ".", "Take them out there too.",
                f"Take the passwords out of {len(found)} copies"),
    )  # fmt: skip


async def clean_copies(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
    """Take passwords out of old copies; a backup would keep them. What they say otherwise stays."""
    now = {secret.value for secret in plain_secrets(ground.config.snapshot().parsed)}
    found = {path: secrets - now for path, secrets in copies_with_secrets(ground).items() if secrets - now}
    if dry_run:
        return Mended(
            finding_id, False, "\n".join(f"take {len(gone)} passwords out of {path}" for path, gone in found.items())
        )
    await ground.config.forget_plain_text({value for gone in found.values() for value in gone})
    return Mended(finding_id, True, f"{len(found)} copies hold no passwords any more. No backup keeps them.")


def foreign_keys(ground: Ground) -> Found:
    """Whether files of Clawdbot beside ours hold keys in plain text."""
    found = [path for path in sorted(ground.paths.state.glob("agents/*/agent/auth-profiles.json")) if _holds_key(path)]
    found += [path for path in (ground.paths.state / ".env", ground.workspace / ".env") if path.is_file()]
    if not found:
        return ()
    return (
        Finding("traces.keys.files", CATEGORY, Level.INFO, "Keys lie in files of their own",
                ", ".join(map(str, found[:5])) + ".",
                "They belong to Clawdbot and are left alone. Enter the keys in Settings, then remove them there."),
    )  # fmt: skip


def _holds_key(path: Path) -> bool:
    try:
        value: JsonValue = json.loads(read_file(path, limit=2**20))
    except (ClawdError, ValueError):
        return False
    profiles = as_object(as_object(value).get("profiles")).values()
    return any(as_text(as_object(profile).get(key)) for profile in profiles for key in ("key", "token", "access"))


def approvals(ground: Ground) -> Found:
    """Whether the record of what commands may run can be read, and lets not everything through."""
    path = ground.paths.exec_approvals
    try:
        value: JsonValue = json.loads(read_file(path, limit=4 * 2**20))
    except NotFound:
        return ()
    except (ClawdError, ValueError) as error:
        return (
            Finding("traces.approvals.unreadable", CATEGORY, Level.WARNING, "The record of approvals cannot be read",
                    f"{path}: {error}", "Move it away: you are then asked again."),
        )  # fmt: skip
    defaults = as_object(as_object(value).get("defaults"))
    if defaults.get("security") == "full" and defaults.get("ask") == "off":
        return (
            Finding("traces.approvals.open", CATEGORY, Level.WARNING, "Every command is approved", f"{path} says so.",
                    'Set defaults.security to "allowlist" in it, or in the window Approvals.'),
        )  # fmt: skip
    return ()


def channels(ground: Ground) -> Found:
    """Whether channels are set up that this version does not connect."""
    waiting = {path.split(".")[1] for path in without_effect(ground.config.config.raw) if path.startswith("channels.")}
    if not waiting:
        return ()
    return (
        Finding("traces.channels.waiting", CATEGORY, Level.INFO, "Channels that this version does not connect",
                f"{', '.join(sorted(waiting))}.", "Their settings are kept for a version that does."),
    )  # fmt: skip


CHECKS = (
    Check("traces.channels", "channels", "Channels", channels),
    Check("traces.log", CATEGORY, "Log", log),
    Check("traces.crashes", CATEGORY, "Crashes", crashes),
    Check("traces.audit", CATEGORY, "Record of who did what", audit, limit_s=30.0),
    Check("traces.secrets", CATEGORY, "Old copies of the configuration", old_copies, clean_copies),
    Check("traces.keys", CATEGORY, "Keys in other files", foreign_keys),
    Check("traces.approvals", CATEGORY, "Approvals of commands", approvals),
)
