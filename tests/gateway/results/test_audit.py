"""The shape of what audit.list answers."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.audit import AuditRows

ROW = {"seq": 1, "ts": 5, "actor": "a", "act": "b", "subject": "c", "ok": True}


def test_pages() -> None:
    assert misfit(AuditRows, {"entries": [ROW, {**ROW, "detail": "d"}], "before": 1}) == ""
    assert misfit(AuditRows, {"entries": []}) == ""
    assert misfit(AuditRows, {"entries": [{**ROW, "text": "x"}]}) != ""
