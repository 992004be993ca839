"""What watches the application is attacked on a running gateway: by models, by clients that may only read, by files."""

from __future__ import annotations

import asyncio
import json
import os
import zlib
from pathlib import Path

import pytest
from aiohttp import web
from running_gateway import PASSWORD, Provider, running

from clawd_desktop.core.values import as_list, as_object, as_text


async def calls_odd_tools(self: Provider, request: web.Request) -> web.StreamResponse:
    """Wishes for forty tools whose names are long and try to be labels, then says something."""
    self.requests.append(await request.json())
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    if len(self.requests) == 1:
        for number in range(40):
            called = {"name": f'{number}"}} 1\nevil{{a="' + "x" * 100_000, "arguments": "{}"}
            wish = {"index": number, "id": f"{number}-{'i' * 50_000}", "function": called}
            await self._piece(response, {"choices": [{"delta": {"tool_calls": [wish]}}]})
        await self._piece(response, {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
    else:
        await self._piece(response, {"choices": [{"delta": {"content": "Done."}, "finish_reason": "stop"}]})
    await response.write(b"data: [DONE]\n\n")
    return response


async def test_names_that_a_model_makes_up_stay_short_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Provider, "answer", calls_odd_tools)
    async with running(tmp_path / "state", monitoring={"prometheus": True}) as app, app.client() as client:
        await client.call("chat.send", sessionKey="main", message="Go on", idempotencyKey="r1")
        await client.until("chat", runId="r1", state="final")
        trace = await client.call("traces.get", runId="r1")
        assert len(json.dumps(trace)) < 200_000
        async with asyncio.timeout(20):
            while not (tools := (await client.call("metrics.get"))["agents"].get("toolRuns")):  # type: ignore[attr-defined]
                await asyncio.sleep(0.1)
        assert max(map(len, tools)) <= 100
        headers = {"Authorization": f"Bearer {PASSWORD}"}
        async with app._session.get(f"http://127.0.0.1:{app.port}/metrics", headers=headers) as answer:
            text = await answer.text()
        assert answer.status == 200
        assert len(text) < 100_000
        assert not [line for line in text.splitlines() if line.startswith("evil")]


async def test_the_words_of_a_conversation_that_is_deleted_while_a_model_is_silent_do_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def silent(self: Provider, request: web.Request) -> web.StreamResponse:
        self.asked.set()
        await never.wait()
        return web.Response(status=500)

    monkeypatch.setattr(Provider, "answer", silent)
    key, state = "agent:main:gone", tmp_path / "state"
    async with running(state) as app, app.client() as client:
        await client.call("chat.send", sessionKey=key, message="canary-words", idempotencyKey="r1")
        await app.provider.asked.wait()
        await client.call("sessions.delete", key=key)
        never.set()
        async with asyncio.timeout(20):
            while not (await client.call("traces.list"))["traces"]:
                await asyncio.sleep(0.05)
    folder = state / "clawd-desktop" / "traces"
    assert folder.is_dir()
    assert not [path for path in folder.glob("*.z") if b"canary-words" in zlib.decompress(path.read_bytes())]


async def test_one_odd_trace_does_not_take_the_list_away(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app, app.client() as client:
        await client.call("chat.send", sessionKey="main", message="Hello", idempotencyKey="r1")
        await client.until("chat", runId="r1", state="final")
        await client.call("traces.list")
    folder = state / "clawd-desktop" / "traces"
    good = json.loads(next(folder.glob("*.trace.json")).read_bytes())
    odd = [{"startedMs": 10**18}, {"marks": [[0.0, "answered", {"usage": {"input": 10**30}}]]}]
    for number, change in enumerate(odd):
        (folder / f"{number}.trace.json").write_text(json.dumps({**good, "runId": f"odd{number}", **change}))
    (folder / "..new").mkdir()
    async with running(state) as app, app.client() as client:
        rows = (await client.call("traces.list"))["traces"]
        assert [row["runId"] for row in rows] == ["r1"]  # type: ignore[attr-defined]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
async def test_pipes_and_odd_names_do_not_hold_the_doctor_up(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app, app.client(scopes=["operator.read"]) as client:
        for name in ("x.db", "core", "a.log", "y.sqlite"):
            os.mkfifo(state / name)
        odd = state / f".x.{'9' * 30}.abcdef12.new"
        odd.write_text("half")
        os.utime(odd, (1, 1))
        rows = [as_object(row) for row in as_list((await client.call("doctor.run"))["findings"])]  # type: ignore[arg-type]
    assert not [row["id"] for row in rows if as_text(row["id"]).endswith(".unchecked")]
    assert "storage.leftovers.temporary" in {row["id"] for row in rows}


async def test_a_server_that_leads_elsewhere_learns_no_key_and_leads_nowhere(tmp_path: Path) -> None:
    """Neither the key for a collector goes to another server, nor is one behind ours asked for it by a sign of life."""
    asked, led = list[str](), list[str]()

    async def leads(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": f"http://localhost:{port}/inside"})

    async def inside(request: web.Request) -> web.Response:
        led.append(request.path)
        return web.Response()

    served = web.Application()
    served.router.add_route("*", "/inside", inside)
    served.router.add_route("*", "/{path:.*}", leads)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    there, key = f"http://127.0.0.1:{port}", "canary-key-0123456789"
    otel = {
        "enabled": True, "endpoint": f"http://u:{key}@127.0.0.1:{port}/{key}/", "logs": True, "flushIntervalMs": 1_000,
        "headers": {"X-Api-Key": key},
    }  # fmt: skip
    state = tmp_path / "state"
    dead_man = {"url": f"{there}/alive", "every": "1s"}
    try:
        async with running(state, monitoring={"deadMan": dead_man}, diagnostics={"otel": otel}):
            async with asyncio.timeout(30):
                while "/alive" not in asked or not [path for path in asked if path.endswith("/v1/metrics")]:
                    await asyncio.sleep(0.05)
        assert not led
    finally:
        await runner.cleanup()
    assert not [path for path in (state / "logs").iterdir() if key in path.read_text()]


async def test_words_that_a_provider_repeats_in_its_error_are_in_no_trace(tmp_path: Path) -> None:
    """They would outlive the conversation there, and go to a collector."""
    state, words = tmp_path / "state", "canary-words"
    async with running(state) as app, app.client() as client:
        app.provider.status, app.provider.body = 400, json.dumps({"error": {"message": f'not "{words}"'}})
        await client.call("chat.send", sessionKey="main", message=words, idempotencyKey="r1")
        told = await client.until("chat", runId="r1", state="error")
        assert words in json.dumps(told), "who asked is told what the provider said"
        for method, params in (
            ("traces.list", {}),
            ("traces.get", {"runId": "r1"}),
            ("traces.export", {"runId": "r1"}),
        ):
            assert words not in json.dumps(await client.call(method, **params))
    for path in (state / "clawd-desktop" / "traces").glob("*.trace.json"):
        assert words not in path.read_text()


async def test_who_may_only_read_inspects_a_conversation_without_its_words(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        await client.call("chat.send", sessionKey="main", message="canary-words", idempotencyKey="r1")
        await client.until("chat", runId="r1", state="final")
        told = await client.call("sessions.inspect", key="main")
        assert told["exists"] is True
        assert "canary-words" not in json.dumps(told)


async def test_a_mark_with_an_impossible_time_does_not_stop_the_start(tmp_path: Path) -> None:
    own = tmp_path / "state" / "clawd-desktop"
    own.mkdir(parents=True, mode=0o700)
    (own / "running.json").write_text('{"pid": 1, "startedMs": 1e300}')
    async with running(tmp_path / "state") as app, app.client() as client:
        assert await client.call("services.list")
