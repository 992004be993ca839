"""The heartbeat has Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.heartbeat import Heartbeat, HeartbeatDisplay


def test_defaults_are_clawdbots() -> None:
    heartbeat = Heartbeat()
    assert (heartbeat.every, heartbeat.ack_max_chars, heartbeat.include_reasoning) == ("30m", 300, False)
    assert heartbeat.prompt.endswith("reply HEARTBEAT_OK.")
    display = HeartbeatDisplay()
    assert (display.show_ok, display.show_alerts, display.use_indicator) == (False, True, True)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Heartbeat.model_validate({"every": "often"})
