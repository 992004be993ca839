"""curl calls tools by name; what the owner's policy hides is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from http_clients import Answer, curl
from running_gateway import Running, running

from clawd_desktop.config.schema import Config
from clawd_desktop.gateway.http.tools_invoke import policy_for
from clawd_desktop.tools.policy import allowed
from clawd_desktop.tools.tool import Asker


async def invoke(app: Running, tool: str, **more: object) -> Answer:
    return await curl(app, "/tools/invoke", body={"tool": tool, **more})


async def chatted(app: Running, *keys: str) -> None:
    async with app.client() as owner:
        for key in keys:
            await owner.call("chat.send", sessionKey=key, message=f"Hello {key}", idempotencyKey=f"k-{key}")
            await owner.until("chat", runId=f"k-{key}", state="final")


async def test_the_four_tools_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await chatted(app, "main", "hook:one")
        listed = await invoke(app, "sessions_list", args={"messageLimit": 5})
        assert listed.status == 200
        result = listed.json["result"]
        assert listed.json["ok"] is True
        assert json.loads(result["content"][0]["text"]) == result["details"]
        rows = {row["key"]: row for row in result["details"]["sessions"]}
        assert {key: row["kind"] for key, row in rows.items()} == {
            "agent:main:main": "main",
            "agent:main:hook:one": "hook",
        }
        assert [message["role"] for message in rows["agent:main:main"]["messages"]] == ["user", "assistant"]
        only = (await invoke(app, "sessions_list", args={"kinds": ["hook"]})).json["result"]["details"]
        assert [row["key"] for row in only["sessions"]] == ["agent:main:hook:one"]
        history = (await invoke(app, "sessions_history", args={"sessionKey": "main"})).json["result"]["details"]
        assert history["sessionKey"] == "agent:main:main"
        assert len(history["messages"]) == 2
        status = (await invoke(app, "session_status")).json["result"]["details"]
        assert status["sessionKey"] == "agent:main:main"
        assert "Model: test/echo" in status["statusText"]
        assert "Tokens: 10 in, 5 out" in status["statusText"]
        agents = (await invoke(app, "agents_list")).json["result"]["details"]
        assert agents == {"requester": "main", "allowAny": False, "agents": [{"id": "main", "configured": False}]}


async def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await chatted(app, "main")
        for dry, changed in ((True, False), (False, True), (False, False)):
            answer = await invoke(app, "session_status", args={"model": "test/other"}, dryRun=dry)
            assert answer.json["result"]["details"]["changedModel"] is changed


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        ({"tool": "exec"}, 404, {"ok": False, "error": {"type": "not_found", "message": "Tool not available: exec"}}),
        ({"tool": "read"}, 404, {"ok": False, "error": {"type": "not_found", "message": "Tool not available: read"}}),
        ({}, 400, {"error": {"message": "tools.invoke requires body.tool", "type": "invalid_request_error"}}),
        ("[]", 400, {"error": {"message": "tools.invoke requires body.tool", "type": "invalid_request_error"}}),
        ({"tool": "sessions_history"}, 400, {"ok": False, "error": {"type": "tool_error",
                                                                    "message": "sessionKey required"}}),
    ],
)  # fmt: skip
async def test_refusals_have_their_words(tmp_path: Path, body: object, status: int, answer: object) -> None:
    async with running(tmp_path) as app:
        got = await curl(app, "/tools/invoke", body=body)
        assert (got.status, got.json) == (status, answer)


async def test_more_refusals(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        assert (await curl(app, "/tools/invoke")).status == 405
        nobody = await curl(app, "/tools/invoke", body={"tool": "sessions_list"}, token=None)
        assert (nobody.status, nobody.json) == (401, {"error": {"message": "Unauthorized", "type": "unauthorized"}})
        bad = await curl(app, "/tools/invoke", body="{bad")
        assert (bad.status, bad.json["error"]["type"]) == (400, "invalid_request_error")
        unknown = await invoke(app, "sessions_history", args={"sessionKey": "agent:main:none"})
        assert (unknown.status, unknown.json["error"]["type"]) == (400, "tool_error")
        wrong = await invoke(app, "sessions_list", args={"limit": "many"})
        assert (wrong.status, wrong.json["error"]["message"]) == (400, "limit must be a number")
        key = await invoke(app, "sessions_list", sessionKey="a" * 600)
        assert (key.status, key.json["error"]["type"]) == (400, "invalid_request_error")


async def test_the_policy_counts_without_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner:
        await chatted(app, "main")
        assert (await invoke(app, "sessions_list")).status == 200
        shot: Any = await owner.call("config.get")
        await owner.call("config.patch", raw='{"tools": {"deny": ["Sessions_*"]}}', baseHash=shot["hash"])
        assert (await invoke(app, "sessions_list")).status == 404
        assert (await invoke(app, "session_status")).status == 200


async def test_other_agents_are_out_of_reach_unless_allowed(tmp_path: Path) -> None:
    agents = {"list": [{"id": "main", "default": True}, {"id": "work"}], "defaults": {"workspace": "w"}}
    async with running(tmp_path, agents={**agents, "defaults": {"model": {"primary": "test/echo"}}}) as app:
        await chatted(app, "main", "agent:work:x")
        rows = (await invoke(app, "sessions_list")).json["result"]["details"]["sessions"]
        assert [row["key"] for row in rows] == ["agent:main:main"]
        for tool in ("sessions_history", "session_status"):
            answer = await invoke(app, tool, args={"sessionKey": "agent:work:x"})
            assert (answer.status, "disabled" in answer.json["error"]["message"]) == (400, True)
        own = await invoke(app, "sessions_list", sessionKey="agent:work:main")
        assert [row["key"] for row in own.json["result"]["details"]["sessions"]] == ["agent:work:x"]


@pytest.mark.parametrize(
    ("key", "channel", "tool", "may"),
    [
        ("agent:main:main", "", "sessions_list", True),
        ("agent:main:telegram:group:1", "", "sessions_list", False),
        ("agent:main:telegram:group:1:topic:5", "", "sessions_list", False),
        ("agent:main:telegram:group:2", "", "sessions_list", True),
        ("agent:main:telegram:group:2", "", "agents_list", False),
        ("agent:main:slack:group:1", "", "sessions_list", True),
        ("agent:main:slack:group:1", "Telegram", "sessions_list", False),
        ("agent:main:subagent:x", "", "sessions_list", False),
        ("agent:work:main", "", "sessions_list", False),
        ("agent:work:main", "", "session_status", True),
    ],
)
def test_the_layers_of_a_session(key: str, channel: str, tool: str, may: bool) -> None:
    groups = {"1": {"tools": {"deny": ["sessions_list"]}}, "*": {"tools": {"deny": ["agents_list"]}}}
    raw: Any = {
        "channels": {"telegram": {"groups": groups}},
        "agents": {"list": [{"id": "main"}, {"id": "work", "tools": {"profile": "minimal"}}]},
    }
    asker = Asker(key, key.split(":")[1])
    assert allowed(tool, policy_for(Config.model_validate(raw), asker, channel)) is may
