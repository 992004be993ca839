"""Costs are computed in US dollars per million tokens."""

from __future__ import annotations

import pytest

from clawd_desktop.core.messages import Usage
from clawd_desktop.models.pricing import KNOWN_MODELS, ModelRow, Price, priced
from clawd_desktop.models.providers import BY_ID


def test_each_kind_of_token_has_its_price() -> None:
    usage = priced(Usage(1_000_000, 100_000, 2_000_000, 10_000), Price(3, 15, 0.3, 3.75))
    assert usage.cost == pytest.approx(5.1375)
    assert usage.total == 3_110_000


def test_an_unknown_price_costs_nothing() -> None:
    assert priced(Usage(10, 10), ModelRow("x", "y", "Y").cost).cost == 0


def test_known_models_belong_to_known_providers_and_are_named_once() -> None:
    assert {row.provider for row in KNOWN_MODELS} <= set(BY_ID)
    assert len({row.ref for row in KNOWN_MODELS}) == len(KNOWN_MODELS)
    assert all(row.cost.input > 0 and row.cost.output >= row.cost.input for row in KNOWN_MODELS)
    assert all(row.max_tokens < row.context_window for row in KNOWN_MODELS)
    assert all(row.api == BY_ID[row.provider].api for row in KNOWN_MODELS)
