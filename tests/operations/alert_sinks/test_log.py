"""An alert is one warning line of the subsystem alerts."""

from __future__ import annotations

import pytest
from alert_messages import DISK

from clawd_desktop.operations.alert_sinks.log import LogSink


async def test_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    await LogSink().send(DISK)
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("clawd.alerts", "WARNING")
    assert record.getMessage() == "raised: [warning] The disk is nearly full: Free disk is 1.0 GiB. Free some."
