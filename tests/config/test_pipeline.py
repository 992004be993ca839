"""The steps from text to configuration come in their order."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.config.pipeline import load, nothing

FILE = Path("/nowhere/clawdbot.json")


def test_each_step_sees_what_the_one_before_made() -> None:
    files = {"part.json": b"{agent: {model: '${MODEL}'}}"}
    text = "{$include: 'part.json', env: {MODEL: 'a/${NAME}'}, gateway: {port: 1, port: 2}, odd: 1}"
    result = load(text, FILE, {"NAME": "b", "OPENCLAW_GATEWAY_PORT": "99"}, lambda path: files[path.name])
    assert result.config.agents.defaults.model.primary == "a/b"
    assert result.config.gateway.port == 99
    assert result.source["agents"] == {"defaults": {"model": {"primary": "${MODEL}"}}}
    assert result.parsed["$include"] == "part.json"
    assert [issue.path for issue in result.issues] == ["gateway.port"]
    assert [issue.path for issue in result.warnings] == ["odd"]
    assert [issue.path for issue in result.legacy] == ["agent.model"]
    assert [path.name for path in result.files] == ["part.json"]


def test_without_a_file_the_environment_still_counts() -> None:
    assert nothing({"CLAWDBOT_GATEWAY_PORT": "99"}).config.gateway.port == 99


def test_a_variable_cannot_stand_for_itself() -> None:
    result = load("{env: {A: '${A}'}, talk: {apiKey: '${A}'}}", FILE, {}, lambda path: b"")
    assert [issue.path for issue in result.issues] == ["env.A", "talk.apiKey"]
