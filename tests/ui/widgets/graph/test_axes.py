"""The axes write round times and values in their unit."""

from __future__ import annotations

from datetime import datetime

import pytest
from ui.staging import Stage

from clawd_desktop.operations.units import Unit
from clawd_desktop.ui.widgets.graph.axes import TimeAxis, ValueAxis
from clawd_desktop.ui.widgets.graph.ticks import Scale

pytestmark = pytest.mark.qt


def test_times_stand_below(stage: Stage) -> None:
    axis = TimeAxis()
    begin = datetime(2026, 6, 1, 9, 1).timestamp()
    ((_, moments),) = axis.tickValues(begin, begin + 3_600, 400.0)
    assert axis.tickStrings(moments, 1.0, 1.0) == ["09:10", "09:20", "09:30", "09:40", "09:50", "10:00"]


def test_values_stand_at_the_left(stage: Stage) -> None:
    axis = ValueAxis(Unit.BYTES)
    axis.show_scale(Scale(128.0 * 2**20, 64.0 * 2**20))
    ((_, values),) = axis.tickValues(0, 1, 100)
    assert axis.tickStrings(values, 1.0, 1.0) == ["0", "64 MiB", "128 MiB"]
