"""Backups in words for people, in the language that is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clawd_desktop.backup import listing
from clawd_desktop.backup.areas import AREAS, WORKSPACE
from clawd_desktop.backup.drill_report import DrillReport
from clawd_desktop.backup.planned import Outlook
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.records import BackupRecord, newest_good
from clawd_desktop.backup.retention import Rules, Verdict
from clawd_desktop.ui import words
from clawd_desktop.ui.backup.pace import Speed
from clawd_desktop.ui.i18n import mark, tr

CAUSES = {
    "person": mark("By hand"),
    "schedule": mark("Planned"),
    "update": mark("Before an update"),
    "migration": mark("Before a migration"),
    "restore": mark("Before a restore"),
}
_STAGES = {
    "write": mark("Writing"),
    "verify": mark("Reading back"),
    "read": mark("Reading and checking"),
    "extract": mark("Unpacking"),
    "safety": mark("Backup of what is here now"),
    "swap": mark("Exchanging files"),
    "compare": mark("Comparing"),
    "start": mark("Starting a gateway on the copy"),
    "send": mark("Sending"),
    "fetch": mark("Fetching"),
    "prune": mark("Tidying up"),
    "export": mark("Writing"),
}
_GONE = {
    "old": mark("Older than what is kept, and no day, week or month needs them:"),
    "size": mark("All together would take more room than the limit allows:"),
    "cause": mark("Made before a change whose days are over:"),
}
_LOOKS = {
    "waiting": mark("Next planned backup: {time}."),
    "failed": mark("The planned backup failed; it is tried again: {time}."),
    "battery": mark("The planned backup waits for power. Next look: {time}."),
    "metered": mark("The planned backup waits for a network that does not cost by volume. Next look: {time}."),
    "offline": mark("The planned backup waits for a network. Next look: {time}."),
    "paused": mark("Planned backups are paused until {time}."),
}
_SOON = mark("Next planned backup: in a moment.")
# What stays in words of the plan itself.
_FIXED = (
    mark("Planned backups are switched off."),
    mark("Planned backups are paused until you resume them."),
    mark("A backup is being made."),
    mark("The planned backup is being made."),
)
_TITLES = {area.name: area.title for area in AREAS}
_NAMED = 3
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether there is a good backup: a drawing, its colour, the sentence, and what is to be known or done."""

    icon: str
    colour: str
    sentence: str
    more: str = ""


def standing(records: Sequence[BackupRecord], old_after_s: float, now_ms: int, home: str) -> Standing:
    """The answer to "is there a good backup?"; records are the newest first. With `old_after_s` 0 none is too old."""
    good = newest_good(records)
    if good is None:
        return _none_good(records)
    age = words.duration((now_ms - good.at_ms) / 1000)
    newer = [record for record in records if record.at_ms > good.at_ms]
    if failed := next((record for record in newer if not record.ok), None):
        newest = tr("The newest good backup is {time} old.", time=age)
        when = words.ago(failed.at_ms, now_ms)
        return Standing(
            "warning", "warning", tr("The last backup failed, {when}.", when=when), f"{failed.text} {newest}"
        )
    if any(record.text for record in newer):
        text = tr("It was made {time} ago. Make a new one now, and have a look at the disk.", time=age)
        return Standing("warning", "warning", tr("The newest good backup lies before a damaged one."), text)
    if old_after_s and now_ms - good.at_ms > old_after_s * 1000:
        text = tr("What was changed since is in none. Make one now.")
        return Standing("warning", "warning", tr("The newest good backup is {time} old.", time=age), text)
    sentence = tr("There is a good backup, made {when}.", when=words.ago(good.at_ms, now_ms))
    place = words.folder(listing.place(good), home)
    checked = (
        tr("{size} in {folder}; what was new in it was read back and found whole.")
        if listing.in_store(good)
        else tr("{size} in {folder}, read back and found whole.")
    )
    return Standing("good", "good", sentence, checked.format(size=words.size(good.size), folder=place))


def _none_good(records: Sequence[BackupRecord]) -> Standing:
    if not any(record.ok for record in records):
        text = records[0].text if records else ""
        return Standing("error", "bad", tr("There is no backup: the last attempt failed."), text)
    if any(record.ok and record.text for record in records):
        text = tr("Those that are there are damaged, or nobody has checked them. Make a new one now.")
        return Standing("error", "bad", tr("There is no good backup."), text)
    if any(record.ok and record.verified_ms for record in records):
        text = tr("Those that are there hold some areas only. Make one of all.")
        return Standing("warning", "warning", tr("There is no backup of everything yet."), text)
    text = tr("Check one of them, or make a new one: it is read back at once.")
    return Standing("warning", "warning", tr("No backup has been checked yet."), text)


