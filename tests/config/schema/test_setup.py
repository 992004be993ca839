"""Small sections have Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.setup import AuthOrder, Env, Meta, Skills, Update


def test_defaults_are_clawdbots() -> None:
    assert (Env().shell_env.enabled, Env().shell_env.timeout_ms, Env().vars) == (False, 15_000, {})
    assert (AuthOrder().cooldowns.billing_backoff_hours, AuthOrder().cooldowns.billing_max_hours) == (5, 24)
    assert (Skills().load.watch, Skills().load.watch_debounce_ms, Skills().allow_bundled) == (True, 250, None)
    assert (Update().channel, Meta().last_touched_version) == ("stable", None)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Env.model_validate({"vars": {"A": {}}})
