"""Tools have Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.tools import Tools


def test_defaults_are_clawdbots() -> None:
    tools = Tools()
    assert (tools.profile, tools.allow, tools.exec.ask) == (None, None, "on-miss")
    assert (tools.web.search.provider, tools.web.fetch.max_redirects) == ("brave", 3)
    assert (tools.elevated.enabled, tools.agent_to_agent.enabled) == (True, False)
    assert tools.message.cross_context.allow_across_providers is False


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Tools.model_validate({"exec": {"security": "some"}})
