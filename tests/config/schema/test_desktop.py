"""What is seen and heard has Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.desktop import Browser, CanvasHost, Discovery, Talk, Ui


def test_defaults_are_clawdbots() -> None:
    assert (Browser().enabled, Browser().remote_cdp_timeout_ms, Browser().default_profile) == (True, 1500, "chrome")
    assert (CanvasHost().port, CanvasHost().enabled, CanvasHost().live_reload) == (18793, True, True)
    assert CanvasHost().root is None  # canvas in the workspace, which is Clawdbot's ~/clawd/canvas by default
    assert (Discovery().mdns.mode, Discovery().wide_area.enabled) == ("minimal", False)
    assert Talk().interrupt_on_speech is True
    assert (Ui().seam_color, Ui().assistant.name, Ui().assistant.avatar) == (None, None, None)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Ui.model_validate({"assistant": {"name": "x" * 51}})
