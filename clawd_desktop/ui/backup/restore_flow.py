"""The steps of a restore on the page, from the choice of a backup to its end; decides and does nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from clawd_desktop.backup.look import Look
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.restore_desk import Outcome
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.core.errors import ClawdError


class Step(Enum):
    """Where a person is."""

    AWAY = "away"
    READING = "reading"
    LOCKED = "locked"
    CHOOSING = "choosing"
    COMPARING = "comparing"
    RESTORING = "restoring"
    ENDED = "ended"
    FAILED = "failed"


# What may follow a step. A restore may be begun by somebody else at any time, and end at any time.
_NEXT = {
    Step.AWAY: {Step.READING},
    Step.READING: {Step.LOCKED, Step.CHOOSING, Step.FAILED},
    Step.LOCKED: {Step.READING},
    Step.CHOOSING: {Step.CHOOSING, Step.COMPARING},
    Step.COMPARING: {Step.CHOOSING},
    Step.RESTORING: {Step.CHOOSING},
    Step.ENDED: {Step.READING},
    Step.FAILED: {Step.READING},
}
_ALWAYS = {Step.AWAY, Step.RESTORING, Step.ENDED}
WORKING = {Step.READING, Step.COMPARING, Step.RESTORING}


@dataclass(frozen=True, slots=True)
class Flow:
    """One restore. `which` is what the desk of restores knows the backup by, `name` what a person calls it.

    `tried` says that a passphrase was typed and did not open it; `undoing` that a restore is taken back. `look`,
    `fault` and `outcome` are there in the steps that show them.
    """

    step: Step = Step.AWAY
    which: str = ""
    name: str = ""
    keys: Keys | None = None
    tried: bool = False
    undoing: bool = False
    look: Look | None = None
    fault: ClawdError | None = None
    outcome: Outcome | None = None

    def may(self, step: Step) -> bool:
        """Whether that step can follow."""
        return step in _ALWAYS or step in _NEXT[self.step]

    def read(self, which: str, name: str) -> Flow:
        """A backup was chosen."""
        return Flow(Step.READING, which, name)

    def again(self, keys: Keys | None = None) -> Flow:
        """It is read once more, with these keys if there are some."""
        return replace(self, step=Step.READING, keys=keys or self.keys, tried=keys is not None, fault=None)

    def to(self, step: Step) -> Flow:
        """That step with all that is known. Raises ValueError when it cannot follow."""
        if not self.may(step):
            raise ValueError(f"{step.value} cannot follow {self.step.value}")
        return replace(self, step=step)

    def seen(self, look: Look) -> Flow:
        """It was read and is whole."""
        return replace(self.to(Step.CHOOSING), look=look)

    def failed(self, fault: ClawdError) -> Flow:
        """It could not be read."""
        return replace(self.to(Step.FAILED), fault=fault)

    def begun(self, *, undoing: bool = False) -> Flow:
        """The restore, or the undo of one, is under way."""
        return replace(self.to(Step.RESTORING), undoing=undoing)

    def stopped(self) -> Flow:
        """What went on was stopped: a person may choose again where something can be chosen."""
        return self.to(Step.CHOOSING) if self.look is not None and self.step is not Step.AWAY else Flow()

    def ended(self, outcome: Outcome) -> Flow:
        """It is over, or could not be begun."""
        return replace(self.to(Step.ENDED), outcome=outcome)


def can_stop(flow: Flow, *, restore: bool) -> bool:
    """Whether what goes on can be stopped without a trace; `restore` says it of what the desk brings back."""
    return restore if flow.step is Step.RESTORING else flow.step in WORKING


def shown_stage(progress: Progress, *, safety: bool) -> Progress:
    """The progress with the stage as the page calls it; `safety`: it is that of the backup that is made before."""
    if safety:
        return replace(progress, stage="safety")
    return replace(progress, stage="read") if progress.stage == "verify" else progress
