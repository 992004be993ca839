"""Alerts in a list, with what can be done about each; very many are cut and said to be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton
from ui.alerts.test_words import ALERT
from ui.staging import NOW, Stage, texts

from clawd_desktop.operations.alert_store import Alert
from clawd_desktop.ui.alerts.open_list import MOST, AlertList

pytestmark = pytest.mark.qt


def names(shown: AlertList) -> list[str]:
    return [each.text() for each in shown.findChildren(QPushButton)]


def test_an_open_alert_can_be_acknowledged_snoozed_and_explained(stage: Stage) -> None:
    asked: list[tuple[str, str]] = []
    shown = AlertList(stage.services.theme, lambda what, alert, _button: asked.append((what, alert.id)))
    shown.show_alerts((ALERT,), NOW)
    assert "CPU is at 93 %." in texts(shown)
    assert names(shown) == ["Acknowledge", "Snooze 1 h", "Why?"]
    for button in shown.findChildren(QPushButton):
        button.click()
    assert asked == [("acknowledge", "a1"), ("snooze", "a1"), ("why", "a1")]
    shown.deleteLater()


def test_one_that_was_acknowledged_or_is_over_offers_less(stage: Stage) -> None:
    shown = AlertList(stage.services.theme, lambda *_: None)
    shown.show_alerts((replace(ALERT, acknowledged_ms=NOW, acknowledged_by="me"),), NOW)
    assert names(shown) == ["Snooze 1 h", "Why?"]
    shown.deleteLater()
    past = AlertList(stage.services.theme, lambda *_: None)
    past.show_alerts((replace(ALERT, ended_ms=NOW),), NOW)
    assert names(past) == ["Why?"]
    past.deleteLater()


def test_ten_thousand_do_not_stop_the_window(stage: Stage) -> None:
    many: list[Alert] = [replace(ALERT, id=str(number)) for number in range(10_000)]
    shown = AlertList(stage.services.theme, lambda *_: None)
    shown.show_alerts(many, NOW)
    assert "and 9,950 more" in texts(shown)
    assert len(names(shown)) == 3 * MOST
    shown.deleteLater()
