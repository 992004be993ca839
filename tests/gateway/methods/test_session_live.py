"""What a conversation does now, and following it, over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Client, Json, Refusal, running

MAIN = "agent:main:main"


def of(client: Client, run_id: str) -> list[tuple[str, object]]:
    """The kinds of events that came for a run, each with the session's name."""
    payloads = [(str(frame["event"]), frame.get("payload")) for frame in client.events]
    return [
        (kind, payload["sessionKey"])
        for kind, payload in payloads
        if isinstance(payload, dict) and payload.get("runId") == run_id
    ]


async def test_describe_says_what_is_going_on(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        nothing = await client.call("sessions.describe", key="work")
        assert nothing == {"key": "agent:main:work", "exists": False, "status": "idle", "activeRunId": None}
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="work", message="one", idempotencyKey="k1")
        await client.call("chat.send", sessionKey="work", message="two", idempotencyKey="k2")
        await client.until("chat", runId="k1", state="delta")
        busy = await client.call("sessions.describe", key="agent:main:work", agentId="main")
        assert (busy["exists"], busy["status"], busy["activeRunId"]) == (True, "processing", "k1")
        app.provider.gate.set()
        await client.until("chat", runId="k2", state="final")
        idle = await client.call("sessions.describe", key="work")
        assert (idle["status"], idle["activeRunId"]) == ("idle", None)
        assert idle["lastActivityAt"] > 1_700_000_000_000  # type: ignore[operator]


async def test_a_run_that_waits_is_said_to_wait(tmp_path: Path) -> None:
    one = {"agents": {"defaults": {"model": {"primary": "test/echo"}, "maxConcurrent": 1}}}
    async with running(tmp_path, **one) as app, app.client() as client:
        app.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="one", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="delta")
        await client.call("chat.send", sessionKey="work", message="two", idempotencyKey="k2")
        waits = await client.call("sessions.describe", key="work")
        assert (waits["status"], waits["activeRunId"]) == ("waiting", "k2")
        app.provider.gate.set()


async def test_followers_hear_everything_under_the_canonical_key_and_once(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner, app.client() as follower, app.client() as other:
        answer = await follower.call("sessions.messages.subscribe", key="main")
        assert answer == {"key": MAIN, "subscribed": True}
        await owner.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        for client in (owner, follower, other):
            await client.until("chat", runId="k1", state="final")
        heard = of(follower, "k1")
        assert {key for _, key in heard} == {MAIN}
        assert [kind for kind, _ in heard].count("session.message") == 2, "what was said and what was answered"
        for client in (owner, other):
            assert [key for kind, key in of(client, "k1")] == ["main"] * (len(heard) - 2), "as the sender named it"
            assert "session.message" not in {frame["event"] for frame in client.events}
        stored = [frame["payload"] for frame in follower.events if frame["event"] == "session.message"]
        texts = [(each["message"]["role"], each["message"]["content"][0]["text"]) for each in stored]  # type: ignore[index,call-overload]
        assert texts == [("user", "hello"), ("assistant", "You said: hello")]


async def test_no_number_is_missing_for_those_who_do_not_follow(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner, app.client() as follower:
        await follower.call("sessions.messages.subscribe", key="main")
        await owner.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await owner.until("chat", runId="k1", state="final")
        numbers = [frame["seq"] for frame in owner.events if "seq" in frame]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))  # type: ignore[arg-type,operator]


async def test_who_stops_following_or_goes_away_is_told_no_more(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner, app.client() as follower:
        await follower.call("sessions.messages.subscribe", key="main")
        assert await follower.call("sessions.messages.unsubscribe", key=MAIN) == {"key": MAIN, "subscribed": False}
        async with app.client() as gone:
            await gone.call("sessions.messages.subscribe", key="main")
        await owner.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await follower.until("chat", runId="k1", state="final")
        assert {key for _, key in of(follower, "k1")} == {"main"}
        assert (await owner.call("health"))["ok"] is True


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({}, "must have required property 'key'"),
        ({"key": ""}, "at /key"),
        ({"key": "agent:a:main", "agentId": "b"}, 'agent "b" does not match session key agent "a"'),
        ({"key": "x", "limit": 1}, "unexpected property 'limit'"),
    ],
)
async def test_a_key_that_is_none_is_refused(tmp_path: Path, params: Json, says: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for method in ("sessions.describe", "sessions.messages.subscribe", "sessions.messages.unsubscribe"):
            with pytest.raises(Refusal) as refused:
                await client.call(method, **params)
            assert says in str(refused.value)
