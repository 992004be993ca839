"""Runs that a program starts and waits for, over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running


async def test_agent_answers_twice_with_the_same_id(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        request = await client.send("agent", message="hello", idempotencyKey="k1")
        accepted = await client.response(request)
        assert (accepted["runId"], accepted["status"]) == ("k1", "accepted")
        final = await client.response(request)
        assert (final["status"], final["summary"]) == ("ok", "completed")
        result = final["result"]
        assert result["payloads"] == [{"text": "You said: hello", "mediaUrl": None}]  # type: ignore[index]
        assert result["meta"]["agentMeta"]["usage"]["total"] == 15  # type: ignore[index]
        again = await client.call("agent", message="hello", idempotencyKey="k1")
        assert again["result"] == result, "the same key again gets the same answer at once"
        history = await client.call("chat.history", sessionKey="main")
        assert len(history["messages"]) == 2, "without a session it goes to the main one"  # type: ignore[arg-type]


async def test_a_failed_run_is_an_error_with_its_sentence(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.status, app.provider.body = 400, '{"error": {"message": "nonsense"}}'
        request = await client.send("agent", message="hello", idempotencyKey="k1")
        await client.response(request)
        frame = await client.final(request)
        assert frame["error"]["code"] == "UNAVAILABLE"  # type: ignore[index]
        sentence = frame["error"]["message"]  # type: ignore[index]
        assert frame["payload"] == {"runId": "k1", "status": "error", "summary": sentence}, "clients read it there"


async def test_wait_waits_polls_and_forgets(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        assert (await client.call("agent.wait", runId="k1", timeoutMs=0))["status"] == "timeout"
        waiting = await client.send("agent.wait", runId="k1")
        health = await client.call("health")
        assert health["ok"] is True, "a request that waits holds up no other"
        app.provider.gate.set()
        assert (await client.response(waiting))["status"] == "ok"
        assert (await client.call("agent.wait", runId="unknown", timeoutMs=0))["status"] == "timeout"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"agentId": "nope"}, 'invalid agent params: unknown agent id "nope"'),
        ({"channel": "zzz"}, "invalid agent params: unknown channel: zzz"),
        ({"sessionId": "nope"}, "No session found: nope"),
        ({"agentId": "main", "sessionKey": "agent:other:x"}, "does not match session key"),
    ],
)
async def test_what_does_not_exist_is_refused(tmp_path: Path, params: dict[str, object], says: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match=says):
            await client.call("agent", message="hello", idempotencyKey="k1", **params)


async def test_agents_models_and_identity(tmp_path: Path) -> None:
    async with running(tmp_path, ui={"assistant": {"name": "Molty"}}) as app, app.client() as client:
        agents = await client.call("agents.list")
        assert (agents["defaultId"], agents["agents"]) == ("main", [{"id": "main"}])
        identity = await client.call("agent.identity.get")
        assert identity == {"agentId": "main", "name": "Molty", "avatar": "M"}
        with pytest.raises(Refusal, match="does not match session"):
            await client.call("agent.identity.get", agentId="a", sessionKey="agent:b:main")
        models = (await client.call("models.list"))["models"]
        assert {"test", "local"} <= {model["provider"] for model in models}  # type: ignore[union-attr,index]
        with pytest.raises(Refusal, match="unexpected property"):
            await client.call("models.list", foo=1)


async def test_a_stop_word_stops_and_says_so(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="delta")
        answer = await client.call("agent", message="/stop", sessionKey="main", idempotencyKey="k2")
        assert (answer["status"], answer["summary"]) == ("ok", "aborted")
        assert (await client.call("agent.wait", runId="k1"))["status"] == "error"
