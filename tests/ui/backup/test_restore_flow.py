"""The steps of a restore follow each other as they may, and keep what is known."""

from __future__ import annotations

import pytest

from clawd_desktop.backup.look import Look
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.restore_desk import Outcome
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.ui.backup.restore_flow import Flow, Step, can_stop, shown_stage

LOOK = Look(Manifest("id", 0, "person", "1", "host", "Linux", "out", (), ()), (), ())
READING = Flow().read("/b/a", "12:00")
CHOOSING = READING.seen(LOOK)
FAULT = Unreadable("Byte 7 is wrong.", path="/b/a")


def test_a_locked_backup_is_read_again_with_what_was_typed() -> None:
    locked = READING.to(Step.LOCKED)
    assert not locked.tried
    again = locked.again(Keys("word"))
    assert (again.step, again.keys, again.which) == (Step.READING, Keys("word"), "/b/a")
    assert again.to(Step.LOCKED).tried
    assert again.seen(LOOK).keys == Keys("word"), "the restore needs it, too"


def test_a_failure_can_be_tried_again_with_the_same_keys() -> None:
    failed = READING.to(Step.LOCKED).again(Keys("word")).failed(FAULT)
    assert failed.fault is FAULT
    assert (failed.again().step, failed.again().keys, failed.again().fault) == (Step.READING, Keys("word"), None)


@pytest.mark.parametrize(
    ("flow", "step"),
    [
        (READING, Step.AWAY),
        (CHOOSING, Step.CHOOSING),
        (CHOOSING.to(Step.COMPARING), Step.CHOOSING),
        (CHOOSING.begun(), Step.CHOOSING),
        (Flow().begun(undoing=True), Step.AWAY),
    ],
)
def test_what_was_stopped_goes_back_to_where_one_can_choose(flow: Flow, step: Step) -> None:
    assert flow.stopped().step is step


@pytest.mark.parametrize("flow", [Flow(), READING, READING.to(Step.LOCKED), CHOOSING, READING.failed(FAULT)])
def test_somebody_else_may_restore_at_any_time(flow: Flow) -> None:
    assert flow.begun().step is Step.RESTORING
    outcome = Outcome(1, fault=FAULT)
    assert flow.ended(outcome).outcome is outcome


@pytest.mark.parametrize(
    ("flow", "step"), [(Flow(), Step.CHOOSING), (READING, Step.COMPARING), (CHOOSING, Step.LOCKED)]
)
def test_what_cannot_follow_is_refused(flow: Flow, step: Step) -> None:
    assert not flow.may(step)
    with pytest.raises(ValueError, match="cannot follow"):
        flow.to(step)


@pytest.mark.parametrize(
    ("flow", "restore", "can"),
    [
        (READING, False, True),
        (CHOOSING.to(Step.COMPARING), False, True),
        (CHOOSING, True, False),
        (CHOOSING.begun(), False, False),
        (CHOOSING.begun(), True, True),
    ],
)
def test_reading_can_always_be_stopped_and_a_restore_as_long_as_the_desk_says(
    flow: Flow, restore: bool, can: bool
) -> None:
    assert can_stop(flow, restore=restore) is can


def test_the_backup_before_is_told_from_the_reading() -> None:
    assert shown_stage(Progress("verify", 1, 2, "a"), safety=False) == Progress("read", 1, 2, "a")
    assert shown_stage(Progress("verify", 1, 2), safety=True).stage == "safety"
    assert shown_stage(Progress("extract"), safety=False).stage == "extract"
