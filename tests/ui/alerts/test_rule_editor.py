"""A rule is changed in words with units; nonsense keeps the dialog open and says why."""

from __future__ import annotations

import pytest
from ui.alerts.test_words import RULES
from ui.staging import Stage

from clawd_desktop.ui.alerts.rule_editor import RuleEditor

pytestmark = pytest.mark.qt


def test_what_was_entered_becomes_the_patch(stage: Stage) -> None:
    editor = RuleEditor(RULES["cpu.warning"], None)
    assert (editor.value.text(), editor.lasting.text(), editor.over.text()) == ("80 %", "60 s", "72 %")
    editor.value.setText("90%")
    editor.lasting.setText("5min")
    editor.over.setText("0.5")
    editor.severity.setCurrentIndex(2)
    editor._take()
    assert editor.patch == {"value": "90%", "for": "300s", "clear": "0.5", "severity": "critical"}
    editor.deleteLater()


@pytest.mark.parametrize(
    ("value", "over"), [("many", "10%"), ("80 apples", "10%"), ("80%", "5 GiB"), ("50%", "90%")]
)  # fmt: skip
def test_nonsense_is_told_and_nothing_is_taken(stage: Stage, value: str, over: str) -> None:
    editor = RuleEditor(RULES["cpu.warning"], None)
    editor.value.setText(value)
    editor.over.setText(over)
    editor._take()
    assert editor.patch == {}
    assert not editor.trouble.isHidden()
    assert editor.trouble.text()
    editor.deleteLater()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_default_rule_can_be_saved_as_it_is(stage: Stage, rule: object) -> None:
    editor = RuleEditor(rule, None)  # type: ignore[arg-type]
    editor._take()
    assert editor.patch, editor.trouble.text()
    editor.deleteLater()