def upcoming(outlook: Outlook, now_ms: int) -> str:
    """When the next planned backup is made, or what keeps it back."""
    if outlook.next_ms is None:
        return tr(outlook.why) if outlook.why in _FIXED else outlook.why
    text = _LOOKS.get(outlook.code, _SOON)
    return tr(text, time=words.moment(outlook.next_ms, now_ms)) if text != _SOON else tr(_SOON)


def drilled(report: DrillReport | None, now_ms: int) -> str:
    """How trying out a backup went."""
    if report is None:
        return tr("No backup was tried out yet: once a week the newest is restored aside, started and compared.")
    when, made = words.moment(report.at_ms, now_ms), words.moment(report.created_ms, now_ms)
    if report.ok:
        return tr("Tried out {when}: the backup of {made} comes back whole.", when=when, made=made)
    if not report.tried:
        return tr("The backup of {made} could not be tried out: {why}", made=made, why=report.fault)
    return tr(
        "Tried out {when}: the backup of {made} does not come back. {why}", when=when, made=made, why=report.fault
    )


def area(name: str) -> str:
    """An area as it is called; the workspace of an agent with the agent."""
    if name.startswith(f"{WORKSPACE}-"):
        return tr("{area} ({agent})", area=tr(_TITLES[WORKSPACE]), agent=name.removeprefix(f"{WORKSPACE}-"))
    return tr(_TITLES[name]) if name in _TITLES else name


def holds(areas: Sequence[str]) -> str:
    """The first few areas, and how many more there are."""
    named = ", ".join(area(name) for name in areas[:_NAMED])
    more = len(areas) - _NAMED
    return tr("{areas} and {count} more", areas=named, count=more) if more > 0 else named


def cause(name: str) -> str:
    """Why a backup was made."""
    return tr(CAUSES[name]) if name in CAUSES else name


def course(progress: Progress, speed: Speed) -> str:
    """How far long work is, how fast it goes and how long it will take."""
    said = [tr(_STAGES[progress.stage]) if progress.stage in _STAGES else tr("Working")]
    done = words.size(progress.done_bytes)
    if progress.total_bytes:
        said.append(tr("{done} of {total}", done=done, total=words.size(progress.total_bytes)))
    elif progress.done_bytes:
        said.append(done)
    if speed.rate is not None:
        said.append(tr("{size}/s", size=words.size(round(speed.rate))))
    if speed.left_s is not None:
        said.append(tr("{time} left", time=words.duration(speed.left_s)))
    return " · ".join(said)


def kept(rules: Rules) -> str:
    """What the settings keep, as a sentence."""
    spans = (
        (rules.daily, tr("{n} days", n=rules.daily)),
        (rules.weekly, tr("{n} weeks", n=rules.weekly)),
        (rules.monthly, tr("{n} months", n=rules.monthly)),
    )
    older = [text for number, text in spans if number]
    said = [tr("All of the last {n} days are kept.", n=rules.days)] if rules.days else []
    if older:
        said.append(tr("Of {spans}, the newest of each is kept.", spans=", ".join(older)))
    if not said:
        said.append(tr("Nothing is removed for its age."))
    if rules.max_bytes:
        said.append(tr("Together they take at most {size} in one place.", size=words.size(rules.max_bytes)))
    return " ".join([*said, tr("The newest good one always stays.")])


def outlook(verdicts: Sequence[Verdict]) -> str:
    """How many stay and how many would go now."""
    gone = [verdict.backup.size for verdict in verdicts if not verdict.kept]
    if not gone:
        return tr("All of them stay.")
    freed = words.size(sum(gone))
    if len(gone) == 1:
        return tr("One would go now, which frees {size}.", size=freed)
    return tr("{n} would go now, which frees {size}.", n=f"{len(gone):,}", size=freed)


def leaving(verdicts: Sequence[Verdict], now_ms: int) -> str:
    """Those that would go, below the reason of each; at most 12 of a reason."""
    reasons: dict[str, list[str]] = {}
    for verdict in verdicts:
        if not verdict.kept:
            when, size = words.moment(verdict.backup.created_ms, now_ms), words.size(verdict.backup.size)
            reason = tr(_GONE[verdict.rule]) if verdict.rule in _GONE else verdict.why
            reasons.setdefault(reason, []).append(f"•  {when} · {size}")
    return "\n\n".join("\n".join([reason, *_cut(those)]) for reason, those in reasons.items())


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - _LISTED
    return [*lines[:_LISTED], tr("and {count} more", count=more)] if more > 0 else lines
