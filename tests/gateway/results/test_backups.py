"""What is answered is checked against these types by tests/gateway/methods/test_every_row.py; here what they refuse."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.backups import BackupAttempt, BackupContent, BackupList

MADE = {
    "id": "a", "atMs": 1, "cause": "person", "ok": True, "path": "/b", "size": 1, "areas": ["config"], "sealed": False,
    "verifiedMs": 2, "tookS": 0.1, "warnings": [],
}  # fmt: skip


def test_what_does_not_fit() -> None:
    assert misfit(BackupAttempt, MADE) == ""
    assert misfit(BackupAttempt, MADE | {"path": None})
    assert misfit(BackupAttempt, MADE | {"areas": "config"})
    assert misfit(BackupList, {"backups": [MADE], "folders": [], "places": []}) == ""
    assert misfit(BackupList, {"backups": [MADE]})
    assert misfit(BackupContent, MADE)
