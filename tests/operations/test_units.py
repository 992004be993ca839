from __future__ import annotations

import math

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.operations.units import Unit, parsed, told


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("80%", Unit.SHARE, 0.8), (0.8, Unit.SHARE, 0.8), ("0.8", Unit.SHARE, 0.8),
        ("1.5GiB", Unit.BYTES, 1.5 * 2**30), ("2 GB", Unit.BYTES, 2e9), ("500", Unit.BYTES, 500),
        ("10MiB/s", Unit.BYTES_PER_S, 10 * 2**20), ("250ms", Unit.SECONDS, 0.25), ("3d", Unit.SECONDS, 259_200),
        ("36h", Unit.SECONDS, 129_600), ("3", Unit.COUNT, 3), ("10/min", Unit.PER_MIN, 10), ("1/s", Unit.PER_MIN, 60),
        ("60/min", Unit.PER_S, 1), ("$5", Unit.DOLLARS, 5), ("5 USD", Unit.DOLLARS, 5), ("10k", Unit.TOKENS, 10_000),
    ],
)  # fmt: skip
def test_a_value_with_its_unit_is_understood(written: float | str, unit: Unit, value: float) -> None:
    assert parsed(written, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("80 apples", Unit.SHARE), ("80%", Unit.BYTES), ("5 GiB", Unit.SECONDS), ("much", Unit.COUNT), ("", Unit.COUNT),
        (math.nan, Unit.COUNT), (math.inf, Unit.BYTES), ("3 %", Unit.DOLLARS), ("1,5", Unit.SHARE),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_with_a_way_on(written: float | str, unit: Unit) -> None:
    with pytest.raises(BadInput) as refused:
        parsed(written, unit)
    assert "Write a number" in refused.value.hint


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.81, Unit.SHARE, "81 %"), (0.005, Unit.SHARE, "0.5 %"), (1.5 * 2**30, Unit.BYTES, "1.5 GiB"),
        (12, Unit.BYTES, "12 B"), (2**20, Unit.BYTES_PER_S, "1.0 MiB/s"), (0.25, Unit.SECONDS, "250 ms"),
        (0.00016, Unit.SECONDS, "0.16 ms"), (0.0044, Unit.SECONDS, "4.4 ms"), (0.0, Unit.SECONDS, "0 ms"),
        (90, Unit.SECONDS, "90 s"), (600, Unit.SECONDS, "10 min"), (129_600, Unit.SECONDS, "36.0 h"),
        (259_200, Unit.SECONDS, "3.0 d"), (12.0, Unit.PER_MIN, "12/min"), (0.123, Unit.PER_S, "0.123/s"),
        (1234.5, Unit.DOLLARS, "$1,234.50"), (1500, Unit.TOKENS, "1,500 tokens"), (3, Unit.COUNT, "3"),
        (math.nan, Unit.COUNT, "not known"), (2**50, Unit.BYTES, "1024.0 TiB"),
    ],
)  # fmt: skip
def test_a_value_reads_as_people_write_it(value: float, unit: Unit, text: str) -> None:
    assert told(value, unit) == text
