"""A model is chosen by a text or by an object."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.model_choice import ModelChoice


def test_defaults_are_clawdbots() -> None:
    assert ModelChoice.model_validate("a/b").primary == "a/b"
    choice = ModelChoice.model_validate({"primary": "a/b", "fallbacks": ["c/d"]})
    assert (choice.primary, choice.fallbacks) == ("a/b", ("c/d",))
    assert ModelChoice().primary == ""


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        ModelChoice.model_validate(["a/b"])
