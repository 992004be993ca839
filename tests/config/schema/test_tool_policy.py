"""Running commands has Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.tool_policy import AgentTools, Exec, Policy


def test_defaults_are_clawdbots() -> None:
    command = Exec()
    assert (command.host, command.security, command.ask) == ("sandbox", None, "on-miss")
    assert (command.background_ms, command.timeout_sec, command.notify_on_exit) == (10_000, 1_800, True)
    assert (Policy().allow, Policy().deny, AgentTools().exec) == (None, None, None)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        AgentTools.model_validate({"profile": "all"})
