"""Decides what tray and Overview say: one state, one sentence, the rows of the menu; pure, from facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clawd_desktop.core.events import GatewayPhase
from clawd_desktop.core.notices import Notice, Severity
from clawd_desktop.core.ports import StatusReport
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr

WORKING_LINGERS_SECONDS = 2.0
ATTENTION_ROWS = 3
_TITLE_LIMIT = 60
_GOING = (GatewayPhase.STARTING, GatewayPhase.RUNNING, GatewayPhase.ATTACHED)


class Look(StrEnum):
    """What the icon shows, most important first."""

    ACTION = "action"
    ERROR = "error"
    STOPPED = "stopped"
    PAUSED = "paused"
    BUSY = "busy"
    WORKING = "working"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known now. `idle_s` is how long no run has been going; `busy` names maintenance that is going on.

    `muted` says that the owner has switched notifications off for a while, `backing_up` that a backup is made or read.
    """

    report: StatusReport
    notices: tuple[Notice, ...]
    now_ms: int
    idle_s: float = 1e9
    busy: str = ""
    autostart: bool | None = None
    muted: bool = False
    backing_up: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the menu; "" as text is a separator. `checked` is None where nothing can be ticked."""

    id: str
    text: str = ""
    checked: bool | None = None
    children: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class TrayView:
    """What the tray shows."""

    look: Look
    tooltip: str
    rows: tuple[Row, ...]


PAGES = (
    ("overview", mark("Overview")),
    ("channels", mark("Channels & pairing")),
    ("approvals", mark("Approvals")),
    ("sandbox", mark("Sandbox")),
    ("resources", mark("Resources")),
    ("alerts", mark("Alerts & quiet hours")),
    ("backup", mark("Backup & restore")),
    ("logs", mark("Logs & diagnostics")),
)
PAUSES = (
    ("pause:30m", mark("For 30 minutes")),
    ("pause:1h", mark("For 1 hour")),
    ("pause:tomorrow", mark("Until tomorrow morning")),
    ("pause:open", mark("Until I resume")),
)

MUTES = (
    ("notify.mute:1800", mark("For 30 minutes")),
    ("notify.mute:3600", mark("For 1 hour")),
    ("notify.mute:28800", mark("For 8 hours")),
)


def look(facts: Facts) -> Look:
    """The most important thing that is true."""
    report = facts.report
    worst = max((notice.severity for notice in facts.notices), default=Severity.INFO)
    stopped = report.phase == GatewayPhase.STOPPED
    table = (
        (Look.ACTION, worst is Severity.ACTION),
        (Look.ERROR, worst is Severity.ERROR or report.phase == GatewayPhase.FAILED),
        (Look.STOPPED, stopped),
        (Look.PAUSED, report.paused_until_ms is not None),
        (Look.BUSY, bool(facts.busy)),
        (Look.WORKING, report.runs > 0 or facts.idle_s < WORKING_LINGERS_SECONDS),
    )
    return next((name for name, true in table if true), Look.OK)


def sentence(facts: Facts) -> str:
    """The answer to "is it fine?" in one sentence."""
    report, state = facts.report, look(facts)
    serious = [notice for notice in facts.notices if notice.severity >= Severity.ERROR]
    if state in (Look.ACTION, Look.ERROR) and serious:
        title = _short(serious[0].title)
        return title if len(serious) == 1 else tr("{title}, and {n} more.", title=title.rstrip("."), n=len(serious) - 1)
    if state is Look.ERROR:
        return tr("The gateway does not run: {reason}", reason=report.reason or tr("no reason was given"))
    if state is Look.STOPPED:
        return tr("The gateway is stopped.")
    if state is Look.PAUSED:
        return paused(report.paused_until_ms or 0, facts.now_ms)
    if state is Look.BUSY:
        return facts.busy
    return _running(facts, state)


def paused(until_ms: int, now_ms: int) -> str:
    """How long the assistant is paused; 0 is "until somebody resumes"."""
    if until_ms <= 0:
        return tr("The assistant is paused until you resume it.")
    return tr("The assistant is paused until {time}.", time=words.moment(until_ms, now_ms))


def tray_state(facts: Facts) -> TrayView:
    """Everything the tray shows."""
    says = sentence(facts)
    return TrayView(look(facts), f"Clawd Desktop\n{says}", (*_head(facts, says), *_actions(facts), *_tail(facts)))


def _running(facts: Facts, state: Look) -> str:
    report = facts.report
    if report.phase == GatewayPhase.STARTING:
        return tr("Starting…")
    if report.runs > 0:
        return words.count(report.runs, tr("Answering {n} message."), tr("Answering {n} messages."))
    warnings = [notice for notice in facts.notices if notice.severity is Severity.WARNING]
    if warnings:
        return tr("Running, with one thing to look at: {title}", title=_short(warnings[0].title))
    if report.safe_mode:
        return tr("Running with the last good settings, because the newest could not be read.")
    if report.phase == GatewayPhase.ATTACHED:
        return tr("Connected to a gateway that another program runs.")
    return tr("Everything is fine.")


def _head(facts: Facts, says: str) -> tuple[Row, ...]:
    attention = [notice for notice in facts.notices if notice.severity > Severity.INFO][:ATTENTION_ROWS]
    # What needs attention has rows of its own; the first row says what goes on.
    quiet = facts.report.phase in _GOING and facts.report.paused_until_ms is None and not facts.busy
    rows = [Row("page:overview", "● " + (_figures(facts.report) if quiet else _first_row(facts, says)))]
    rows += [Row(f"notice:{notice.id}", f"⚠ {_short(notice.title)}") for notice in attention]
    return (*rows, Row("line"))


def _first_row(facts: Facts, says: str) -> str:
    if facts.report.paused_until_ms is not None and look(facts) in (Look.ACTION, Look.ERROR):
        return paused(facts.report.paused_until_ms, facts.now_ms)
    return says


def _figures(report: StatusReport) -> str:
    if report.phase == GatewayPhase.STARTING:
        return tr("Starting…")
    clients = words.count(report.connections, tr("{n} client"), tr("{n} clients"))
    if report.runs:
        return tr("Working — {runs}", runs=words.count(report.runs, tr("{n} answer"), tr("{n} answers")))
    sessions = words.count(report.sessions, tr("{n} conversation"), tr("{n} conversations"))
    return tr("Running — {sessions}, {clients}", sessions=sessions, clients=clients)


def _actions(facts: Facts) -> tuple[Row, ...]:
    if facts.report.paused_until_ms is None:
        pause = Row("pause", tr("Pause assistant"), children=tuple(Row(key, tr(text)) for key, text in PAUSES))
    else:
        pause = Row("assistant.resume", tr("Resume assistant"))
    if facts.muted:
        mute = Row("notify.unmute", tr("Unmute notifications"))
    else:
        mute = Row("mute", tr("Mute notifications"), children=tuple(Row(key, tr(text)) for key, text in MUTES))
    return (
        Row("page:chat", tr("Open chat")),
        pause,
        mute,
        Row("password.copy", tr("Copy gateway password")),
        *_backup(facts),
        Row("line"),
        Row("pages", tr("Pages"), children=tuple(Row(f"page:{key}", tr(text)) for key, text in PAGES)),
        Row("line"),
    )


def _backup(facts: Facts) -> tuple[Row, ...]:
    if not facts.backing_up:
        return (Row("backup.now", tr("Back up now")),)
    return Row("page:backup", facts.busy or tr("Backing up…")), Row("backup.stop", tr("Stop the backup"))


def _tail(facts: Facts) -> tuple[Row, ...]:
    going = facts.report.runs + facts.report.queued > 0
    quit_now = Row("app.quit", tr("Quit"))
    when_idle = Row("app.quit_when_idle", tr("Quit when idle"))
    choice = Row("quit", tr("Quit"), children=(when_idle, Row("app.quit", tr("Quit now"))))
    start = () if facts.autostart is None else (Row("autostart", tr("Start at login"), checked=facts.autostart),)
    return (
        Row("settings:general", tr("Settings…")),
        *start,
        Row("about", tr("About Clawd Desktop")),
        Row("line"),
        choice if going else quit_now,
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LIMIT else line[: _TITLE_LIMIT - 1].rstrip() + "…"
