"""Findings: the worst with their way on, the fine ones in one line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage, texts

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.ui.logs.findings_list import FindingsList

pytestmark = pytest.mark.qt
LOW = Finding("disk.low", "storage", Level.ERROR, "The disk is full", "12 MB are left.", "Free some space.")
RIGHTS = Finding("rights", "storage", Level.WARNING, "Others may read it", repair="chmod 700")
FINE = (Finding("clock", "system", Level.OK, "Clock"), Finding("port", "network", Level.OK, "Port"))


def test_every_finding_says_what_and_what_to_do(stage: Stage) -> None:
    asked: list[Finding] = []
    shown = FindingsList(stage.services.theme, lambda finding, _button: asked.append(finding))
    shown.show_findings((LOW, RIGHTS, *FINE))
    said = texts(shown)
    for words in ("The disk is full", "12 MB are left.", "Free some space.", "2 checks are fine", "Clock, Port"):
        assert words in said
    buttons = shown.findChildren(QPushButton)
    assert [button.accessibleName() for button in buttons] == ["Repair: Others may read it"]
    buttons[0].click()
    assert asked == [RIGHTS]
    shown.deleteLater()


async def test_showing_again_replaces(stage: Stage) -> None:
    shown = FindingsList(stage.services.theme, lambda *_: None)
    shown.show_findings((LOW,))
    shown.show_findings(FINE)
    assert "2 checks are fine" in texts(shown)
    shown.deleteLater()
