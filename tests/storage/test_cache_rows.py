"""The table of kinds: what does not exist yet stands in it, and the configuration wins."""

from __future__ import annotations

from clawd_desktop.storage.cache_rows import BY_NAME, NAMESPACES, CacheLimits


def test_all_that_will_be_cached_has_its_row_and_time() -> None:
    assert {row.name for row in NAMESPACES} >= {
        "models", "catalog", "avatars", "web_fetch", "web_search", "link_previews", "embeddings",
    }  # fmt: skip
    assert len(BY_NAME) == len(NAMESPACES)
    assert all(row.help for row in NAMESPACES)
    assert BY_NAME["web_fetch"].ttl_s == 15 * 60


def test_the_configuration_wins_over_the_row_and_the_row_over_the_general_time() -> None:
    limits = CacheLimits(ttl_s=7, ttls_s={"web_fetch": 60})
    assert limits.ttl_of(BY_NAME["web_fetch"]) == 60
    assert limits.ttl_of(BY_NAME["embeddings"]) == 30 * 86_400
    from dataclasses import replace

    assert limits.ttl_of(replace(BY_NAME["embeddings"], ttl_s=None)) == 7
