"""Restores in words for people, in the language that is on: what one would do, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.restore import Report
from clawd_desktop.backup.restore_desk import Outcome
from clawd_desktop.backup.undo import Undoable, Undone
from clawd_desktop.ui import words
from clawd_desktop.ui.backup.restore_tree import Tally
from clawd_desktop.ui.backup.words import holds
from clawd_desktop.ui.i18n import mark, tr

_DAYS = 7
# In the order of STATES.
_COMES = (
    mark("{n} stay"),
    mark("{n} go back to how they were ({size})"),
    mark("{n} come back ({size})"),
    mark("{n} go ({size})"),
)
_ORDER = (2, 1, 3, 0)


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended: a drawing, its colour, a sentence and more; `notes` are to be known, `enter` to be done.

    `undo` is the id with which it can be taken back, "" when it cannot.
    """

    icon: str
    colour: str
    sentence: str
    more: str = ""
    notes: tuple[str, ...] = ()
    enter: tuple[str, ...] = ()
    undo: str = ""


def ending(outcome: Outcome, home: str) -> Ending:
    """What is to be said of the end of a restore or of its undo."""
    if outcome.fault is not None:
        more = tr("{why} Nothing was changed.", why=outcome.fault.sentence())
        return Ending("error", "bad", tr("The restore did not happen."), more)
    if outcome.undone is not None:
        return _undone(outcome.undone, home)
    assert outcome.report is not None
    return _restored(outcome.report, home)


def plan(chosen: Tally) -> str:
    """What would come, change and go, in one line."""
    if not any(chosen.counts):
        return tr("Nothing is chosen.")
    if not chosen.can_come:
        return tr("Choose something that the backup has: only taking files away is no restore.")
    said = [
        tr(_COMES[state], n=f"{chosen.counts[state]:,}", size=words.size(chosen.sizes[state]))
        for state in _ORDER
        if chosen.counts[state]
    ]
    return tr("Files: {what}", what=" · ".join(said))


def course_of_it() -> str:
    """What happens when a person goes on."""
    return tr(
        "A backup of what is here now is made first. Then Clawd Desktop starts again, which takes a moment."
        " For {n} days all of it can be taken back.",
        n=_DAYS,
    )


def origin(manifest: Manifest, name: str, now_ms: int) -> str:
    """When and where the backup was made, and whether secrets are in it; not what its name says already."""
    when = words.moment(manifest.created_ms, now_ms)
    said = [when] if when != name else []
    if manifest.host:
        said.append(tr("made on {host}", host=manifest.host))
    if manifest.version:
        said.append(tr("by version {version}", version=manifest.version))
    said.append(tr("without secrets") if manifest.secrets == "out" else tr("with secrets"))
    return " · ".join(said)


def undo_row(one: Undoable, now_ms: int) -> tuple[str, str]:
    """What can be taken back, and until when."""
    when = words.moment(one.at_ms, now_ms)
    title = tr("A restore was taken back, {when}", when=when) if one.undoes else tr("Restored, {when}", when=when)
    until = tr("can be taken back until {when}", when=words.moment(one.until_ms, now_ms))
    return title, " · ".join(part for part in (one.what, holds(one.areas), until) if part)


def undo_question(one: Undoable) -> str:
    """What taking it back means, before it is done."""
    text = (
        tr("What the restore had brought comes again.")
        if one.undoes
        else tr("Everything comes back as it was before that restore.")
    )
    return tr(
        "{text} Files that were written since go with it and are kept for {n} days. Clawd Desktop starts again.",
        text=text, n=_DAYS,
    )  # fmt: skip


def _restored(report: Report, home: str) -> Ending:
    notes = tuple(dict.fromkeys(tr(text) for text in report.warnings))
    if report.safety is not None:
        place = words.folder(str(report.safety), home)
        notes = (*notes, tr("What was there before is also in the backup {file}.", file=place))
    if report.taken_back:
        more = tr("Everything was put back as it was: {why}", why=report.taken_back)
        return Ending("warning", "warning", tr("The restore did not work."), more, notes)
    if report.stuck:
        more = tr("It stands, and could not be put back by itself: {why}", why=report.stuck)
        return Ending("error", "bad", tr("The restore did not work."), more, notes, undo=report.id)
    enter = tuple(dict.fromkeys(report.unknown))
    return Ending("good", "good", tr("Your data is back."), _brought(report), notes, enter, report.id)


def _brought(report: Report) -> str:
    brought = sum(area.count("changed") + area.count("only in backup") for area in report.areas)
    text = tr("{count} files were brought back from {file}.", count=f"{brought:,}", file=report.backup)
    return text if brought else tr("All that was chosen is as it is in {file}.", file=report.backup)


def _undone(undone: Undone, home: str) -> Ending:
    notes: tuple[str, ...] = ()
    if undone.since_count:
        first = ", ".join(words.folder(str(path), home) for path in undone.since[:3])
        kept = tr("Files that were written since: {count}. They are kept for {n} days.",
                  count=f"{undone.since_count:,}", n=_DAYS)  # fmt: skip
        notes = (f"{kept} {first}",)
    return Ending(
        "good", "good", tr("The restore was taken back."), tr("All is as it was before."), notes, undo=undone.again
    )
