"""What the Overview says of the backups: a line for the newest good one, one for the last trial, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clawd_desktop.core.backup_facts import BackupFacts
from clawd_desktop.core.notices import Notice, NoticeAction, Severity
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import tr

NOTICE = "overview.backup"
# It is tried out once a week.
DRILL_OLD_MS = 15 * 86_400_000
_TOPIC = "backup"
_ACTIONS = (NoticeAction("page:backup", "Show"), NoticeAction("backup.now", "Back up now"))


@dataclass(frozen=True, slots=True)
class Line:
    """A drawing, its colour, the words beside it, and what is to be known besides."""

    icon: str
    colour: str
    text: str
    more: str = ""


def newest(facts: BackupFacts | None, old_after_s: float, now_ms: int) -> Line:
    """Of the newest good backup; without facts nobody knows. With `old_after_s` 0 none is too old."""
    if facts is None:
        return Line("info", "muted", tr("Unknown"))
    if facts.good_ms is None:
        return _none_good(facts)
    age = words.ago(facts.good_ms, now_ms)
    away = " ".join(facts.away)
    table = (
        (bool(facts.failed), tr("{age}; the last attempt failed", age=age), facts.failed),
        (facts.damaged > 0, tr("{age}; a newer one is damaged", age=age), ""),
        (0 < old_after_s * 1000 < now_ms - facts.good_ms, tr("{age}: old", age=age), ""),
        (bool(away), tr("{age}; a place is away", age=age), away),
    )
    for true, text, more in table:
        if true:
            return Line("warning", "warning", text, more)
    return Line("good", "good", age, tr("Read back {when}", when=words.moment(facts.verified_ms, now_ms)))


def last_drill(facts: BackupFacts | None, now_ms: int) -> Line:
    """Of the last trial."""
    if facts is None:
        return Line("info", "muted", tr("Unknown"))
    drill = facts.drill
    if drill is None:
        return Line("info", "muted", tr("Never tried out"))
    age = words.ago(drill.at_ms, now_ms)
    if not drill.ok:
        return Line("error", "bad", tr("{age}: failed", age=age), drill.text)
    if now_ms - drill.at_ms > DRILL_OLD_MS:
        return Line("warning", "warning", tr("{age}: old", age=age), drill.text)
    return Line("good", "good", age, drill.text)


def attention(facts: BackupFacts | None, notices: Sequence[Notice], now_ms: int) -> tuple[Notice, ...]:
    """What of it waits for a person, unless one of the notices speaks of backups already."""
    if facts is None or any(one.topic == _TOPIC and one.severity > Severity.INFO for one in notices):
        return ()
    if facts.drill is not None and not facts.drill.ok:
        return (_notice(Severity.ERROR, tr("The trial of a backup failed"), facts.drill.text, facts.drill.at_ms),)
    if facts.good_ms is None and (facts.failed or facts.damaged):
        return (_notice(Severity.ERROR, tr("There is no good backup."), facts.failed, 0),)
    if facts.failed:
        return (_notice(Severity.WARNING, tr("The last backup failed"), facts.failed, 0),)
    if facts.damaged:
        text = tr("The newest good backup was made {when}.", when=words.ago(facts.good_ms or 0, now_ms))
        return (_notice(Severity.WARNING, tr("The newest backup is damaged"), text, 0),)
    if facts.away:
        return (_notice(Severity.WARNING, tr("A place for backups cannot be used"), " ".join(facts.away), 0),)
    return ()


def _none_good(facts: BackupFacts) -> Line:
    if facts.damaged:
        return Line("error", "bad", tr("None: damaged"))
    if facts.unchecked:
        return Line("warning", "warning", tr("None checked yet"))
    if facts.failed:
        return Line("error", "bad", tr("None: the last attempt failed"), facts.failed)
    if facts.away:
        return Line("info", "muted", tr("Unknown: a place is away"), " ".join(facts.away))
    return Line("warning", "warning", tr("No backup yet"))


def _notice(severity: Severity, title: str, text: str, since_ms: int) -> Notice:
    return Notice(NOTICE, severity, title, text, _ACTIONS, since_ms, topic=_TOPIC)
