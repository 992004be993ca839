"""Kinds, channels and names of conversations, as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tools.tool_stage import tool_stage

from clawd_desktop.core.errors import NotFound
from clawd_desktop.tools.session_view import channel, delivery, find, kind


@pytest.mark.parametrize(
    ("key", "sort"),
    [
        ("agent:main:main", "main"),
        ("agent:work:main", "main"),
        ("agent:main:hook:x", "hook"),
        ("agent:main:cron:x", "cron"),
        ("agent:main:node-x", "node"),
        ("agent:main:telegram:group:1", "group"),
        ("agent:main:slack:channel:1", "group"),
        ("agent:main:openai:x", "other"),
        ("global", "global"),
    ],
)
def test_kinds(key: str, sort: str) -> None:
    assert kind(key, "main") == sort


@pytest.mark.parametrize(
    ("key", "sort", "raw", "name"),
    [
        ("agent:main:hook:x", "hook", {"lastChannel": "a"}, "internal"),
        ("agent:main:main", "main", {"channel": "a", "lastChannel": "b"}, "a"),
        ("agent:main:main", "main", {"lastChannel": "b"}, "b"),
        ("agent:main:telegram:group:1", "group", {}, "telegram"),
        ("agent:main:main", "main", {}, "unknown"),
    ],
)
def test_channels(key: str, sort: str, raw: Any, name: str) -> None:
    assert channel(key, sort, raw) == name


async def test_found_by_key_or_session_id(tmp_path: Path) -> None:
    async with tool_stage(tmp_path, "main") as stage:
        entry = find(stage.store, stage, "main")
        assert find(stage.store, stage, entry.session_id) == entry
        for unknown in ("none", "a" * 600):
            with pytest.raises(NotFound, match="use the full sessionKey"):
                find(stage.store, stage, unknown)


def test_where_answers_go() -> None:
    assert delivery({"deliveryContext": {"channel": "a", "to": "", "x": 1}}) == {"channel": "a"}
    assert delivery({}) == {}
