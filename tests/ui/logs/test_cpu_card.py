"""Processor time is really measured, shown as a tree, saved for the viewer, and the measurement can be stopped."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ui.staging import Stage, save_as, settled, texts

from clawd_desktop.ui.logs import cpu_card
from clawd_desktop.ui.logs.cpu_card import CpuCard

pytestmark = pytest.mark.qt
Make = Callable[[float], CpuCard]


@pytest.fixture
def make(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    made: list[CpuCard] = []

    def card(seconds: float) -> CpuCard:
        monkeypatch.setattr(cpu_card, "LENGTHS_S", (seconds,))
        made.append(CpuCard(stage.services))
        made[-1].show()
        return made[-1]

    yield card
    for each in made:
        each.hide()
        each.deleteLater()


def hot_function(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def test_what_was_at_work_stands_in_the_tree_and_in_the_file(make: Make, tmp_path: Path) -> None:
    card = make(0.5)
    assert not card.save_button.isEnabled()
    card.measure()
    while card.start.text() == "Stop":
        hot_function(0.05)
        await asyncio.sleep(0)
    await settled(lambda: card.save_button.isEnabled())
    assert "hot_function" in card.tree.toPlainText()
    assert "samples" in card.tree.toPlainText()
    card.save()
    path = tmp_path / "time.speedscope.json"
    await save_as(path)
    saved = json.loads(path.read_text())
    assert "hot_function" in {frame["name"] for frame in saved["shared"]["frames"]}


async def test_it_says_how_much_time_is_left(stage: Stage, make: Make) -> None:
    card = make(30)
    card.measure()
    assert "30 s left" in texts(card)
    assert not card.length.isEnabled()
    assert card.progress.value() == 0
    stage.clock.advance(15)
    await settled(lambda: "15 s left" in texts(card))
    assert card.progress.value() == card.progress.maximum() // 2
    card.measure()
    await settled(lambda: "Stopped; nothing was measured." in texts(card))
    assert card.start.text() == "Measure"
    assert card.length.isEnabled()
    assert card.progress.isHidden()
    assert not card.save_button.isEnabled()


async def test_a_second_measurement_at_the_same_time_is_refused_in_words(make: Make) -> None:
    first, second = make(30), make(30)
    first.measure()
    await asyncio.sleep(0)
    second.measure()
    await settled(lambda: any(text.startswith("A CPU profile is being taken already.") for text in texts(second)))
    assert second.start.text() == "Measure"
    first.measure()
    await settled(lambda: first.start.text() == "Measure")


async def test_a_measurement_outlives_its_card(stage: Stage) -> None:
    card = CpuCard(stage.services)
    card.measure()
    task = card._task
    assert task is not None
    card.deleteLater()
    await asyncio.sleep(0)
    task.cancel()
    await settled(task.done)
