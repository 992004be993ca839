"""Why an alert fired: the sentence, and the graph with its limit and the time it stood."""

from __future__ import annotations

from array import array

import pytest
from ui.alerts.test_words import ALERT
from ui.staging import NOW, Stage, texts

from clawd_desktop.operations.alert_desk import Why
from clawd_desktop.operations.series import Series
from clawd_desktop.ui.alerts.why import WhyDialog
from clawd_desktop.ui.widgets.graph import loading

pytestmark = pytest.mark.qt


@pytest.mark.parametrize("count", [0, 1, 40])
async def test_it_shows_the_stretch_with_its_limit(stage: Stage, count: int) -> None:
    await loading.load()
    times = array("d", (NOW - 15_000.0 * number for number in range(count, 0, -1)))
    values = array("d", (0.9 for _ in range(count)))
    series = Series("system.cpuUsage", 15_000, times, values, values, values)
    dialog = WhyDialog(
        stage.services.theme, Why(ALERT, "CPU above 80 % for 60 s", series, NOW - 60_000, NOW), NOW, None
    )
    dialog.show()
    said = texts(dialog)
    assert "CPU above 80 % for 60 s" in said
    assert "The processor is busy" in said
    assert dialog.graph.plot is not None
    assert dialog.graph.span.since_ms < dialog.graph.span.until_ms
    dialog.close()
    dialog.deleteLater()
