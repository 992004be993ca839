"""The self-test runs the real checks, sums them up in a sentence, and repairs after asking."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from ui.staging import Stage, settled, texts

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.operations.diagnostics.check import Check
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.ui.logs.self_test import SelfTest, summary

pytestmark = pytest.mark.qt


def finding(level: Level) -> Finding:
    return Finding("x", "y", level, "z")


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ((Level.OK, Level.INFO), "Everything is in order."),
        ((Level.WARNING, Level.OK), "1 to look at, nothing broken."),
        ((Level.ERROR, Level.WARNING, Level.WARNING), "1 broken, 2 more to look at."),
    ],
)  # fmt: skip
def test_the_sentence(levels: tuple[Level, ...], said: str) -> None:
    assert summary([finding(level) for level in levels]) == said


class Lamp:
    """Something that is broken until it is mended."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def detect(self, _ground: Ground) -> tuple[Finding, ...]:
        if self.file.exists():
            return ()
        return (Finding("lamp", "house", Level.WARNING, "The lamp is out", "", "Light it.", "Writes the file."),)

    def repair(self, _ground: Ground, finding_id: str, dry_run: bool) -> Mended:
        if not dry_run:
            self.file.touch()
        return Mended(finding_id, not dry_run, "Would light the lamp.")


@pytest.fixture
def lamp(tmp_path: Path) -> Lamp:
    return Lamp(tmp_path / "lamp")


@pytest.fixture
def view(stage: Stage, lamp: Lamp) -> Iterator[SelfTest]:
    ground = stage.services.operations.doctor._ground
    doctor = Doctor(ground, (Check("lamp", "house", "Lamp", lamp.detect, lamp.repair),))
    operations = replace(stage.services.operations, doctor=doctor)
    made = SelfTest(replace(stage.services, operations=operations))
    yield made
    made.hide()
    made.deleteLater()


def box() -> QMessageBox | None:
    return next(
        (each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()), None
    )


async def test_a_repair_says_what_it_would_do_and_does_it_only_then(view: SelfTest, lamp: Lamp) -> None:
    view.show()
    await settled(lambda: "The lamp is out" in texts(view))
    next(each for each in view.findChildren(QPushButton) if each.text() == "Repair…").click()
    await settled(lambda: box() is not None)
    asked = box()
    assert asked is not None
    assert "Would light the lamp." in asked.informativeText()
    assert not lamp.file.exists()
    next(each for each in asked.buttons() if each.text() == "Repair").click()
    await settled(lambda: "Everything is in order." in texts(view))
    assert lamp.file.exists()


async def test_backing_out_changes_nothing(view: SelfTest, lamp: Lamp) -> None:
    view.show()
    await settled(lambda: "The lamp is out" in texts(view))
    next(each for each in view.findChildren(QPushButton) if each.text() == "Repair…").click()
    await settled(lambda: box() is not None)
    asked = box()
    assert asked is not None
    asked.escapeButton().click()
    await settled(lambda: box() is None)
    await asyncio.sleep(0)
    assert not lamp.file.exists()


async def test_a_doctor_that_fails_is_told(stage: Stage, view: SelfTest) -> None:
    view.show()
    view._failed(Unavailable("No.").sentence())
    assert "The self-test did not come to an end." in texts(view)
