"""Messages and commands have Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.messages import Approvals, Broadcast, Commands, Messages


def test_defaults_are_clawdbots() -> None:
    messages, commands = Messages(), Commands()
    assert (messages.queue.mode, messages.queue.cap, messages.queue.drop) == ("collect", 20, "summarize")
    assert (messages.queue.debounce_ms, messages.ack_reaction_scope) == (1000, "group-mentions")
    assert (commands.native, commands.text, commands.bash, commands.config) == ("auto", True, False, False)
    assert (Broadcast().strategy, Approvals().exec.mode) == ("parallel", "session")


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Messages.model_validate({"queue": {"mode": "wait"}})
