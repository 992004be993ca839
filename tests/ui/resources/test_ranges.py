"""How far back, and how often."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.resources.ranges import RANGES, refresh_ms
from clawd_desktop.ui.widgets.graph.span import Span

pytestmark = pytest.mark.qt


def test_the_four_ranges_end_now() -> None:
    assert [one.id for one in RANGES] == ["5m", "1h", "24h", "30d"]
    assert [one.span(10**12).until_ms for one in RANGES] == [10**12] * 4
    assert [one.width_ms // 60_000 for one in RANGES] == [5, 60, 1_440, 43_200]


@pytest.mark.parametrize(("width_s", "every_s"), [(300, 2), (3_600, 9), (86_400, 216), (2_592_000, 6_480)])
def test_a_long_range_is_read_seldom(width_s: int, every_s: int) -> None:
    assert refresh_ms(Span(0, width_s * 1_000)) == every_s * 1_000
