"""Clawdbot's own client code calls our methods and gets what it gets from its own gateway."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gateway.methods.upstream_names import NAMES
from running_gateway import running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
MAIN = "agent:main:main"
# Method, parameters, and the keys that a Clawdbot 2026.1.24 gateway was seen to answer.
READS = (
    ("health", {}, {"ok", "ts", "durationMs", "channels", "channelOrder", "channelLabels", "heartbeatSeconds",
                    "defaultAgentId", "agents", "sessions"}),
    ("status", {}, {"heartbeat", "channelSummary", "queuedSystemEvents", "sessions"}),
    ("config.get", {}, {"path", "exists", "raw", "parsed", "valid", "config", "hash", "issues", "warnings",
                        "legacyIssues"}),
    ("config.schema", {}, {"schema", "uiHints", "version", "generatedAt"}),
    ("models.list", {}, {"models"}),
    ("agents.list", {}, {"defaultId", "mainKey", "scope", "agents"}),
    ("agent.identity.get", {}, {"agentId", "name", "avatar"}),
    ("sessions.list", {}, {"ts", "path", "count", "defaults", "sessions"}),
    ("sessions.preview", {"keys": [MAIN]}, {"ts", "previews"}),
    ("chat.history", {"sessionKey": "main"}, {"sessionKey", "messages", "thinkingLevel"}),
    ("skills.status", {}, {"workspaceDir", "managedSkillsDir", "skills"}),
    ("node.list", {}, {"ts", "nodes"}),
    ("device.pair.list", {}, {"pending", "paired"}),
    ("channels.status", {"probe": False, "timeoutMs": 1000}, {"ts", "channelOrder", "channelLabels",
                         "channelDetailLabels", "channelSystemImages", "channelMeta", "channels", "channelAccounts",
                         "channelDefaultAccountId"}),
    ("cron.list", {"includeDisabled": True}, {"jobs"}),
    ("cron.status", {}, {"enabled", "storePath", "jobs", "nextWakeAtMs"}),
    ("cron.runs", {"id": "nothing", "limit": 5}, {"entries"}),
    ("usage.status", {}, {"updatedAt", "providers"}),
    ("usage.cost", {"days": 7}, {"updatedAt", "days", "daily", "totals"}),
    ("tts.status", {}, {"enabled", "auto", "provider", "fallbackProvider", "fallbackProviders", "prefsPath",
                        "hasOpenAIKey", "hasElevenLabsKey", "edgeEnabled"}),
    ("tts.providers", {}, {"providers", "active"}),
    ("voicewake.get", {}, {"triggers"}),
    ("logs.tail", {"limit": 5}, {"file", "cursor", "size", "lines", "truncated", "reset"}),
)  # fmt: skip
# A life of a session, in the order in which it is called.
LIFE = (
    ("sessions.patch", {"key": "work", "label": "Work", "thinkingLevel": "low"}, {"ok", "path", "key", "entry"}),
    ("chat.send", {"sessionKey": "agent:main:work", "message": "first", "idempotencyKey": "a"}, {"runId", "status"}),
    ("agent.wait", {"runId": "a", "timeoutMs": 10_000}, {"runId", "status", "startedAt", "endedAt"}),
    ("chat.inject", {"sessionKey": "agent:main:work", "message": "a note", "label": "L"}, {"ok", "messageId"}),
    ("chat.history", {"sessionKey": "agent:main:work"}, {"sessionKey", "sessionId", "messages", "thinkingLevel"}),
    ("sessions.resolve", {"label": "Work"}, {"ok", "key"}),
    ("sessions.compact", {"key": "agent:main:work", "maxLines": 2}, {"ok", "key", "compacted", "kept", "archived"}),
    ("sessions.reset", {"key": "agent:main:work"}, {"ok", "key", "entry"}),
    ("chat.abort", {"sessionKey": "agent:main:work"}, {"ok", "aborted", "runIds"}),
    ("sessions.delete", {"key": "agent:main:work"}, {"ok", "key", "deleted", "archived"}),
)
# What changes something else than a session.
CHANGES = (
    ("system-event", {"text": "Node: pi (10.0.0.2) · app 1 · mode local · reason launch"}, {"ok"}),
    ("set-heartbeats", {"enabled": False}, {"ok", "enabled"}),
    ("wake", {"mode": "next-heartbeat", "text": "backup done"}, {"ok"}),
    ("talk.mode", {"enabled": True}, {"enabled", "phase", "ts"}),
    ("voicewake.set", {"triggers": ["hey"]}, {"triggers"}),
    ("tts.disable", {}, {"enabled"}),
    ("tts.setProvider", {"provider": "openai"}, {"provider"}),
    ("wizard.start", {"mode": "local"}, {"sessionId", "done", "step", "status"}),
    ("skills.update", {"skillKey": "weather", "enabled": False}, {"ok", "skillKey", "config"}),
    ("cron.remove", {"id": "nothing"}, {"ok", "removed"}),
    ("update.run", {}, {"ok", "result", "restart", "sentinel"}),
)
REFUSALS = (
    ("nope", {}, "unknown method: nope"),
    ("health", {"sessionKey": 1, "probe": "x"}, "invalid health params: at /probe: must be boolean"),
    ("models.list", {"x": 1}, "invalid models.list params: at root: unexpected property 'x'"),
    ("sessions.resolve", {"key": "nothing"}, "No session found: nothing"),
    ("sessions.delete", {"key": "main"}, f"Cannot delete the main session ({MAIN})."),
    ("sessions.patch", {"key": "main", "thinkingLevel": "huge"},
     "invalid thinkingLevel (use off|minimal|low|medium|high)"),
    ("agent", {"message": "x", "agentId": "nope", "idempotencyKey": "k"},
     'invalid agent params: unknown agent id "nope"'),
    ("system-event", {"text": " "}, "text required"),
    ("wizard.status", {"sessionId": "nothing"}, "wizard not found"),
    ("web.login.start", {}, "web login provider is not available"),
    ("send", {"to": "x", "message": "m", "idempotencyKey": "k"}, "unsupported channel: whatsapp"),
    ("poll", {"to": "x", "question": "q", "options": ["a", "b"], "idempotencyKey": "k", "channel": "zzz"},
     "unsupported poll channel: zzz"),
    ("channels.logout", {"channel": "zzz"}, "invalid channels.logout channel"),
    ("cron.run", {"id": "nothing"}, "Error: unknown cron job id: nothing"),
    ("tts.convert", {"text": ""}, "tts.convert requires text"),
    ("tts.setProvider", {"provider": "me"}, "Invalid provider. Use openai, elevenlabs, or edge."),
)  # fmt: skip


def as_calls(table: tuple[tuple[str, dict[str, object], object], ...]) -> str:
    return json.dumps([(method, params) for method, params, _ in table])


async def test_every_reading_method_answers_with_every_key(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        answers = (await foreign.script(app.port, "gateway_calls.mjs", as_calls(READS))).json()
    missing = {
        method: answer.get("error") or sorted(keys - set(answer["ok"]))
        for (method, _, keys), answer in zip(READS, answers, strict=True)
    }
    assert missing == {method: [] for method, _, _ in READS}


async def test_we_list_what_clawdbot_lists(foreign: ForeignClients, tmp_path: Path) -> None:
    own = (await foreign.script(0, "gateway_names.mjs")).json()
    assert own["methods"] == NAMES  # type: ignore[index]
    async with running(tmp_path / "state") as app, app.client() as client:
        features = client.hello["features"]
    assert features["methods"] == own["methods"]  # type: ignore[index]
    assert features["events"] == own["events"]  # type: ignore[index]


async def test_every_method_that_changes_something_answers(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as watcher:
        answers = (await foreign.script(app.port, "gateway_calls.mjs", as_calls(CHANGES))).json()
        told = {(await watcher.until(event)) is not None for event in ("presence", "talk.mode", "voicewake.changed")}
        queued = (await watcher.call("status"))["queuedSystemEvents"]
    missing = {
        method: answer.get("error") or sorted(keys - set(answer["ok"]))
        for (method, _, keys), answer in zip(CHANGES, answers, strict=True)
    }
    assert missing == {method: [] for method, _, _ in CHANGES}
    assert told == {True}
    assert queued == ["Node: pi (10.0.0.2) · app 1 · mode local · reason launch", "backup done"]


async def test_answers_that_are_no_objects(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        calls = '[["system-presence", {}], ["last-heartbeat", {}]]'
        presence, heartbeat = (await foreign.script(app.port, "gateway_calls.mjs", calls)).json()
    own = presence["ok"][0]
    assert (own["mode"], own["reason"]) == ("gateway", "self")
    assert {"host", "ip", "version", "platform", "text", "ts"} <= set(own)
    assert heartbeat == {"ok": None}


async def test_a_session_lives_through_the_clients_calls(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        answers = (await foreign.script(app.port, "gateway_calls.mjs", as_calls(LIFE))).json()
    missing = {
        method: answer.get("error") or sorted(keys - set(answer["ok"]))
        for (method, _, keys), answer in zip(LIFE, answers, strict=True)
    }
    assert missing == {method: [] for method, _, _ in LIFE}
    history = answers[4]["ok"]
    assert [(message["role"], message["content"][0]["text"]) for message in history["messages"]] == [
        ("user", "first"), ("assistant", "You said: first"), ("assistant", "[L]\n\na note"),
    ]  # fmt: skip
    assert (answers[2]["ok"]["status"], answers[-1]["ok"]["deleted"]) == ("ok", True)


async def test_refusals_are_worded_as_the_client_knows_them(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        answers = (await foreign.script(app.port, "gateway_calls.mjs", as_calls(REFUSALS))).json()
    assert [answer.get("error") for answer in answers] == [text for _, _, text in REFUSALS]


async def test_the_strict_client_accepts_every_frame_of_a_chat(foreign: ForeignClients, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        seen = (await foreign.script(app.port, "gateway_client.mjs", "hello")).json()
    assert (seen["acknowledged"], seen["again"]) == (
        {"runId": "run-1", "status": "started"}, {"runId": "run-1", "status": "ok"},
    )  # fmt: skip
    assert seen["hello"]["protocol"] == 3
    assert {"server", "features", "snapshot", "policy", "auth"} <= set(seen["hello"])
    agent = [event["payload"] for event in seen["events"] if event["event"] == "agent"]
    chat = [event["payload"] for event in seen["events"] if event["event"] == "chat"]
    assert [(step["stream"], step["data"].get("phase") or step["data"]["text"]) for step in agent] == [
        ("lifecycle", "start"), ("assistant", "You said: "), ("assistant", "You said: hello"), ("lifecycle", "end"),
    ]  # fmt: skip
    assert (chat[-1]["state"], chat[-1]["sessionKey"]) == ("final", MAIN)
    assert chat[-1]["message"]["content"] == [{"type": "text", "text": "You said: hello"}]
    assert seen["gaps"] == []
