"""Cards keep their rows while values change."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from ui.staging import Stage, texts

from clawd_desktop.ui.widgets.card import FactsCard

pytestmark = pytest.mark.qt


def test_values_change_in_place_and_long_ones_do_not_widen(stage: Stage) -> None:
    card = FactsCard(stage.services.theme, "gateway", "Gateway", [("state", "State"), ("address", "Address")])
    width, children = card.minimumSizeHint().width(), len(card.findChildren(QWidget))
    card.set_values({"address": "ws://" + "x" * 400})
    assert texts(card)[:3] == ["Gateway", "State", "—"]
    assert card.minimumSizeHint().width() == width
    assert len(card.findChildren(QWidget)) == children


def test_an_unknown_row_is_a_mistake(stage: Stage) -> None:
    with pytest.raises(KeyError):
        FactsCard(stage.services.theme, "gateway", "Gateway", []).set_values({"state": "x"})
