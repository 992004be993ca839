"""The page says when the next planned backup is made, and pauses them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from ui.staging import Stage, settled

from clawd_desktop.backup.planned import Outlook
from clawd_desktop.backup.schedule import Code
from clawd_desktop.ui.backup.plan_line import PlanLine
from clawd_desktop.ui.operations import Operations

pytestmark = pytest.mark.qt
WHY = "Every day at 03:30."


@pytest.fixture
def line(stage: Stage) -> Iterator[PlanLine]:
    made = PlanLine(stage.services, Operations(None))
    yield made
    made.deleteLater()


def in_an_hour(stage: Stage) -> tuple[int, str]:
    at_ms = stage.clock.wall_ms() + 3_600_000
    return at_ms, f"{datetime.fromtimestamp(at_ms / 1000):%H:%M}"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("waiting", "Next planned backup: {time}."),
        ("failed", "The planned backup failed; it is tried again: {time}."),
        ("battery", "The planned backup waits for power. Next look: {time}."),
        ("metered", "The planned backup waits for a network that does not cost by volume. Next look: {time}."),
        ("offline", "The planned backup waits for a network. Next look: {time}."),
        ("paused", "Planned backups are paused until {time}."),
        ("settling", "Next planned backup: in a moment."),
        ("first", "Next planned backup: in a moment."),
    ],
)
async def test_it_follows_the_plan(line: PlanLine, stage: Stage, code: Code, said: str) -> None:
    assert line.isHidden(), "nobody makes any yet"
    at_ms, shown = in_an_hour(stage)
    stage.services.backups.planned.show(Outlook(code, WHY, at_ms))
    await settled(lambda: not line.isHidden())
    time = shown if line.text.text().endswith(f"{shown}.") else f"tomorrow {shown}"
    assert line.text.text() == said.format(time=time)
    assert line.button.text() == ("Resume" if code == "paused" else "Pause")


async def test_what_has_no_time(line: PlanLine, stage: Stage) -> None:
    plan = stage.services.backups.planned
    for outlook, button in (
        (Outlook("off", "Planned backups are switched off."), False),
        (Outlook("off", "backup.schedule.timezone: there is no time zone 'X'."), False),
        (Outlook("running", "A backup is being made."), True),
        (Outlook("paused", "Planned backups are paused until you resume them.", paused_until_ms=0), True),
    ):
        plan.show(outlook)
        await settled(lambda said=outlook.why: line.text.text() == said)  # type: ignore[misc]
        assert line.button.isHidden() is not button


async def test_pause_and_resume(line: PlanLine, stage: Stage) -> None:
    stage.services.backups.planned.show(Outlook("waiting", WHY, in_an_hour(stage)[0]))
    await settled(lambda: not line.isHidden())
    line.button.click()
    hour, *_, for_ever = line._menu.actions()
    assert (hour.text(), for_ever.text()) == ("For 1 hour", "Until I resume")
    hour.trigger()
    for_ever.trigger()
    line._menu.close()
    await settled(lambda: len(stage.actions) == 2)
    assert stage.actions == [f"backup.pause:{in_an_hour(stage)[0]}", "backup.pause:0"]
    stage.services.backups.planned.show(Outlook("paused", WHY, paused_until_ms=0))
    await settled(lambda: line.button.text() == "Resume")
    line.button.click()
    await settled(lambda: stage.actions[2:] == ["backup.resume"])
