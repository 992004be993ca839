"""What is answered is checked against these types by tests/gateway/methods/test_every_row.py; here what they refuse."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.resources import CacheCleared, ResourceState, Suggestion

ROW = {
    "kind": "agent", "title": "Turns", "used": 0, "waiting": 0, "memory": 0, "needs": 1, "built": True, "holders": [],
    "waitedMs": 0,
}  # fmt: skip


def test_what_is_not_known_is_absent_and_never_null() -> None:
    assert misfit(ResourceState, ROW) == ""
    assert misfit(ResourceState, ROW | {"ceiling": 4, "reason": "why", "cause": "place"}) == ""
    assert misfit(ResourceState, ROW | {"ceiling": None})
    assert misfit(CacheCleared, {"ok": True})


def test_a_preset_that_there_is_not_does_not_fit() -> None:
    good = {"preset": "server", "machine": {"cores": 1.0, "memory": 1}, "settings": [], "patch": {}}
    assert misfit(Suggestion, good) == ""
    assert misfit(Suggestion, good | {"preset": "phone"})
