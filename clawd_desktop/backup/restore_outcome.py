"""How a restore or the taking back of one ended, and how that is told to a person."""

from __future__ import annotations

from dataclasses import dataclass

from clawd_desktop.backup.restore import Report
from clawd_desktop.backup.undo import Undone
from clawd_desktop.core.errors import ClawdError


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the last restore or undo ended: one of the three is there.

    `at_ms` is the wall clock. `fault` says why nothing was changed. `what` is the name of the backup, or the id of the
    restore that was to be taken back (`takes_back`).
    """

    at_ms: int
    report: Report | None = None
    undone: Undone | None = None
    fault: ClawdError | None = None
    what: str = ""
    takes_back: bool = False

    @property
    def ok(self) -> bool:
        """Whether all went as it was wanted."""
        return self.fault is None and not (self.report and (self.report.taken_back or self.report.stuck))


def told(outcome: Outcome) -> tuple[str, str, str]:
    """How it ended for a person: a title, what to know, and the id with which it can be taken back ("": it cannot)."""
    report, undone = outcome.report, outcome.undone
    if outcome.fault is not None:
        title = "The restore was not taken back" if outcome.takes_back else "The restore did not happen"
        return title, outcome.fault.sentence(), ""
    if undone is not None:
        text = "All is as it was before the restore."
        if undone.since_count:
            text += f" Files written since: {undone.since_count:,}; they are kept for seven days."
        return "The restore was taken back", text, undone.again
    assert report is not None
    if report.taken_back:
        return "The restore did not work", f"Everything was put back as it was. {report.taken_back}", ""
    if report.stuck:
        return "The restore did not work", f"It stands, and could not be put back by itself. {report.stuck}", report.id
    missing = [f"The backup has no secret for {place}; enter it in Settings." for place in report.unknown]
    return "The backup was restored", " ".join((report.backup + ".", *missing, *report.warnings)), report.id
