"""Skills as a Clawdbot 2026.1.24 gateway was seen to list them fit our types."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.skills import SkillsStatus, SkillUpdated

NEEDS: dict[str, list[str]] = {"bins": ["curl"], "anyBins": [], "env": [], "config": [], "os": []}
SKILL = {
    "name": "weather", "description": "d", "source": "clawdbot-bundled", "filePath": "/f", "baseDir": "/b",
    "skillKey": "weather", "emoji": "x", "always": False, "disabled": False, "blockedByAllowlist": False,
    "eligible": True, "requirements": NEEDS, "missing": NEEDS, "configChecks": [{"path": "p", "value": 1,
    "satisfied": True}], "install": [{"id": "brew", "kind": "brew", "label": "l", "bins": []}],
}  # fmt: skip


def test_a_skill() -> None:
    seen = {"workspaceDir": "/w", "managedSkillsDir": "/m", "skills": [SKILL]}
    assert misfit(SkillsStatus, seen) == ""
    assert "skills.0.missing.os" in misfit(
        SkillsStatus, seen | {"skills": [SKILL | {"missing": {key: NEEDS[key] for key in NEEDS if key != "os"}}]}
    )


def test_settings_of_a_skill() -> None:
    config = {"enabled": False, "apiKey": "keyring:x", "env": {"A": "b"}}
    assert misfit(SkillUpdated, {"ok": True, "skillKey": "weather", "config": config}) == ""
