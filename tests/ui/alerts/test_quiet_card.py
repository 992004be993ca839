"""Quiet hours are shown and saved as the configuration holds them; muting is one press."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, Stage, texts

from clawd_desktop.config.schema.monitoring import Quiet
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.quiet import Quietness
from clawd_desktop.ui.alerts.quiet_card import QuietCard

pytestmark = pytest.mark.qt


class Card:
    def __init__(self) -> None:
        self.saved: list[JsonObject] = []
        self.muted: list[int] = []
        self.widget = QuietCard(self.saved.append, self.muted.append)


@pytest.fixture
def card(stage: Stage) -> Card:
    return Card()


def test_no_quiet_hours_until_they_are_switched_on(card: Card) -> None:
    card.widget.show_quiet(Quiet(), Quietness(follows_system=False), NOW)
    assert not card.widget.on.isChecked()
    assert not card.widget.begin.isEnabled()
    card.widget.on.click()
    assert card.saved[-1]["hours"] == [
        {"from": "22:00", "to": "07:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
    ]
    assert Quiet.model_validate(card.saved[-1]).hours[0].from_ == "22:00"


def test_other_stretches_and_exceptions_are_kept(card: Card) -> None:
    quiet = Quiet.model_validate(
        {
            "hours": [{"from": "9:30", "to": "10:00", "days": ["mon"]}, {"from": "22:00"}],
            "except": ["approvals", "disk.low"],
        }
    )
    card.widget.show_quiet(quiet, Quietness(), NOW)
    assert card.widget.begin.text() == "09:30"
    card.widget.critical.click()
    saved = Quiet.model_validate(card.saved[-1])
    assert [hours.from_ for hours in saved.hours] == ["09:30", "22:00"]
    assert saved.hours[0].days == ("mon",)
    assert saved.except_ == ("approvals", "disk.low", "critical")


def test_muting_and_its_end(card: Card) -> None:
    card.widget.show_quiet(Quiet(), Quietness(), NOW)
    assert any("does not say whether its Do Not Disturb is on" in text for text in texts(card.widget))
    buttons = {each.text(): each for each in card.widget.findChildren(QPushButton)}
    buttons["1 h"].click()
    card.widget.show_quiet(Quiet(), Quietness("muted", NOW + 3_600_000), NOW)
    next(each for each in card.widget.findChildren(QPushButton) if each.text() == "Disturb me again").click()
    assert card.muted == [3_600, 0]
