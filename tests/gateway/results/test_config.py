"""What a Clawdbot 2026.1.24 gateway was seen to answer about its configuration fits our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.config import ConfigApplied, ConfigSaved, ConfigSchema, ConfigSnapshot


def test_a_snapshot_may_lack_its_file() -> None:
    seen = {
        "path": "/c", "exists": False, "raw": None, "parsed": {}, "valid": True, "config": {"a": [1]}, "hash": "",
        "issues": [{"path": "a.b", "message": "m"}], "warnings": [], "legacyIssues": [],
    }  # fmt: skip
    assert misfit(ConfigSnapshot, seen) == ""
    assert "issues.0.path" in misfit(ConfigSnapshot, seen | {"issues": [{"message": "m"}]})


def test_a_change_and_its_restart() -> None:
    saved = {"ok": True, "path": "/c", "config": {}}
    restart = {"ok": True, "pid": 1, "signal": "SIGUSR1", "delayMs": 2000, "reason": "config.patch", "mode": "emit"}
    payload = {"kind": "config-apply", "status": "ok", "ts": 1, "message": None, "stats": {"mode": "m", "root": "r"}}
    assert misfit(ConfigSaved, saved) == ""
    assert misfit(ConfigApplied, saved | {"restart": restart, "sentinel": {"path": None, "payload": payload}}) == ""
    assert "restart" in misfit(ConfigApplied, saved)


def test_hints_for_forms() -> None:
    hint = {"label": "L", "group": "G", "order": 1, "sensitive": True}
    seen = {"schema": {}, "uiHints": {"a.b": hint}, "version": "1", "generatedAt": 5}
    assert misfit(ConfigSchema, seen) == ""
    assert "uiHints.`a.b`.secret" in misfit(ConfigSchema, seen | {"uiHints": {"a.b": hint | {"secret": 1}}})
