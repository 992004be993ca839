"""How one conversation looks in a list."""

from __future__ import annotations

import pytest

from clawd_desktop.gateway.methods.session_rows import Wanted, matches, preview_item, row
from clawd_desktop.storage.session_entry import entry_of

DIRECT = frozenset({"direct", "group"})


def test_a_row_shows_what_is_known_and_nothing_else() -> None:
    raw = {
        "sessionId": "s",
        "updatedAt": 5,
        "label": "L",
        "skillsSnapshot": {"big": 1},
        "model": None,
        "totalTokens": 7,
    }
    entry = entry_of("agent:main:main", "main", raw)
    assert row(entry, raw, titled=True) == {
        "key": "agent:main:main", "kind": "direct", "updatedAt": 5, "label": "L", "sessionId": "s", "totalTokens": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "raw", "wanted", "expected"),
    [
        ("agent:main:main", {}, Wanted(DIRECT), True),
        ("global", {}, Wanted(DIRECT), False),
        ("global", {}, Wanted(DIRECT | {"global"}), True),
        ("agent:main:x", {"label": "A"}, Wanted(DIRECT, label="A"), True),
        ("agent:main:x", {"label": "B"}, Wanted(DIRECT, label="A"), False),
        ("agent:main:x", {"spawnedBy": "p"}, Wanted(DIRECT, spawned_by="q"), False),
        ("agent:main:x", {"subject": "Straße"}, Wanted(DIRECT, search="strasse"), True),
        ("agent:main:x", {}, Wanted(DIRECT, search="main:x"), True),
    ],
)
def test_which_belong_into_a_list(key: str, raw: dict[str, object], wanted: Wanted, expected: bool) -> None:
    assert matches(key, raw, wanted) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "user", "content": "a\n b"}, {"role": "user", "text": "a b"}),
        ({"role": "toolResult", "content": []}, {"role": "tool", "text": ""}),
        ({"role": "weird", "content": [{"type": "text", "text": "x"}]}, {"role": "other", "text": "x"}),
        (
            {"role": "assistant", "content": [{"type": "toolCall", "name": n} for n in "abcd"]},
            {"role": "assistant", "text": "call a, b +2"},
        ),
        ({"role": "user", "content": [{"type": "image"}]}, {"role": "user", "text": "[image]"}),
        ({"role": "assistant", "content": [{"type": "thinking", "thinking": "x"}]}, {"role": "assistant", "text": ""}),
    ],
)
def test_previews_are_short_plain_lines(message: dict[str, object], expected: dict[str, str]) -> None:
    assert preview_item(message, 40) == expected  # type: ignore[arg-type]
