"""An entry keeps every key, gives what others ask for, and changes as Clawdbot's does."""

from __future__ import annotations

import sys

from clawd_desktop.storage.session_entry import after_reset, changed, entry_of
from clawd_desktop.storage.session_keys import is_session_id

RAW = {
    "sessionId": "s1",
    "updatedAt": 1000,
    "sessionFile": "/x/s1.jsonl",
    "label": "Trip",
    "thinkingLevel": "high",
    "verboseLevel": "on",
    "reasoningLevel": "stream",
    "sendPolicy": "allow",
    "providerOverride": "openai",
    "modelOverride": "gpt-5",
    "model": "gpt-5",
    "inputTokens": 1,
    "outputTokens": 2,
    "totalTokens": 3,
    "lastChannel": "telegram",
    "lastTo": "42",
    "systemPromptReport": {"x": 1},
    "compactionCount": 4,
    "somethingNew": [None, {"deep": 1.5}],
}
ENTRY = entry_of("agent:main:main", "main", RAW)


def test_every_key_is_kept() -> None:
    assert ENTRY.raw == RAW
    ENTRY.raw["label"] = "changed by a reader"
    assert ENTRY.label == "Trip"


def test_what_others_ask_for() -> None:
    assert (ENTRY.session_id, ENTRY.updated_at, ENTRY.session_file) == ("s1", 1000, "/x/s1.jsonl")
    assert (ENTRY.thinking_level, ENTRY.verbose_level, ENTRY.send_policy) == ("high", "on", "allow")
    assert (ENTRY.input_tokens, ENTRY.output_tokens, ENTRY.total_tokens) == (1, 2, 3)
    assert ENTRY.model_override == "openai/gpt-5"


def test_an_empty_entry() -> None:
    entry = entry_of("k", "main", {"updatedAt": None, "modelOverride": 5, "sessionId": []})
    assert (entry.session_id, entry.updated_at, entry.label, entry.model_override) == ("", 0, "", None)
    assert entry_of("k", "main", {"modelOverride": "a/b"}).model_override == "a/b"


def test_changes() -> None:
    after = changed(ENTRY, {"label": None, "verboseLevel": "full", "new": False}, 5000)
    assert "label" not in after.raw
    assert (after.verbose_level, after.updated_at, after.raw["new"]) == ("full", 5000, False)
    assert after.raw["somethingNew"] == RAW["somethingNew"]


def test_nulls_that_were_there_before_stay() -> None:
    assert changed(entry_of("k", "main", {"odd": None}), {"label": "x"}, 1).raw["odd"] is None


def test_g03_a_clock_that_jumps_back_does_not_make_an_entry_older() -> None:
    assert changed(ENTRY, {}, 10).updated_at == 1000
    assert changed(ENTRY, {"updatedAt": 7000}, 10).updated_at == 7000


def test_reset() -> None:
    fresh = after_reset(ENTRY, 9000)
    raw = fresh.raw
    assert is_session_id(fresh.session_id)
    assert fresh.session_id != "s1"
    for kept in (
        "thinkingLevel",
        "verboseLevel",
        "reasoningLevel",
        "label",
        "sendPolicy",
        "model",
        "lastChannel",
        "lastTo",
    ):
        assert raw[kept] == RAW[kept]
    assert (fresh.model_override, fresh.updated_at) == ("openai/gpt-5", 9000)
    assert (raw["inputTokens"], raw["outputTokens"], raw["totalTokens"]) == (0, 0, 0)
    assert not {"systemPromptReport", "compactionCount", "sessionFile"} & set(raw)


def test_an_entry_is_slim() -> None:
    assert sys.getsizeof(ENTRY) + sys.getsizeof(ENTRY.encoded) < 900
