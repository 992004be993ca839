"""The areas of a backup, one row each, and what is never taken: decides where a path of the state folder belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

WORKSPACE = "workspace"
CONFIG, APPROVALS, SECRETS, SESSIONS, OTHER = "config", "approvals", "secrets", "sessions", "other"


@dataclass(frozen=True, slots=True)
class Area:
    """One part of a backup that can be chosen by itself.

    `claims` are paths below the state folder: "*" stands for any part of a name, "**" for anything, and "x/**" means x
    with all that is in it. The first row that claims a path has it. `holds` and `warning` are for a person; the warning
    says what else comes back with a restore ("" for nothing). Of an area with `cleaned` secrets are taken out of its
    JSON files when they are not to come along.
    """

    name: str
    title: str
    holds: str
    claims: tuple[str, ...] = ()
    warning: str = ""
    cleaned: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a path belongs: to an area, or to none for a `reason`."""

    area: str
    reason: str = ""


# The order is that of the claims. Sources: Clawdbot 2026.1.24 (what lies in its state folder), and our own rooms.
AREAS = (
    Area(
        CONFIG, "Configuration", "The configuration, the files that it includes, and its earlier versions.",
        ("config-history/**", *(f"{name}.json{more}" for name in ("clawdbot", "moltbot", "openclaw")
                                for more in ("", ".*"))),
        "Settings that were changed since are as they were.", cleaned=True,
    ),
    Area(
        APPROVALS, "Approvals", "Which commands may run without a question, and which senders were let in.",
        ("exec-approvals.json", "credentials/*-pairing.json", "credentials/*-allowFrom.json"),
        "What was allowed or taken back since is as it was: look through it.", cleaned=True,
    ),
    Area(
        SECRETS, "Secrets", "Passwords and keys: the keyring's, those of channels and models, and of paired devices.",
        (
            "**/.env", "**/.env.*", "**/.netrc", "**/.git-credentials", "**/*.pem", "**/*.key", "secrets.*",
            "credentials/**", "agents/*/agent/auth*.json*", "auth-profiles*.json*", "identity/**", "devices/**",
            "nodes/**", "gateway/**", "browser/**", "oauth/**", "clawd-desktop/vault*.json",
            "clawd-desktop/doctor-backups/**",
        ),
        "Keys of channels may be outdated: a linked device (WhatsApp, Signal) may have to be linked again. "
        "Devices that were paired or removed since are as they were.",
    ),
    Area(
        SESSIONS, "Conversations", "The sessions of all agents with their transcripts.", ("agents/*/sessions/**",),
        "What was said since is not in it.",
    ),
    Area("memory", "Memory index", "The index that memory is searched with.", ("memory/**",)),
    Area(
        "automation", "Automation", "Scheduled jobs and their runs, hooks, and events that wait.",
        ("cron/**", "hooks/**", "clawd-desktop/system-events.json"),
        "Jobs that ran once since may run again.", cleaned=True,
    ),
    Area(
        "channels", "Channels", "What chat channels remember: where they read on, what waits, and received files.",
        (
            "channels/**", "telegram/**", "whatsapp/**", "discord/**", "slack/**", "signal/**", "imessage/**",
            "msteams/**", "matrix/**", "googlechat/**", "webchat/**", "delivery-queue/**", "outbox/**", "media/**",
        ),
        "Messages may be read or sent a second time.", cleaned=True,
    ),
    Area("skills", "Skills", "Skills and extensions.", ("skills/**", "extensions/**", "plugins/**")),
    Area(
        "settings", "Settings", "What was set outside of the configuration: windows, quiet hours, wake words, speech.",
        (
            "settings/**", "clawd-desktop/desktop-windows.json", "clawd-desktop/quiet.json",
            "clawd-desktop/alerts.json", "clawd-desktop/security-told.json",
        ),
        cleaned=True,
    ),
    Area(
        "measurements", "Measurements", "What was measured, what was used, and the record of who did what.",
        ("usage/**", "clawd-desktop/metrics.sqlite*", "clawd-desktop/audit/**"),
        "The record of who did what ends where the backup was made.",
    ),
    Area(
        "agents", "Agents", "What agents keep besides their conversations.", ("agents/**",),
        "Choices and counters of agents are as they were.", cleaned=True,
    ),
    Area(WORKSPACE, "Workspace", "The folder that an agent works in: its notes, memory and files."),
    Area(OTHER, "Other", "All else that lies in the state folder.", ("**",), cleaned=True),
)  # fmt: skip

