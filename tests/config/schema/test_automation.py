"""The cron and hooks sections have Clawdbot's defaults and rules."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.automation import Cron, Hooks


def test_defaults_are_clawdbots() -> None:
    assert (Cron().enabled, Cron().max_concurrent_runs) == (True, 1)
    hooks = Hooks()
    assert (hooks.enabled, hooks.path, hooks.max_body_bytes, hooks.token) == (False, "/hooks", 262_144, None)


def test_hooks_need_a_token() -> None:
    with pytest.raises(ValidationError, match="needs hooks.token"):
        Hooks.model_validate({"enabled": True})
    assert Hooks.model_validate({"enabled": True, "token": "t"}).enabled


def test_mappings_are_understood() -> None:
    raw = {"mappings": [{"match": {"path": "gmail"}, "action": "wake", "textTemplate": "{{x}}"}]}
    mapping = Hooks.model_validate(raw).mappings[0]
    assert (mapping.match.path, mapping.action, mapping.allow_unsafe_external_content) == ("gmail", "wake", False)
