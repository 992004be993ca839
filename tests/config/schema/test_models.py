"""Models have Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.models import Models


def test_defaults_are_clawdbots() -> None:
    raw = {"providers": {"own": {"baseUrl": "http://x/v1", "models": [{"id": "m"}]}}}
    models = Models.model_validate(raw)
    entry = models.providers["own"].models[0]
    assert (models.mode, entry.context_window, entry.max_tokens, entry.input) == ("merge", 200_000, 8_192, ("text",))
    assert (entry.cost.input, entry.cost.cache_write, entry.reasoning, entry.name) == (0, 0, False, "")
    assert (models.providers["own"].api_key, models.providers["own"].headers) == (None, {})


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Models.model_validate({"providers": {"p": {"api": "smoke-signals"}}})
