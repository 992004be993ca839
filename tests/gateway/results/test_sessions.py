"""What a Clawdbot 2026.1.24 gateway was seen to answer about conversations fits our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.methods.session_rows import SHOWN
from clawd_desktop.gateway.results.sessions import (
    PreviewList,
    SessionCompacted,
    SessionDescribed,
    SessionList,
    SessionRow,
)

ROW = {"key": "agent:main:main", "kind": "direct", "updatedAt": 1, "totalTokens": 5, "origin": {"provider": "webchat"}}


def test_a_list() -> None:
    defaults = {"modelProvider": "p", "model": "m", "contextTokens": 1}
    seen = {"ts": 1, "path": "(multiple)", "count": 1, "defaults": defaults, "sessions": [ROW]}
    assert misfit(SessionList, seen) == ""
    assert "sessions.0.sessionFile" in misfit(SessionList, seen | {"sessions": [ROW | {"sessionFile": "x"}]})


def test_a_row_names_everything_that_is_shown_of_an_entry() -> None:
    assert set(SHOWN) <= set(SessionRow.__annotations__)


def test_a_preview_of_what_is_missing() -> None:
    assert misfit(PreviewList, {"ts": 1, "previews": [{"key": "k", "status": "missing", "items": []}]}) == ""
    assert misfit(PreviewList, {"ts": 1, "previews": [{"key": "k", "status": "gone", "items": []}]})


def test_nothing_to_compact() -> None:
    assert misfit(SessionCompacted, {"ok": True, "key": "k", "compacted": False, "reason": "no transcript"}) == ""


def test_an_idle_session_has_no_run() -> None:
    seen = {"key": "k", "exists": True, "status": "idle", "activeRunId": None, "lastActivityAt": 5}
    assert misfit(SessionDescribed, seen) == ""
    assert misfit(SessionDescribed, seen | {"lastActivityAt": None}), "absent, never null"
