"""A chat over a real socket: acknowledged, streamed, stopped, read back."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from running_gateway import Refusal, running

from clawd_desktop.gateway.methods.chat import cleaned


async def test_send_is_acknowledged_then_streamed_then_final_in_the_order_that_clients_expect(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        answer = await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        assert answer == {"runId": "k1", "status": "started"}
        assert [event for event in client.events if event.get("event") in ("chat", "agent")] == [], "first the answer"
        final = await client.until("chat", runId="k1", state="final")
        assert final["message"]["content"] == [{"type": "text", "text": "You said: hello"}]  # type: ignore[index]
        assert final["sessionKey"] == "main", "in the words of the client"
        ours = [event["payload"] for event in client.events if event.get("event") in ("chat", "agent")]
        streams = [payload.get("stream") or payload.get("state") for payload in ours]  # type: ignore[union-attr]
        assert streams[0] == "lifecycle"
        assert streams[-2:] == ["lifecycle", "final"]
        assert streams.index("assistant") < streams.index("delta")
        again = await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        assert again == {"runId": "k1", "status": "ok"}
        assert len(app.provider.requests) == 1


async def test_history_shows_both_sides_and_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="final")
    async with running(tmp_path) as app, app.client() as client:
        history = await client.call("chat.history", sessionKey="agent:main:main")
        messages = history["messages"]
        assert [(m["role"], m["content"][0]["text"]) for m in messages] == [  # type: ignore[union-attr,index]
            ("user", "hello"),
            ("assistant", "You said: hello"),
        ]
        assert len((await client.call("chat.history", sessionKey="main", limit=1))["messages"]) == 1  # type: ignore[arg-type]
    (tmp_path / "clawdbot.json").unlink()
    async with running(tmp_path, gateway={"historyLimit": 1}) as app, app.client() as client:
        assert len((await client.call("chat.history", sessionKey="main"))["messages"]) == 1  # type: ignore[arg-type]
        assert len((await client.call("chat.history", sessionKey="main", limit=9))["messages"]) == 2  # type: ignore[arg-type]


async def test_abort_tells_before_it_answers(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="delta")
        answer = await client.call("chat.abort", sessionKey="main", runId="k1")
        assert answer == {"ok": True, "aborted": True, "runIds": ["k1"]}
        assert client.events[-1]["payload"]["state"] == "aborted"  # type: ignore[index]
        with pytest.raises(Refusal, match="runId does not match sessionKey"):
            await client.call("chat.abort", sessionKey="other", runId="k1")
        stop = await client.call("chat.send", sessionKey="main", message="/stop", idempotencyKey="k2")
        assert stop == {"ok": True, "aborted": False, "runIds": []}


async def test_inject_shows_a_note_and_stores_it(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="session not found"):
            await client.call("chat.inject", sessionKey="main", message="x")
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="final")
        answer = await client.call("chat.inject", sessionKey="main", message="note", label="L")
        assert len(str(answer["messageId"])) == 8
        note = await client.until("chat", seq=0)
        assert note["message"]["content"][0]["text"] == "[L]\n\nnote"  # type: ignore[index]
        assert note["message"]["stopReason"] == "injected"  # type: ignore[index]


async def test_a_provider_that_refuses_the_key_is_explained_in_the_chat(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        app.provider.status, app.provider.body = 401, '{"error": {"message": "bad key"}}'
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        error = await client.until("chat", runId="k1", state="error")
        assert "key" in str(error["errorMessage"])
        assert "test-key-canary" not in str(error)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"sessionKey": "main", "message": " "}, "message or attachment required"),
        ({"sessionKey": "main"}, "must have required property 'message'"),
        ({"sessionKey": "main", "message": "x", "foo": 1}, "unexpected property 'foo'"),
        (
            {"sessionKey": "main", "message": "x", "attachments": [{"mimeType": "image/png", "content": "!!"}]},
            "not valid base64",
        ),
        # They are remembered for a thousand runs, also of messages that are refused.
        ({"sessionKey": "main", "message": "x", "idempotencyKey": "k" * 1025}, "must NOT have more than 1024"),
        ({"sessionKey": " " * 1025, "message": "x"}, "must NOT have more than 1024"),
    ],
)
async def test_what_cannot_be_used_is_refused(tmp_path: Path, params: dict[str, object], says: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match=says):
            await client.call("chat.send", **params)


async def test_a_picture_reaches_the_model(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        picture = base64.b64encode(b"\x89PNG....").decode()
        attachment = {"type": "image", "mimeType": "image/png", "fileName": "a.png", "content": picture}
        await client.call("chat.send", sessionKey="main", message="look", attachments=[attachment], idempotencyKey="k")
        await client.until("chat", runId="k", state="final")
        assert picture in str(app.provider.requests[0])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[WhatsApp +1 2026-01-24 10:00] hi\n[message_id: ab-1]", "hi"),
        ("[A 2026-01-24] x [message_id: [message_id: 7]", "x [message_id: "),
        ("[A 2026-01-24 is open", "[A 2026-01-24 is open"),
    ],
)
def test_the_marks_of_channels_are_not_shown(text: str, shown: str) -> None:
    assert cleaned({"role": "user", "content": text})["content"] == shown


@pytest.mark.parametrize("text", ["[message_id: " * 20_000, "[A " + "1111-11-11" * 25_000, "[" + "A" * 250_000])
def test_no_message_holds_the_gateway_up(text: str) -> None:
    began = time.perf_counter()
    assert cleaned({"role": "user", "content": text})["content"] == text
    assert time.perf_counter() - began < 2.0  # it took minutes