_AGAIN = "It is made again when it is needed."
_RUNNING = "It lives only as long as the program runs."
_HALF = "It was being written; what it was written for is in the backup."
_REPLACED = "What a restore replaced is kept there for a week."
_HERE = "It tells of this computer and of this run alone."
# What lies in the state folder and would help nobody on the day of a restore.
_STATE_LEFT_OUT = (
    ("logs/**", "Logs tell what happened on this computer; they are no part of its state."),
    ("cache/**", _AGAIN),
    ("run/**", _RUNNING),
    ("tmp/**", _RUNNING),
    ("*.lock", _RUNNING),
    ("*.pid", _RUNNING),
    ("agents/*/sessions/*.lock", _RUNNING),
    ("credentials/*.lock", _RUNNING),
    ("cron/*.lock", _RUNNING),
    ("**/.*.new", _HALF),
    ("**/*.*.tmp", _HALF),
    ("**/*.seal", "It seals a database as it lies on this disk; a new one is made."),
    ("config-history/listened", _HERE),
    ("update-check.json", _AGAIN),
    ("sandbox/containers.json", _HERE),
    ("sandbox/browsers.json", _HERE),
    ("clawd-desktop/secrets.json", "It says where this computer keeps its passwords."),
    ("clawd-desktop/running.json", _HERE),
    ("clawd-desktop/backups.json", "It tells which backups there are, and that is not as it was."),
    ("clawd-desktop/backup-places.json", "It tells which disk is at which place of this computer."),
    ("clawd-desktop/backup-plan.json", "A pause of planned backups must not come back, nor end, by a restore."),
    ("clawd-desktop/drills.json", "It tells which backups were tried out, and that is not as it was."),
    ("clawd-desktop/drill/**", _RUNNING),
    ("clawd-desktop/crashes.json", _HERE),
    ("clawd-desktop/crash-*", "It tells of a crash on this computer."),
    ("clawd-desktop/failed-sign-ins.json", "A lock-out must not come back, nor end early, by a restore."),
    ("clawd-desktop/snapshots/**", "Copies of databases; the databases themselves are in the backup."),
    ("clawd-desktop/traces/**", "Recordings of single runs, which go by themselves after some days."),
    ("clawd-desktop/undo/**", _REPLACED),
    ("clawd-desktop/reports/**", "Reports of problems are made anew when one is asked for."),
    *(
        (f"browser/**/{name}/**", _AGAIN)
        for name in (
            "Cache",
            "Code Cache",
            "GPUCache",
            "ShaderCache",
            "GrShaderCache",
            "Crashpad",
            "component_crx_cache",
        )
    ),
    ("browser/**/Singleton*", _RUNNING),
)
# In every folder, also in one that a person works in.
_LITTER = (
    ("**/.clawd-desktop-undo/**", "What a restore replaced is kept there for a week."),
    ("**/.DS_Store", _AGAIN),
    ("**/Thumbs.db", _AGAIN),
    ("**/*.sock", _RUNNING),
)
# They say what other files hold, which only grow: read before those are listed, they name nothing that is missing.
READ_FIRST = (("sessions", "agents/*/sessions/sessions.json"), ("measurements", "clawd-desktop/audit/head.json"))
# Files of a workspace that are there to hold secrets, and examples that only look like them.
_WORKSPACE_SECRETS = (
    "**/.env", "**/.env.*", "**/.netrc", "**/.git-credentials", "**/id_rsa", "**/id_dsa", "**/id_ecdsa",
    "**/id_ed25519", "**/auth-profiles.json",
)  # fmt: skip
_EXAMPLE = re.compile(r"\.env\.(example|sample|template|dist|defaults?)$")
SECRET = "It holds passwords or keys, which come along only in a sealed backup that takes secrets too."  # noqa: S105


def area_of(name: str) -> Area:
    """The row of an area of that name; "workspace-main" has that of the workspaces. Raises KeyError for no area."""
    return _ROWS[WORKSPACE if name.startswith(f"{WORKSPACE}-") else name]


def title_of(name: str) -> str:
    """What a person calls the area: "Workspace of main"."""
    agent = name.removeprefix(f"{WORKSPACE}-")
    return area_of(name).title if agent == name else f"{area_of(name).title} of {agent}"


def placed(path: str) -> Placed:
    """Where a path below the state folder belongs; "/" stands between its names."""
    return (_EXAMPLES if _EXAMPLE.search(path) else _STATE).of(path)


def placed_in_workspace(area: str, path: str) -> Placed:
    """The same for a path below a workspace, whose area is `area`."""
    return Placed(area, _LITTERED.of(path).reason)


def holds_secrets(area: str, path: str) -> bool:
    """Whether the file is there to hold secrets, so that it stays out as a whole unless the backup is sealed."""
    if area.startswith(f"{WORKSPACE}-"):
        return _HIDDEN.of(path) is not NOWHERE and _EXAMPLE.search(path) is None
    return area == SECRETS


def only_secrets_below(path: str) -> bool:
    """Whether nothing below this folder of secrets belongs to another area."""
    return not any(claim.startswith(f"{path}/") for claim in _OPEN_CLAIMS)


def _pattern(claim: str) -> str:
    """The claim as a regular expression without groups that count."""
    whole = claim.endswith("/**")
    text = re.escape(claim.removesuffix("/**"))
    text = text.replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return f"{text}(?:/.*)?" if whole else text


class _Rules:
    """Rows of a claim and what it means; the first that fits counts. One expression, for it is asked of each file."""

    def __init__(self, rows: Iterable[tuple[str, Placed]]) -> None:
        self._rows = tuple(rows)
        groups = (f"(?P<_{number}>{_pattern(claim)})" for number, (claim, _) in enumerate(self._rows))
        self._pattern = re.compile("|".join(groups), re.DOTALL)

    def of(self, path: str) -> Placed:
        """What the first row that fits says; a row of "**" fits all."""
        found = self._pattern.fullmatch(path)
        return self._rows[int((found.lastgroup or "")[1:])][1] if found else NOWHERE


NOWHERE = Placed("")
_ROWS = {area.name: area for area in AREAS}
_OUT = [(claim, Placed("", reason)) for claim, reason in (*_STATE_LEFT_OUT, *_LITTER)]
_IN = [(claim, Placed(area.name)) for area in AREAS for claim in area.claims]
_STATE = _Rules([*_OUT, *_IN])
_EXAMPLES = _Rules([*_OUT, *((claim, there) for claim, there in _IN if there.area != SECRETS)])
_OPEN_CLAIMS = tuple(claim for claim, there in _IN if there.area != SECRETS)
_LITTERED = _Rules((claim, Placed("", reason)) for claim, reason in _LITTER)
_HIDDEN = _Rules((claim, Placed(SECRETS)) for claim in _WORKSPACE_SECRETS)
