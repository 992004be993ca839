"""Real runs through the whole application leave traces: with tools, a second model, stopped, or too slow."""

from __future__ import annotations

import asyncio
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import running_gateway
from aiohttp import web
from result_shapes import misfit
from running_gateway import Client, Json, Provider, Refusal, running

from clawd_desktop.gateway.results.traces import SessionInspection, TraceDetails

Script = Callable[[Json], list[Json]]
USAGE: Json = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}


def said(text: str) -> list[Json]:
    return [{"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}, USAGE]


def wants_a_tool(body: Json) -> list[Json]:
    messages = body["messages"]
    if messages[-1]["role"] == "tool":  # type: ignore[index,call-overload]
        return said("It is noon.")
    call = {"index": 0, "id": "c1", "function": {"name": "clock", "arguments": "{}"}}
    return [{"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}, USAGE]


def script(monkeypatch: pytest.MonkeyPatch, pieces: Script) -> None:
    """Let the model server say these pieces; a model named "bad" is refused there."""

    async def answer(self: Provider, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        if body["model"] == "bad":
            return web.json_response({"error": {"message": "no such thing"}}, status=400)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces(body):
            await response.write(b"data: " + json.dumps(piece).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        return response

    monkeypatch.setattr(Provider, "answer", answer)


def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = running_gateway.config_text

    def text(port: int, **more: object) -> str:
        made = json.loads(plain(port, **more))
        made["agents"]["defaults"]["model"] = {"primary": "test/bad", "fallbacks": ["test/echo"]}
        made["models"]["providers"]["test"]["models"].append({"id": "bad", "name": "Bad", "contextWindow": 32_000})
        return json.dumps(made)

    monkeypatch.setattr(running_gateway, "config_text", text)


async def ask(client: Client, run_id: str = "r1", **more: object) -> Json:
    """The trace of a run that has ended."""
    await client.call("chat.send", sessionKey="main", message="What time is it?", idempotencyKey=run_id, **more)
    await client.call("agent.wait", runId=run_id, timeoutMs=10_000)
    return await client.call("traces.get", runId=run_id)


def names(trace: Json, depth: int = 1) -> list[str]:
    return [span["name"] for span in trace["spans"] if span["depth"] == depth and span["name"] != "read"]  # type: ignore[attr-defined,index]


async def test_a_run_with_a_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(monkeypatch, wants_a_tool)
    async with running(tmp_path) as app, app.client() as client:
        trace = await ask(client)
        assert misfit(TraceDetails, trace) == ""
        assert names(trace) == ["wait", "prompt", "model", "store", "tool", "store", "prompt", "model", "store"]
        took = trace["performance"]
        assert isinstance(took, dict)
        assert (took["modelCalls"], took["toolCalls"], took["tokenUsage"]["input"]) == (2, 1, 20)  # type: ignore[call-overload,index]
        again = await client.call("traces.replay", runId="r1")
        assert again == {"runId": "r1", "same": True, "modelCalls": 2, "messages": 3, "end": {"kind": "reply"}}
        assert len(app.provider.requests) == 2  # the replay asked nobody
        made = await client.call("sessions.inspect", key="main")
        assert misfit(SessionInspection, made) == ""
        assert made["transcript"]["roles"] == {"user": 1, "assistant": 2, "toolResult": 1}  # type: ignore[index,call-overload]


async def test_a_second_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(monkeypatch, lambda body: said("Hi"))
    two_models(monkeypatch)
    async with running(tmp_path) as app, app.client() as client:
        trace = await ask(client)
        first, second = (span for span in trace["spans"] if span["name"] == "model")  # type: ignore[attr-defined,index]
        assert first["facts"]["model"] == "bad"
        assert "did not accept the request" in first["error"]
        assert "no such thing" not in str(trace), "what a provider says may repeat the conversation"
        assert second["facts"]["model"] == "echo"
        assert second["facts"]["reason"] == first["error"]
        assert trace["performance"]["failovers"] == 1  # type: ignore[index,call-overload]
        assert (await client.call("traces.replay", runId="r1"))["same"]
        assert len(app.provider.requests) == 2


async def test_a_run_that_was_stopped(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="Hello", idempotencyKey="r1")
        await client.until("agent", runId="r1", stream="assistant")
        await client.call("chat.abort", sessionKey="main", runId="r1")
        trace = await until_stored(client, "r1")
        assert trace["state"] == "aborted"
        assert names(trace)[-2:] == ["model", "store"]
        assert names(trace, 2) == ["first token", "speaking"]
        assert (await client.call("traces.replay", runId="r1"))["same"]
        app.provider.gate.set()


async def until_stored(client: Client, run_id: str) -> Json:
    async with asyncio.timeout(10):
        while True:
            try:
                return await client.call("traces.get", runId=run_id)
            except Refusal:
                await asyncio.sleep(0.01)


async def test_a_run_that_took_too_long(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="Hello", idempotencyKey="r1", timeoutMs=200)
        trace = await until_stored(client, "r1")
        assert trace["state"] == "aborted"
        assert trace["events"][-2]["data"] == {"reason": "timeout"}  # type: ignore[index,call-overload]
        assert (await client.call("traces.replay", runId="r1"))["same"]
        app.provider.gate.set()


async def test_traces_survive_a_restart_and_secrets_are_not_in_them(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call(
            "chat.send", sessionKey="main", message="My key is test-key-canary-0123456789", idempotencyKey="r1"
        )
        await client.call("agent.wait", runId="r1", timeoutMs=10_000)
        before = await client.call("traces.get", runId="r1")
    folder = tmp_path / "clawd-desktop" / "traces"
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        data = path.read_bytes()
        data = zlib.decompress(data) if path.suffix == ".z" else data
        assert b"canary" not in data
        assert os.environ.get("TEST_KEY") is None
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("traces.get", runId="r1") == before
        assert (await client.call("traces.replay", runId="r1"))["same"]
        listed = await client.call("traces.list", sessionKey="agent:main:main")
        assert [row["runId"] for row in listed["traces"]] == ["r1"]  # type: ignore[attr-defined,index]
        assert (await client.call("traces.list", sessionKey="agent:main:other"))["traces"] == []


async def test_off_is_off_without_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await ask(client)
        current = await client.call("config.get")
        off = json.dumps({"diagnostics": {"tracing": {"record": False}}})
        await client.call("config.patch", raw=off, baseHash=current["hash"])
        await ask(client, "r2")
        listed = await client.call("traces.list")
        assert [row["replayable"] for row in listed["traces"]] == [False, False]  # type: ignore[attr-defined,index]
        assert not list((tmp_path / "clawd-desktop" / "traces").glob("*.z"))
        with pytest.raises(Refusal, match="was not recorded"):
            await client.call("traces.replay", runId="r1")


async def test_a_deleted_conversation_leaves_no_words(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("chat.send", sessionKey="work", message="secret plan", idempotencyKey="r1")
        await client.call("agent.wait", runId="r1", timeoutMs=10_000)
        assert (await client.call("traces.list"))["traces"][0]["replayable"]  # type: ignore[index,call-overload]
        await client.call("sessions.delete", key="work")
        assert not (await client.call("traces.list"))["traces"][0]["replayable"]  # type: ignore[index,call-overload]


async def test_who_may_only_read_may_not_replay(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            await ask(client)
        async with app.client(scopes=["operator.read"]) as client:
            assert (await client.call("traces.get", runId="r1"))["runId"] == "r1"
            with pytest.raises(Refusal, match=r"operator\.admin"):
                await client.call("traces.replay", runId="r1")
            with pytest.raises(Refusal, match=r"operator\.admin"):
                await client.call("profile.memory")
