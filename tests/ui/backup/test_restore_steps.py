"""Each step of a restore shows its own, with the keyboard where a person goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ui.backup.test_restore_flow import CHOOSING, FAULT, LOOK, READING
from ui.backup.test_restore_tree import AREAS
from ui.staging import NOW, Stage, texts

from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.restore_desk import Outcome
from clawd_desktop.ui.backup.restore_flow import Flow, Step
from clawd_desktop.ui.backup.restore_steps import Asked, RestoreSteps
from clawd_desktop.ui.backup.restore_tree import grow

pytestmark = pytest.mark.qt


@pytest.fixture
def steps(stage: Stage) -> RestoreSteps:
    def nothing(*_: object) -> None:
        return None

    return RestoreSteps(stage.services.theme, Asked(*[nothing] * 9))


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        (READING, "The backup is being read and checked."),
        (CHOOSING.to(Step.COMPARING), "The backup is being read and checked."),
        (CHOOSING.begun(), "Your data is being brought back."),
        (Flow().begun(undoing=True), "The restore is being taken back."),
        (READING.to(Step.LOCKED), "This backup is locked."),
        (READING.failed(FAULT), "This backup cannot be restored."),
        (Flow().ended(Outcome(NOW, fault=FAULT)), "The restore did not happen."),
    ],
)
def test_each_step_says_what_it_is(steps: RestoreSteps, flow: Flow, said: str) -> None:
    steps.show_step(flow)
    shown = steps._stack.currentWidget()
    assert shown is not None
    assert said in texts(shown)


def test_the_choice_and_a_difference(steps: RestoreSteps) -> None:
    steps.show_trees(replace(CHOOSING, look=LOOK), grow(AREAS), NOW)
    steps.show_step(CHOOSING)
    assert steps._stack.currentWidget() is steps.preview
    assert "Restore the backup of 12:00" in texts(steps.preview)
    steps.show_difference("a.jsonl", ("-a", "+b"))
    assert steps._stack.currentWidget() is steps.diff
    steps.diff.back.click()
    assert steps._stack.currentWidget() is steps.preview


def test_nobody_can_ask_twice_to_stop(steps: RestoreSteps) -> None:
    steps.show_step(CHOOSING.begun())
    steps.show_stop(True)
    assert steps.work.stop.isEnabled()
    steps.show_stopping()
    steps.show_stop(True)
    steps.show_progress(Progress("extract", 1, 2), 1.0)
    assert not steps.work.stop.isEnabled()
    assert "It is being stopped." in texts(steps.work)
