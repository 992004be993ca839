"""Values on the screen carry their unit, and what is not known is a dash."""

from __future__ import annotations

import math

import pytest
from ui.staging import Stage

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.values import tick_text, value_text

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, Unit.SHARE, "—"),
        (math.nan, Unit.BYTES, "—"),
        (math.inf, Unit.COUNT, "—"),
        (0.8123, Unit.SHARE, "81 %"),
        (1.5 * 2**30, Unit.BYTES, "1.5 GiB"),
        (0.25, Unit.SECONDS, "250 ms"),
        (12_345.0, Unit.TOKENS, "12.3k tokens"),
        (1e-9, Unit.PER_S, "0/s"),
    ],
)
def test_a_value_has_its_unit(value: float | None, unit: Unit, text: str) -> None:
    assert value_text(value, unit) == text


def test_tokens_are_told_in_the_language_that_is_on(stage: Stage) -> None:
    stage.shell.languages.use("zh_CN")
    assert "tokens" not in value_text(5, Unit.TOKENS)


def test_round_values_at_an_axis_need_no_decimals() -> None:
    assert tick_text(64 * 2.0**20, Unit.BYTES) == "64 MiB"
    assert tick_text(0.05, Unit.SHARE) == "5 %"
    assert tick_text(0.0, Unit.BYTES_PER_S) == "0"
