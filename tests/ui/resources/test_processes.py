"""Child processes are listed, and one is ended for real after a question."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from ui.staging import Stage, settled, texts

from clawd_desktop.system.children import Child, Children, end_child
from clawd_desktop.ui.resources.processes import ProcessesCard

pytestmark = pytest.mark.qt
CHILD = Child(4711, "llama-server", 0.25, 200 << 20, 1_760_000_000.0)
NOW = 1_760_000_090_000


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    made = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield made
    made.kill()
    made.communicate()


async def nothing(child: Child) -> None:
    raise AssertionError(child)


def press(text: str) -> None:
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if button.text() == text).click()


def test_each_is_a_row_that_keeps_its_place(stage: Stage) -> None:
    card = ProcessesCard(nothing, lambda: None)
    card.show_children((), NOW)
    assert "No other process runs for Clawd Desktop now." in texts(card)
    card.show_children((CHILD, replace(CHILD, pid=4712, cpu=None)), NOW)
    said = texts(card)
    assert "No other process runs for Clawd Desktop now." not in said
    assert {"llama-server", "4711", "25 %", "200 MiB", "1 min", "4712", "—"} <= set(said)
    first = card._rows[CHILD.pid, CHILD.started]._labels[2]
    card.show_children((replace(CHILD, cpu=0.5),), NOW)
    assert first.text() == "50 %"
    assert "4712" not in texts(card)


async def test_it_is_ended_when_the_person_says_so(stage: Stage, child: subprocess.Popen[bytes]) -> None:
    changed: list[bool] = []
    card = ProcessesCard(end_child, lambda: changed.append(True))
    mine = next(one for one in await Children().read() if one.pid == child.pid)
    card.show_children((mine,), NOW)
    card.show()
    card.findChildren(QPushButton)[0].click()
    await settled(lambda: QApplication.activeModalWidget() is not None)
    press("End process")
    await settled(lambda: changed)
    assert child.wait(10) != 0
    card.hide()


async def test_backing_out_ends_nothing(stage: Stage, child: subprocess.Popen[bytes]) -> None:
    card = ProcessesCard(nothing, lambda: None)
    mine = next(one for one in await Children().read() if one.pid == child.pid)
    card.show_children((mine,), NOW)
    card.show()
    button = card.findChildren(QPushButton)[0]
    button.click()
    await settled(lambda: QApplication.activeModalWidget() is not None)
    assert not button.isEnabled()
    QApplication.activeModalWidget().reject()  # type: ignore[attr-defined]
    await settled(button.isEnabled)
    assert child.poll() is None
    card.hide()
