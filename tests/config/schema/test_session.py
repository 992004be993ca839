"""Sessions have Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.session import Reset, Session


def test_defaults_are_clawdbots() -> None:
    session = Session()
    assert (session.scope, session.dm_scope, session.main_key) == ("per-sender", "main", "main")
    assert (session.reset, session.reset_triggers) == (None, ("/new", "/reset"))
    assert (session.send_policy, session.identity_links) == (None, {})
    assert (Reset().mode, Reset().at_hour, Reset().idle_minutes) == ("daily", 4, None)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Session.model_validate({"reset": {"atHour": 24}})
