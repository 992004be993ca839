"""The table of providers is complete enough to work with just a key."""

from __future__ import annotations

import pytest

from clawd_desktop.models.catalog import PROTOCOLS
from clawd_desktop.models.providers import BY_ID, KNOWN_PROVIDERS, ProviderFacts


@pytest.mark.parametrize("facts", KNOWN_PROVIDERS, ids=lambda facts: facts.id)
def test_each_row_can_be_used(facts: ProviderFacts) -> None:
    assert facts.api in PROTOCOLS
    assert facts.base_url.startswith("https://") == bool(facts.key_variables)
    assert bool(facts.key_page) == bool(facts.key_variables)
    assert not facts.base_url.endswith("/")


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(KNOWN_PROVIDERS)
