"""Zooming and panning keep what they promise."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.widgets.graph.span import NARROWEST_MS, WIDEST_MS, Span

pytestmark = pytest.mark.qt
HOUR = Span(0, 3_600_000)


def test_zooming_keeps_the_moment_in_its_place() -> None:
    near = HOUR.zoomed(0.5, 900_000)
    assert near == Span(450_000, 2_250_000)
    assert (900_000 - near.since_ms) / near.width_ms == 0.25


@pytest.mark.parametrize(("factor", "width"), [(1e-9, NARROWEST_MS), (1e9, WIDEST_MS)])
def test_it_is_never_too_narrow_nor_too_wide(factor: float, width: int) -> None:
    assert HOUR.zoomed(factor, 0).width_ms == width


def test_it_moves_and_does_not_go_into_the_future() -> None:
    assert HOUR.moved(-1_000) == Span(-1_000, 3_599_000)
    assert HOUR.moved(5_000).within(3_600_000) == HOUR
    assert HOUR.within(9_000_000) == HOUR


@pytest.mark.parametrize(
    ("moment", "expected"), [(10, HOUR), (-500, Span(-500, 3_599_500)), (3_700_000, Span(100_000, 3_700_000))]
)
def test_it_comes_along_with_the_cursor(moment: int, expected: Span) -> None:
    assert HOUR.around(moment) == expected
