"""The log has Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.logs import Diagnostics, Logging


def test_defaults_are_clawdbots() -> None:
    logging = Logging()
    assert (logging.level, logging.console_style, logging.redact_sensitive) == ("info", "pretty", "tools")
    assert (logging.file, logging.retention.max_size) == (None, "100MB")
    assert Diagnostics().enabled is False


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Logging.model_validate({"redactPatterns": ["("]})
