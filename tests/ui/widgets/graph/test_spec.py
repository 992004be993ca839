"""What a graph is told is frozen and says nothing more than it was given."""

from __future__ import annotations

import dataclasses

import pytest

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.spec import GraphData, GraphSpec, Line

pytestmark = pytest.mark.qt


def test_a_line_shows_its_series_as_it_is_unless_told_otherwise() -> None:
    line = Line("system.cpuUsage", "CPU")
    assert (line.factor, line.rate) == (1.0, False)
    assert GraphSpec("x", "X", Unit.COUNT, (line,)).top is None
    assert GraphData(()).shades == ()


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Line("a", "A").title = "B"  # type: ignore[misc]
