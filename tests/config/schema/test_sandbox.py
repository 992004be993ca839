"""The sandbox has Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.sandbox import Sandbox


def test_defaults_are_clawdbots() -> None:
    sandbox = Sandbox()
    assert (sandbox.mode, sandbox.scope, sandbox.workspace_access) == ("off", "agent", "none")
    assert (sandbox.docker.network, sandbox.docker.read_only_root, sandbox.docker.cap_drop) == ("none", True, ("ALL",))
    assert (sandbox.browser.cdp_port, sandbox.browser.no_vnc_port) == (9222, 6080)
    assert (sandbox.prune.idle_hours, sandbox.prune.max_age_days) == (24, 7)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Sandbox.model_validate({"mode": "maybe"})
