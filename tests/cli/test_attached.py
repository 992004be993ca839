"""Chat in a gateway that runs elsewhere: every verb of the port over a socket, and a connection that comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from clawd_desktop.cli.attached import AttachedChat
from clawd_desktop.cli.exits import GatewayError, NotRunning
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.events import (
    GatewayChanged,
    GatewayPhase,
    MessageStored,
    RunFinished,
    RunQueued,
    SessionChanged,
)
from clawd_desktop.core.messages import Image
from clawd_desktop.core.ports import SessionRow

KEY = "agent:main:main"


@contextlib.asynccontextmanager
async def attached(gateway, bus: EventBus) -> AsyncIterator[AttachedChat]:
    chat = AttachedChat(gateway.find, bus, ManualClock(5_000))
    await chat.start()
    try:
        yield chat
    finally:
        await chat.close()


def answer(payload):
    """A method that always says the same."""

    async def method(gateway, params):
        return payload

    return method


async def test_a_message_goes_out_and_its_answer_comes_back_as_events(gateways) -> None:
    bus = EventBus()
    seen: list[object] = []
    finished = asyncio.Event()
    for kind in (GatewayChanged, MessageStored, RunQueued, SessionChanged):
        bus.subscribe(kind, seen.append)
    bus.subscribe(RunFinished, lambda event: finished.set())

    async def send(gateway, params):
        return {"runId": params["idempotencyKey"], "status": "started"}

    async with gateways() as gateway, attached(gateway, bus) as chat:
        gateway.methods["chat.send"] = send
        sent = await chat.send("main", "look", images=(Image("aGk=", "image/png"),))
        message = {"role": "assistant", "content": [{"type": "text", "text": "I see."}], "timestamp": 6_000}
        final = {"runId": sent.run_id, "sessionKey": KEY, "seq": 3, "state": "final", "message": message}
        await gateway.tell("chat", final)
        await finished.wait()
        (_, params) = gateway.calls[0]
    assert (params["sessionKey"], params["message"], params["idempotencyKey"]) == (KEY, "look", sent.run_id)
    assert params["attachments"] == [{"type": "image", "mimeType": "image/png", "content": "aGk="}]
    assert [type(event) for event in seen[:4]] == [GatewayChanged, MessageStored, RunQueued, MessageStored]
    assert seen[0] == GatewayChanged(GatewayPhase.ATTACHED, (gateway.url,))
    assert [event.message.role for event in seen if isinstance(event, MessageStored)] == ["user", "assistant"]


async def test_conversations_are_listed_with_their_names(gateways) -> None:
    rows = [
        {"key": KEY, "updatedAt": 9, "totalTokens": 12},
        {"key": "agent:main:a", "label": "Mine", "derivedTitle": "no", "updatedAt": None},
        {"key": "agent:main:b", "derivedTitle": "Weather"},
        {"nonsense": 1},
    ]
    async with gateways() as gateway, attached(gateway, EventBus()) as chat:
        gateway.methods["sessions.list"] = answer({"sessions": rows})
        assert await chat.sessions() == [
            SessionRow(KEY, "Main chat", 9, 12),
            SessionRow("agent:main:a", "Mine", 0),
            SessionRow("agent:main:b", "Weather", 0),
        ]


def history(count: int):
    """A chat.history of `count` messages, two in each millisecond."""

    async def method(gateway, params):
        messages = [{"role": "user", "content": f"m{n}", "timestamp": 100 + n // 2} for n in range(count)]
        return {"sessionKey": params["sessionKey"], "messages": messages[-params["limit"] :]}

    return method


@pytest.mark.parametrize(("count", "limit"), [(0, 3), (2, 3), (11, 3), (10, 4), (1_000, 400), (7, 100)])
async def test_history_is_read_backwards_without_loss_or_repetition(gateways, count: int, limit: int) -> None:
    async with gateways() as gateway, attached(gateway, EventBus()) as chat:
        gateway.methods["chat.history"] = history(count)
        pages = [await chat.history("main", limit=limit)]
        while pages[-1].before is not None:
            pages.append(await chat.history("main", limit=limit, before=pages[-1].before))
    texts = [message.text for page in reversed(pages) for _, message in page.messages]
    assert texts[-count:] == [f"m{n}" for n in range(count)][-count:]
    assert len(set(texts)) == len(texts)


async def test_stop_create_rename_delete(gateways) -> None:
    bus = EventBus()
    changed: list[SessionChanged] = []
    bus.subscribe(SessionChanged, changed.append)
    async with gateways() as gateway, attached(gateway, bus) as chat:
        gateway.methods |= {
            "chat.abort": answer({"ok": True, "aborted": True, "runIds": ["a", "b"]}),
            "sessions.patch": answer({"ok": True}),
            "sessions.delete": answer({"ok": True, "deleted": True}),
        }
        assert await chat.stop("main") == 2
        key = await chat.create()
        await chat.rename(key, " Plans ")
        await chat.rename(key, "")
        await chat.delete(key)
        assert gateway.calls == [
            ("chat.abort", {"sessionKey": KEY}),
            ("sessions.patch", {"key": key}),
            ("sessions.patch", {"key": key, "label": "Plans"}),
            ("sessions.patch", {"key": key, "label": None}),
            ("sessions.delete", {"key": key}),
        ]
    assert key.startswith("agent:main:chat-")
    assert changed[-1] == SessionChanged(key, deleted=True)


async def test_the_main_conversation_is_not_deleted(gateways) -> None:
    async with gateways() as gateway, attached(gateway, EventBus()) as chat:
        with pytest.raises(BadInput, match="Cannot delete the main session"):
            await chat.delete("main")
        assert gateway.calls == []


async def test_a_refusal_reaches_the_window(gateways) -> None:
    async def refuse(gateway, params):
        raise gateway.Refuse("INVALID_REQUEST", "label already in use: Plans")

    async with gateways() as gateway, attached(gateway, EventBus()) as chat:
        gateway.methods["sessions.patch"] = refuse
        with pytest.raises(GatewayError, match="label already in use"):
            await chat.rename("other", "Plans")


async def test_it_connects_again_after_a_restart(gateways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clawd_desktop.cli.attached.FIRST_RETRY_S", 0.01)
    bus = EventBus()
    phases: asyncio.Queue[GatewayChanged] = asyncio.Queue()
    bus.subscribe(GatewayChanged, phases.put_nowait)
    async with gateways() as gateway, attached(gateway, bus) as chat:
        assert (await phases.get()).phase is GatewayPhase.ATTACHED
        await gateway.drop()
        lost = await phases.get()
        assert (lost.phase, lost.reason) == (GatewayPhase.FAILED, "The gateway is gone: service restart.")
        assert (await phases.get()).phase is GatewayPhase.ATTACHED
        gateway.methods["sessions.list"] = answer({"sessions": []})
        assert await chat.sessions() == []


async def test_nothing_to_attach_to_is_told_at_once() -> None:
    from clawd_desktop.cli.target import Target

    async def find() -> Target:
        return Target("ws://127.0.0.1:9")

    chat = AttachedChat(find, EventBus(), ManualClock())
    with pytest.raises(NotRunning):
        await chat.start()
    with pytest.raises(NotRunning, match="Not attached"):
        await chat.sessions()
    await chat.close()
