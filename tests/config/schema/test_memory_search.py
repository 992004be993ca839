"""Memory search has Clawdbot's defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema.memory_search import MemorySearch


def test_defaults_are_clawdbots() -> None:
    search = MemorySearch()
    assert (search.query.max_results, search.query.min_score) == (6, 0.35)
    assert (search.sources, search.provider) == (("memory",), "auto")


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        MemorySearch.model_validate({"query": {"minScore": 2}})
