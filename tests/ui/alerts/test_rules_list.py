"""Rules in a list: switched, tested, snoozed and changed from there; faults stand where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QToolButton
from ui.alerts.test_words import RULES
from ui.staging import NOW, Stage, texts

from clawd_desktop.operations.alert_rules import RuleFault
from clawd_desktop.ui.alerts.rules_list import RulesList

pytestmark = pytest.mark.qt
CPU = RULES["cpu.warning"]


def test_a_rule_is_switched_tested_snoozed_and_changed(stage: Stage) -> None:
    asked: list[tuple[str, str]] = []
    shown = RulesList(stage.services.theme, lambda what, rule, _widget: asked.append((what, rule.id)))
    shown.show_rules((CPU,), (), {}, NOW)
    assert "CPU above 80 % for 60 s · Warning" in texts(shown)
    for button in shown.findChildren(QToolButton):
        button.click()
    shown.findChild(QCheckBox).setChecked(False)  # type: ignore[union-attr]
    assert [what for what, _ in asked] == ["test", "snooze", "edit", "off"]
    shown.deleteLater()


def test_what_is_snoozed_can_be_woken_and_faults_are_told(stage: Stage) -> None:
    shown = RulesList(stage.services.theme, lambda *_: None)
    faults = (RuleFault("cpu.warning", "The value is nonsense."), RuleFault("mine", "The metric is not known."))
    shown.show_rules((replace(CPU, enabled=False),), faults, {"cpu.warning": NOW + 60_000}, NOW)
    said = texts(shown)
    assert "The value is nonsense." in said
    assert "The metric is not known." in said
    assert any("snoozed until" in text for text in said)
    assert "End the snooze" in [button.toolTip() for button in shown.findChildren(QToolButton)]
    shown.deleteLater()
