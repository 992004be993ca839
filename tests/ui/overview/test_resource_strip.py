"""The strip of resources says the newest values and draws the last minutes."""

from __future__ import annotations

import pytest
from ui.staging import NOW, Stage, texts

from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.ring import Ring
from clawd_desktop.ui.overview.resource_strip import SPARKS, STRETCH_MS, ResourceStrip

pytestmark = pytest.mark.qt


def test_it_shows_values_and_their_past(stage: Stage) -> None:
    ring, strip = Ring(), ResourceStrip(stage.services.theme)
    strip.show_recent(ring, NOW)
    assert texts(strip).count("—") == len(SPARKS)
    for number in range(200):
        at = NOW - STRETCH_MS - 600_000 + number * 15_000
        ring.add(at, {"system.cpuUsage": 0.5, "process.memory": 100.0 * 2**20, "loop.lagP95": 0.004})
    strip.show_recent(ring, NOW)
    assert {"50 %", "100.0 MiB", "4 ms"} <= set(texts(strip))
    for _, _, line in strip._sparks:
        assert line.pieces()
        assert line._values[0][0] >= NOW - STRETCH_MS
        assert line.accessibleName().startswith("The last 30 minutes of")


def test_each_is_a_metric_of_the_table_in_its_unit() -> None:
    assert [BY_NAME[spark.key].unit for spark in SPARKS] == [spark.unit for spark in SPARKS]
