"""Programs report and wake over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Client, Json, Refusal, running

LINE = "Node: pi (10.0.0.2) · app 1 · last input 3s ago · mode local · reason launch"


async def waiting(client: Client) -> object:
    return (await client.call("status"))["queuedSystemEvents"]


async def test_a_wake_now_is_answered_at_once_in_the_main_conversation(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("wake", mode="now", text="the bell rang") == {"ok": True}
        final = await client.until("chat", state="final", sessionKey="agent:main:main")
        assert "the bell rang" in final["message"]["content"][0]["text"]  # type: ignore[index]
        history = (await client.call("chat.history", sessionKey="main"))["messages"]
        assert history[0]["content"][0]["text"].startswith("[System events.")  # type: ignore[index]
        assert await waiting(client) == []
        assert await client.call("wake", mode="now", text="  ") == {"ok": False}


async def test_a_wake_for_later_waits_also_over_a_restart_and_goes_along(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("wake", mode="next-heartbeat", text="backup done")
        assert await waiting(client) == ["backup done"]
    async with running(tmp_path) as app, app.client() as client:
        assert await waiting(client) == ["backup done"]
        # The provider of this start listens on another port.
        (tmp_path / "clawdbot.json").unlink()
    async with running(tmp_path) as app, app.client() as client:
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="final")
        asked = app.provider.requests[0]["messages"]
        assert "backup done" in asked[-2]["content"]  # type: ignore[index]
        assert asked[-1]["content"] == "hello"  # type: ignore[index]
        assert await waiting(client) == []


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"mode": "soon", "text": "x"}, "invalid wake params: at /mode: "),
        ({"mode": "now", "text": ""}, "at /text: must NOT have fewer than 1 characters"),
        ({"mode": "now"}, "must have required property 'text'"),
    ],
)
async def test_a_wake_that_is_none(tmp_path: Path, params: Json, says: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal) as refused:
            await client.call("wake", **params)
        assert str(refused.value).startswith("invalid wake params: ")
        assert says in str(refused.value)


async def test_a_computer_reports_itself_once(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        before = client.hello["snapshot"]["stateVersion"]["presence"]  # type: ignore[index]
        assert await client.call("system-event", text=LINE, instanceId="I-1", tags=["home"], unknown=1) == {"ok": True}
        told = await client.until("presence")
        row = next(row for row in told["presence"] if row.get("instanceId") == "I-1")  # type: ignore[attr-defined]
        assert (row["host"], row["ip"], row["lastInputSeconds"], row["tags"]) == ("pi", "10.0.0.2", 3, ["home"])
        frame = next(frame for frame in client.events if frame.get("event") == "presence")
        assert frame["stateVersion"]["presence"] > before  # type: ignore[index]
        again = LINE.replace("3s", "9s").replace("launch", "periodic")
        await client.call("system-event", text=again, instanceId="i-1")
        assert await waiting(client) == ["Node: pi (10.0.0.2) · app 1 · mode local · reason launch"]
        listed = await client.call("system-presence")
        assert sum(row.get("host") == "pi" for row in listed) == 1  # type: ignore[attr-defined]


async def test_a_plain_report_is_kept_as_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("system-event", text=" disk almost full ")
        assert await waiting(client) == ["disk almost full"]
        for params in ({}, {"text": "  "}):
            with pytest.raises(Refusal, match="^text required$"):
                await client.call("system-event", **params)


async def test_a_report_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clawd-desktop").mkdir(parents=True)
    file = tmp_path / "clawd-desktop" / "system-events.json"
    file.write_text("{broken")
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="Move it away") as refused:
            await client.call("wake", mode="now", text="x")
        assert refused.value.error["code"] == "UNAVAILABLE"
        assert file.read_text() == "{broken"


async def test_heartbeats_are_off_and_cannot_be_switched_on(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert await client.call("set-heartbeats", enabled=False) == {"ok": True, "enabled": False}
        with pytest.raises(Refusal, match="not built into this version yet") as refused:
            await client.call("set-heartbeats", enabled=True)
        assert refused.value.error["code"] == "UNAVAILABLE"
        assert (await client.call("health"))["heartbeatSeconds"] == 0


async def test_who_may_only_write_may_wake_but_not_report(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(scopes=["operator.write"]) as client:
        assert await client.call("wake", mode="next-heartbeat", text="x") == {"ok": True}
        for method, params in (("system-event", {"text": "x"}), ("set-heartbeats", {"enabled": False})):
            with pytest.raises(Refusal, match=r"missing scope: operator\.admin"):
                await client.call(method, **params)
